"""Emitted statements in, answers about the schema they leave out: what stands for the catalogs of a server.

The statements are read and folded when somebody asks. What was there before the first of them is asked for at the first
question too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlgen import facts
from sqlgen.emit import colliding
from sqlgen.emit.said import packed
from sqlgen.emit.trace import Failure
from sqlgen.facts.vocabulary import Column, Constraint, CreateTable, Kind, Name
from sqlgen.messages import in_english
from sqlgen.schema import Schema, certainty
from sqlgen.statements import split

Record = dict[str, Any]

NOT_KNOWN = "-- not known since"
"""How a comment begins that stands among SQLite's statements for what a revision may have changed that failed: then
its id, a colon, and a name, or * for everything. The worker reads and writes these (doubts.py)."""


@dataclass(frozen=True, slots=True)
class Start:
    """What is there before the first statement."""

    schema: Schema
    sql: tuple[str, ...] = ()
    """SQLite: the statements that make it, and comments on what is not known."""


@dataclass(slots=True)
class Aside:
    """Where the statements begin that will be taken back, and the schema with them, once somebody asked."""

    pending: int
    texts: int
    schema: Schema | None = None


class Replay:
    """An emit.server.Server. `start` gives what was there before, for a dialect; it is called at most once."""

    def __init__(
        self, start: Callable[[str], Start], *, server_version: tuple[int, ...] | None = None, keep: bool = False
    ) -> None:
        self.keep = keep
        self.sql: tuple[str, ...] = ()
        """SQLite, where `keep` asked for it: the statements that make the schema at the end."""
        self._start = start
        self._server_version = server_version
        self._begun_at: Start | None = None
        self._schema: Schema | None = None
        self._pending: list[str | Failure | None] = []
        self._texts: list[str] = []
        self._mark = 0
        self._turn = 0
        """Where the texts of the revision begin whose turn it is."""
        self._changed: dict[str, bool] = {}
        self._aside: Aside | None = None

    def turn(self, *, aside: bool) -> None:
        if self._aside is not None:
            del self._pending[self._aside.pending :]
            del self._texts[self._aside.texts :]
        self._turn = len(self._texts)
        self._aside = Aside(len(self._pending), len(self._texts)) if aside else None

    def begun(self) -> None:
        self._mark = len(self._texts) if self._aside is None else self._aside.texts

    def observe(self, statements: Sequence[str]) -> None:
        self._pending += statements
        self._texts += statements

    def lost(self, revision: str, failure: Failure | None) -> None:
        used = re.findall(r"\w+", " ".join(self._texts[self._turn :]))
        names = ["*"] if failure is None else sorted({*failure.mentions, *used})
        self._pending.append(None if failure is None else replace(failure, mentions=tuple(names)))
        # As the worker's replica has it: as if the revision had not run, with comments on what is not known.
        self._texts[self._turn :] = [f"{NOT_KNOWN} {revision}: {name}" for name in names]

    def keep_statements(self, statements: Sequence[str]) -> None:
        self.sql = tuple(statements)

    def answer(self, question: Record, dialect: str, version_table: str, version_table_schema: str | None) -> Record:
        start = self._begin(dialect, Name(version_table, version_table_schema))
        if question["of"] == "start":
            return {"answer": [*start.sql, *self._texts[: self._mark]]}
        from sqlgen.schema import reflected

        schema = self.schema(dialect)
        try:
            match question:
                case {"of": "names", "schema": within}:
                    return {"answer": reflected.names(schema, within)}
                case {"of": "types", "schema": within}:
                    return {"answer": reflected.types(schema, within)}
                case {"of": "exists", "kind": kind, "name": name, "schema": within}:
                    return {"answer": reflected.exists(schema, kind, Name(name, within))}
                case {"of": "refused", "sql": sql}:
                    return {"answer": _refused(schema, sql)}
                case {"name": name, "schema": within}:
                    version = self._server_version
                    return {"answer": reflected.table(schema, Name(name, within), server_version=version)}
                case _:
                    raise ValueError(question)
        except reflected.Unsure as unsure:
            return {"unsure": packed(unsure.why)}

    def schema(self, dialect: str) -> Schema:
        """The schema after everything that was observed."""
        start = self._begun_at or self._begin(dialect, None)
        schema = self._schema = self._schema or start.schema
        if (aside := self._aside) is None:
            pending, self._pending = self._pending, []
            return _fold(schema, pending, self._changed)
        if aside.schema is None:
            before, self._pending = self._pending[: aside.pending], self._pending[aside.pending :]
            aside.pending = 0
            _fold(schema, before, self._changed)
            aside.schema = Schema(dialect, lambda: schema)
        pending, self._pending = self._pending, []
        return _fold(aside.schema, pending, self._changed)

    def _begin(self, dialect: str, version_table: Name | None) -> Start:
        if self._begun_at is None:
            self._begun_at = self._start(dialect)
            if version_table is not None and self._begun_at.schema.table(version_table) is None:
                self._begun_at.schema.apply(_version_table(version_table))
        return self._begun_at


def _refused(schema: Schema, sql: str) -> str | None:
    """Why the server refuses a text; None where nothing is known against it. Each step counts on those before it:
    ALTER TABLE t DROP INDEX i, ADD UNIQUE KEY i (a)."""
    statements = [facts.read(each, schema.dialect) for each in split(sql, schema.dialect) if each.text]
    steps = [step for each in statements for step in certainty(each)]
    ahead = schema if len(steps) < 2 else Schema(schema.dialect, lambda: schema)
    for fact, certain in steps:
        why = colliding.refused(ahead, fact) if certain else None  # behind a test, it need not run
        if why is not None:
            return in_english(why)  # as the server itself would say it, to code that may look for its words
        if ahead is not schema:
            ahead.apply(fact, certain=certain)
    return None


def _fold(schema: Schema, observed: Sequence[str | Failure | None], changed: dict[str, bool]) -> Schema:
    """The schema, moved forward. changed: whether anything has changed it since a savepoint, by their names."""
    for each in _kept(observed, changed) if schema.dialect == "postgresql" else observed:
        match each:
            case str():
                for statement in split(each, schema.dialect):
                    if statement.text:
                        schema.apply_all(facts.read(statement, schema.dialect))
            case Failure(mentions=mentions):
                for word in mentions:
                    schema.taint(Name(word))
            case None:
                schema.taint(None)
    return schema


def _kept(observed: Sequence[str | Failure | None], changed: dict[str, bool]) -> list[str | Failure | None]:
    """What is not taken back by ROLLBACK TO SAVEPOINT. Where what is taken back is folded already, anything may have
    changed."""
    kept: list[str | Failure | None] = []
    for each in observed:
        match _SAVEPOINT.match(each) if isinstance(each, str) else None:
            case None:
                kept.append(each)
                if not isinstance(each, str) or not _OF_ROWS.match(each):
                    changed.update(dict.fromkeys(changed, True))
            case re.Match() as found if found["begins"]:
                kept.append(f"SAVEPOINT {found['name']}")
                changed[found["name"]] = False
            case re.Match() as found:
                begun = f"SAVEPOINT {found['name']}"
                if begun in kept:
                    del kept[len(kept) - kept[::-1].index(begun) :]
                elif changed.get(found["name"], True):
                    kept.append(None)
    return kept


_SAVEPOINT = re.compile(r"(?:(?P<begins>SAVEPOINT )|ROLLBACK TO (?:SAVEPOINT )?)(?P<name>\w+)\Z")
_OF_ROWS = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|RELEASE)\b", re.IGNORECASE)
"""What changes no schema, functions that it calls aside."""


def _version_table(name: Name) -> CreateTable:
    """Alembic's own. Source: alembic/ddl/impl.py, version_table_impl."""
    key = Constraint(Kind.PRIMARY_KEY, f"{name.name}_pkc", ("version_num",))
    return CreateTable(name, (Column("version_num", "VARCHAR(32)", nullable=False),), (key,))
