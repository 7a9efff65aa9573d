"""The text of env.py in, what it sets in the session of `alembic upgrade` out.

Migrations are rendered offline, so the branch of env.py that connects does not run. What it sets, a limit for locks
above all, is read from its texts.
"""

from __future__ import annotations

import ast
import shlex
from collections.abc import Iterator

from sqlgen.facts import read
from sqlgen.facts.vocabulary import SetOption
from sqlgen.statements import split

__all__ = ["session_options"]


def session_options(source: str, dialect: str) -> dict[str, str | None]:
    """What texts in env.py set: names in lower case, values as written.

    A SET counts wherever it stands, in a listener for new connections too; for PostgreSQL so do `-c name=value` and
    `--name=value` of connect_args. A value that is worked out, f"… {limit}", is taken for 1. What modules set that
    env.py imports is not seen, nor anything in a file that is no Python.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return {}
    found: dict[str, str | None] = {}
    for text in _texts(tree):
        if "timeout" not in text.lower():
            continue
        found.update(_set(text, dialect))
        if dialect == "postgresql":
            found.update(_given_to_libpq(text))
    return found


def _texts(tree: ast.Module) -> Iterator[str]:
    within = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in within:
                yield text
            case ast.JoinedStr(values=parts):
                yield "".join(str(part.value) if isinstance(part, ast.Constant) else "1" for part in parts)
            case _:
                pass


def _set(text: str, dialect: str) -> Iterator[tuple[str, str | None]]:
    for statement in split(text, dialect):
        for fact in read(statement, dialect) if statement.text else ():
            if isinstance(fact, SetOption):
                yield fact.name.rpartition(".")[2].lower(), fact.value


def _given_to_libpq(text: str) -> Iterator[tuple[str, str | None]]:
    # PostgreSQL 17, 32.1.2, options: what is put on the server's command line.
    try:
        words = shlex.split(text)
    except ValueError:
        return
    for before, word in zip(["", *words], words, strict=False):
        given = word if before == "-c" else word.removeprefix("-c") if word.startswith("-c") else word[2:]
        name, equals, value = given.partition("=")
        if equals and (before == "-c" or word.startswith(("-c", "--"))):
            yield name.lower().replace("-", "_"), value
