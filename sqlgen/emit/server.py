"""What a run tells of its statements, and asks about the schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sqlgen.emit.process import Record
from sqlgen.emit.trace import Failure


class Server(Protocol):
    """What stands for the database's catalogs: it is told every statement, in order, and asked now and then."""

    keep: bool
    """Whether the SQL of the schema at the end is wanted (SQLite)."""

    def observe(self, statements: Sequence[str]) -> None:
        """Statements that were emitted, each a text of one or more."""

    def lost(self, revision: str, failure: Failure | None) -> None:
        """The revision whose statements came last failed; None: its process died, and they did not come."""

    def turn(self, *, aside: bool) -> None:
        """The next revision's turn. `aside`: what it does is taken back at the turn after it."""

    def begun(self) -> None:
        """A worker starts, the first one or another after a crash."""

    def answer(self, question: Record, dialect: str, version_table: str, version_table_schema: str | None) -> Record:
        """{"answer": …} or {"unsure": the reason}. `question`: {"of": "start"}, {"of": "names", "schema": …},
        {"of": "types", "schema": …},
        {"of": "refused", "sql": …} (why a statement would fail, or None),
        {"of": "table", "name": …, "schema": …}, {"of": "exists", "kind": …, "name": …, "schema": …}."""
        ...

    def keep_statements(self, statements: Sequence[str]) -> None:
        """The SQL of the schema at the end."""
