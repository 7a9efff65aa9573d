"""What is there before the first revision of a history: a dump of a database, or a snapshot that was saved."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from sqlgen.emit.replay import NOT_KNOWN, Start
from sqlgen.errors import Message, UsageError, say
from sqlgen.schema import Schema, snapshot
from sqlgen.schema.baseline import read as read_dump
from sqlgen.statements import split
from sqlgen.workspace import Workspace

_SQLITE = "-- sqlgen-snapshot: "
"""Begins a snapshot of an SQLite database: the rest of the line says of what, the statements that make it follow."""

_DUMPS = (
    (re.compile(r"^-- PostgreSQL database dump", re.MULTILINE), ("postgresql",)),
    (
        re.compile(r"^(?:-- (?:MySQL|MariaDB) dump|/\*M?!\d+\\?-? ?(?:SET|enable the sandbox))", re.M),
        ("mysql", "mariadb"),
    ),
    (re.compile(r"^(?:PRAGMA foreign_keys *=|" + _SQLITE + ")", re.MULTILINE), ("sqlite",)),
)
"""What stands at the top of dumps. Sources: pg_dump.c, mysqldump.c of MySQL 8.4 and MariaDB 10.11, sqlite's shell.c."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is there, and at which revisions; no digest: nothing, as in a new database."""

    start: Start
    heads: tuple[str, ...] = ()
    digest: str | None = None


def read(workspace: Workspace, dialect: str) -> Baseline:
    """The baseline of `--baseline` or of the settings. Raises UsageError when it is not as it must be."""
    path = file_of(workspace)
    if path is None:
        return Baseline(Start(Schema.empty(dialect)))
    data = _bytes(path)
    text = _decoded(data, path)
    if not text.strip():
        raise UsageError(say("the baseline {path} is empty", path=path), hint=_how(dialect))
    _check_dialect(text, dialect, path)
    digest = hashlib.sha256(data).hexdigest()
    if snapshot.is_snapshot(text):
        try:
            schema, heads = snapshot.load(text)
        except UsageError as error:
            raise UsageError(say("{path}: {reason}", path=path, reason=error), hint=_how(dialect)) from None
        return Baseline(Start(schema), tuple(sorted(heads)), digest)
    schema = read_dump(text, dialect)
    if not schema.tables() and not any(schema.objects(kind) for kind in ("type", "sequence", "view")):
        raise UsageError(
            say("the baseline {path} makes no table that can be read", path=path),
            hint=_how(dialect),
        )
    sql: tuple[str, ...] = ()
    if dialect == "sqlite":
        doubts = [line for line in text.splitlines() if line.startswith(NOT_KNOWN)]
        sql = (*(each.text for each in split(text, dialect) if each.text), *doubts)
    return Baseline(Start(schema, sql), _sqlite_heads(text), digest)


def statements(workspace: Workspace, dialect: str) -> tuple[str, ...] | None:
    """What makes the baseline in an empty database; None for a snapshot that only names what is there."""
    path = file_of(workspace)
    if path is None:
        return ()
    text = _decoded(_bytes(path), path)
    if snapshot.is_snapshot(text):
        return None
    return tuple(each.text for each in split(text, dialect) if each.text)


def save(start: Start, heads: tuple[str, ...], dialect: str) -> str:
    """A text that `read` gives back."""
    if dialect != "sqlite":
        return snapshot.save(start.schema, heads)
    about = json.dumps({"heads": heads})
    ended = (sql if sql.startswith(NOT_KNOWN) else f"{sql.rstrip().rstrip(';')};" for sql in start.sql)
    return "".join([f"{_SQLITE}{about}\n", *(f"{sql}\n" for sql in ended)])


def file_of(workspace: Workspace) -> Path | None:
    """The baseline's file; None where there is none."""
    if workspace.request.baseline is not None:
        return workspace.request.baseline
    settings = workspace.settings
    if settings.baseline is None or settings.source is None:
        return None
    return settings.source.parent / settings.baseline


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            say("the baseline {path} can't be read: {reason}", path=path, reason=error.strerror or error),
            hint=say("Give a file: --baseline FILE, or `baseline` in [tool.sqlgen], relative to the settings file."),
        ) from None


def _decoded(data: bytes, path: Path) -> str:
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise UsageError(
            say("the baseline {path} is not UTF-8", path=path),
            hint=say("Save it as UTF-8 (byte {offset} is not); PowerShell's > writes UTF-16.", offset=error.start),
        ) from None


def _check_dialect(text: str, dialect: str, path: Path) -> None:
    """Raises UsageError for a dump of another database."""
    if snapshot.is_snapshot(text):
        match = re.search(r'"dialect":"(\w+)"', text)
        found: tuple[str, ...] = (match[1],) if match is not None else (dialect,)
    else:
        top = text[:4000]
        found = next((dialects for shape, dialects in _DUMPS if shape.search(top)), (dialect,))
    if dialect not in found:
        raise UsageError(
            say("the baseline {path} is of {found}, not of {dialect}", path=path, found=found[0], dialect=dialect),
            hint=_how(dialect),
        )


def _how(dialect: str) -> Message:
    match dialect:
        case "postgresql":
            return say("Make it with pg_dump -s DATABASE, or sqlgen snapshot REVISION -o FILE.")
        case "mysql" | "mariadb":
            return say("Make it with mysqldump --no-data DATABASE, or sqlgen snapshot REVISION -o FILE.")
        case _:
            return say("Make it with sqlite3 FILE .schema, or sqlgen snapshot REVISION -o FILE.")


def _sqlite_heads(text: str) -> tuple[str, ...]:
    first = text.partition("\n")[0]
    if not first.startswith(_SQLITE):
        return ()
    try:
        return tuple(sorted(map(str, json.loads(first.removeprefix(_SQLITE))["heads"])))
    except (ValueError, KeyError, TypeError):
        return ()
