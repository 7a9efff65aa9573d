"""A database to run on in, what revisions did there out; and what to say where that can't be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from sqlgen.errors import Message, SqlgenError, UsageError, say

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Shadow:
    """An empty database to run revisions on."""

    url: str
    """Of a database, or of a server, where one is made and dropped. It may hold a password."""
    before: tuple[str, ...] = ()
    """Statements that make what is there before the first revision."""


def unusable(kind: str, values: Values) -> SqlgenError:
    """The database can't be used. kind: shadow-…, of the worker's Offline."""
    message, hint = _unusable(kind, values)
    return UsageError(message, hint=hint)


def _unusable(kind: str, values: Values) -> tuple[Message, Message]:
    match kind:
        case "shadow-full":
            return (
                say("the shadow database {name} is not empty: it holds {holds}", **values),
                say("Give --shadow an empty database; or a URL without one, then it is made and dropped again."),
            )
        case "shadow-vendor":
            return (
                say("the shadow database is {found}, and the SQL is for {wanted}", **values),
                say("Give --shadow a database of the same kind: what a revision does depends on that."),
            )
        case "shadow-driver":
            return (
                say("no driver is installed that can be used for the shadow database: {names}", **values),
                say("Install one of them where Alembic runs."),
            )
        case "shadow-url":
            return (
                say("--shadow is not a database URL"),
                say("Write it as SQLAlchemy does: postgresql://user@host/empty_database."),
            )
        case _:
            return (
                say("the shadow database {url} can't be used: {why}", **values),
                say("Check the URL given with --shadow or SQLGEN_SHADOW, and what its user may do."),
            )


def left(shadow: Shadow, made: str | None) -> Message | None:
    """What is said of a database after revisions ran there. made: one that was made for it, and is still there."""
    if made is not None:
        return say("the database {name}, made for the recording, is still there: drop it", name=made)
    given = urlsplit(shadow.url)
    name = unquote(given.path.lstrip("/"))
    if not name or given.scheme.startswith("sqlite"):
        return None
    return say(
        "the shadow database {name} now holds what the revisions made; another recording needs an empty one", name=name
    )
