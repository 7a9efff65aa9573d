"""stats.json in: how many rows and bytes the tables of a database have, as a DBA has measured them.

docs/table-stats.md has the query for each engine, and the format.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlgen.documents import in_ascii
from sqlgen.errors import UsageError, VerificationError
from sqlgen.facts.reader import folded
from sqlgen.facts.vocabulary import Name
from sqlgen.messages import Message, say

__all__ = ["SCHEMA", "Lookup", "Stats", "TableStats", "parse", "read", "write"]

SCHEMA = "sqlgen.stats/1"

_LARGEST = 8 * 2**20
"""Bytes: that of some 80,000 tables."""
_MOST = 2**63 - 1
"""Of rows and of bytes: what an engine counts them in."""


@dataclass(frozen=True, slots=True)
class TableStats:
    name: str
    schema: str | None
    rows: int
    """As the engine estimates them, or as they were counted."""
    bytes: int
    """Of the table with its TOAST or overflow pages, without its indexes."""


@dataclass(frozen=True, slots=True)
class Stats:
    server: str
    """Engine and version, in words."""
    taken: str
    """ISO date."""
    tables: tuple[TableStats, ...]


# ---- reading


def read(file: Path) -> Stats:
    """A file that a DBA has made. Raises UsageError for one that can't be read, and for what is none."""
    hint = say("docs/table-stats.md has a query for each engine that writes such a file.")
    try:
        with file.open("rb") as opened:
            raw = opened.read(_LARGEST + 1)
    except OSError as error:
        raise UsageError(
            say("{file} can't be read: {why}", file=file, why=error.strerror or type(error).__name__), hint=hint
        ) from error
    found = _parsed(raw)
    if isinstance(found, Message):
        raise UsageError(say("this is no {schema}: {why}", schema=SCHEMA, why=found), hint=hint, file=file)
    return found


def parse(text: str) -> Stats:
    """What `write` has written. Raises VerificationError for anything else."""
    found = _parsed(text.encode(errors="replace"))
    if isinstance(found, Message) or write(found) != text:
        why = found if isinstance(found, Message) else say("sqlgen would write it in another way")
        raise VerificationError(
            say("the table statistics of the bundle can't be read: {why}", why=why),
            hint=say("Nobody built it: ask for the bundle as sqlgen wrote it."),
        )
    return found


def write(stats: Stats) -> str:
    """The same in one form, a table a line, sorted."""
    tables = sorted(stats.tables, key=lambda one: (one.schema or "", one.schema is not None, one.name))
    rows = [in_ascii({"schema": one.schema, "name": one.name, "rows": one.rows, "bytes": one.bytes}) for one in tables]
    head = [f'  "{key}": {in_ascii(value)}' for key, value in
            (("schema", SCHEMA), ("server", stats.server), ("taken", stats.taken))]  # fmt: skip
    body = "[\n" + ",\n".join(f"    {row}" for row in rows) + "\n  ]" if rows else "[]"
    return "{\n" + ",\n".join([*head, f'  "tables": {body}']) + "\n}\n"


class _Twice(Exception):
    """A key stands twice in an object."""


def _parsed(raw: bytes) -> Stats | Message:
    """Or why it is none. UTF-8 or, as PowerShell redirects, UTF-16."""
    if len(raw) > _LARGEST:
        return say("it has more than {most} bytes", most=_LARGEST)
    try:
        text = raw.decode(json.detect_encoding(raw))
        values = json.loads(text, object_pairs_hook=_object)
    except _Twice as twice:
        return say("key {key} stands twice in one object", key=twice)
    except (ValueError, RecursionError):
        return say("it is not JSON")
    if not isinstance(values, dict) or values.get("schema") != SCHEMA:
        return say('it does not say "schema": "{schema}"', schema=SCHEMA)
    if (wrong := _keys(values, ("schema", "server", "taken", "tables"))) is not None:
        return wrong
    server, taken, tables = values["server"], values["taken"], values["tables"]
    if not isinstance(server, str) or not server.strip():
        return say("{key} must be a text", key="server")
    if not isinstance(taken, str) or not _is_date(taken):
        return say("{key} must be a date, as 2026-01-31", key="taken")
    if not isinstance(tables, list):
        return say("{key} must be a list", key="tables")
    found = _tables(tables)
    return found if isinstance(found, Message) else Stats(server, taken, found)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Twice(next(name for name in names if names.count(name) > 1))
    return found


def _keys(values: dict[str, Any], wanted: tuple[str, ...], optional: tuple[str, ...] = ()) -> Message | None:
    missing = [key for key in wanted if key not in values]
    if missing:
        return say("key {key} is missing", key=missing[0])
    strange = sorted(values.keys() - {*wanted, *optional})
    return say("key {key} is not known", key=strange[0]) if strange else None


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _tables(values: list[Any]) -> tuple[TableStats, ...] | Message:
    found: dict[tuple[str | None, str], TableStats] = {}
    for number, value in enumerate(values, start=1):
        one = _table(value)
        if isinstance(one, Message):
            return say("table {number}: {why}", number=number, why=one)
        if (one.schema, one.name) in found:
            return say("table {name} stands there twice", name=Name(one.name, one.schema))
        found[one.schema, one.name] = one
    return tuple(found.values())


def _table(value: Any) -> TableStats | Message:
    if not isinstance(value, dict):
        return say("it must be an object")
    if (wrong := _keys(value, ("name", "rows", "bytes"), ("schema",))) is not None:
        return wrong
    name, schema = value["name"], value.get("schema")
    if not isinstance(name, str) or not name:
        return say("{key} must be a text", key="name")
    if not (schema is None or (isinstance(schema, str) and schema)):
        return say("{key} must be a text", key="schema")
    for key in ("rows", "bytes"):
        count = value[key]
        if type(count) is not int or not 0 <= count <= _MOST:
            return say("{key} must be a whole number, not negative", key=key)
    return TableStats(name, schema, value["rows"], value["bytes"])


# ---- finding a table


@dataclass(slots=True)
class Lookup:
    """Tables by the names that statements give them."""

    stats: Stats
    dialect: str
    default: str | None = None
    """The schema that a statement means which names none; None: the engine's own default."""
    _by_name: dict[str, dict[str | None, list[TableStats]]] = field(init=False)

    def __post_init__(self) -> None:
        self._by_name = {}
        for one in self.stats.tables:
            schemas = self._by_name.setdefault(self._fold(one.name), {})
            schemas.setdefault(self._schema(one.schema), []).append(one)

    def table(self, name: Name) -> TableStats | None:
        """None where it is not there, or where it may be one of several: a schema that one side leaves out is any."""
        schemas = self._by_name.get(self._fold(name.name), {})
        wanted = self._schema(name.schema)
        found = schemas.get(wanted)
        if found is None and wanted is None and len(schemas) == 1:
            found = next(iter(schemas.values()))
        if found is None and wanted is not None and schemas.keys() == {None} and not _is_default(schemas[None]):
            found = schemas[None]
        if found is not None and len(found) > 1:  # MySQL on Linux: names that differ by case alone
            found = [one for one in found if one.name == name.name]
        return found[0] if found is not None and len(found) == 1 else None

    def _fold(self, name: str) -> str:
        return _folding(self.dialect)(name)

    def _schema(self, schema: str | None) -> str | None:
        """None: left out, or the engine's default, which facts leave out."""
        default = self.default or {"postgresql": "public", "sqlite": "main", "mssql": "dbo"}.get(self.dialect)
        same = schema is None or (default is not None and self._fold(schema) == self._fold(default))
        return None if same or schema is None else self._fold(schema)


def _is_default(found: list[TableStats]) -> bool:
    """Whether they say the engine's default schema: then they are no table of another one."""
    return any(one.schema is not None for one in found)


def _folding(dialect: str) -> Callable[[str], str]:
    """Names in catalogs are as they were made: PostgreSQL's are compared as they stand, the others' by their letters.
    MySQL's are files: where case counts, two of them may differ by it alone."""
    match dialect:
        case "postgresql":
            return str
        case "oracle":
            return folded
        case _:
            return str.lower
