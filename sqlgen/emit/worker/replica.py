"""SQLite statements in, the database they leave out: in memory, without rows.

SQLite comes with Python, so a schema to ask can be the real thing. Only statements that change the schema are run; of
others it is found out whether SQLite would take them. What a revision did that failed in the end is taken back.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from .doubts import Doubts, words

CHANGES = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(CREATE|ALTER|DROP)\b", re.IGNORECASE | re.DOTALL)
_WRITES = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(INSERT|REPLACE|UPDATE|DELETE|WITH)\b", re.IGNORECASE | re.DOTALL)
_PRAGMA = re.compile(
    r"""(?:\s|--[^\n]*\n|/\*.*?\*/)*PRAGMA\s+(?:"?\w+"?\.)?
    (?:table_info|table_xinfo|table_list|index_list|index_info|index_xinfo|foreign_key_list|database_list|collation_list
      |compile_options)\b""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_SELECT = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*SELECT\b", re.IGNORECASE | re.DOTALL)
_LITERAL = re.compile(r"'(?:[^']|'')*'")
_FROM = re.compile(r"\b(?:FROM|JOIN)\s*(\(|[\w.\"]+)", re.IGNORECASE)
_OF_CATALOG = re.compile(r'(?:\(|(?:"?\w+"?\.)?"?(?:sqlite_(?:temp_)?(?:master|schema)|pragma_\w+)"?)\Z', re.IGNORECASE)


def _asks_catalog(sql: str) -> bool:
    """Whether it asks for nothing but the schema. Source: sqlite.org, schematab.html, pragma.html."""
    if _PRAGMA.match(sql):
        return True
    tables = _FROM.findall(_LITERAL.sub("''", sql))
    return _SELECT.match(sql) is not None and bool(tables) and all(map(_OF_CATALOG.match, tables))


_OF_SCHEMA = re.compile(r"\Ano such |already exists|duplicate column name|into generated column|has no column named")
"""Errors about what is there or is not, other than those of a version of SQLite."""


class Replica:
    """`start` gives the statements that make the schema before the first revision; the first question calls it, unless
    the first revision begins with an `empty` database, where it is called at once."""

    def __init__(self, start: Callable[[], Sequence[str]], *, empty: bool = False) -> None:
        self._empty = empty
        self._start: Callable[[], Sequence[str]] | None = start
        self._pending: list[str] = []
        self._marks: list[tuple[str, int]] = []
        """Savepoints that are still to be set, each with how many of the pending statements come before it."""
        self._database: sqlite3.Connection | None = None
        self._doubts = Doubts()
        self._beside = Doubts()
        """Those to go back to after what is aside."""

    def apply(self, sql: str) -> str | None:
        """Take a text that was emitted. Why SQLite does not take it; None as well when nobody has asked anything yet,
        and it is run later."""
        if self._database is None and not self._empty and not self._doubts.any():
            self._pending.append(sql)
            return None
        database = self._up_to_date()
        try:
            for statement in _statements(sql):
                if CHANGES.match(statement):
                    database.execute(statement)
                    self._doubts.settle(statement)
                elif _WRITES.match(statement):
                    database.execute(f"EXPLAIN {statement}")
        except sqlite3.Error as error:
            return str(error)
        return None

    def is_sure(self, error: str) -> bool:
        """Whether an error of apply() would be one on every database that the revisions before have made."""
        return self._empty and _OF_SCHEMA.search(error) is not None

    def savepoint(self, command: str) -> None:
        """Take SAVEPOINT, ROLLBACK TO SAVEPOINT or RELEASE SAVEPOINT."""
        with contextlib.suppress(sqlite3.Error):  # one that began before anybody asked
            if self._database is not None or self._empty:
                self._up_to_date().execute(command)

    def ask(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]] | None:
        """Names and rows of a question about the schema; None when it asks for something else. Raises Offline for what
        a revision that failed may have changed."""
        if not _asks_catalog(sql):
            return None
        database = self._up_to_date()
        self._doubts.check(sql)
        cursor = database.execute(sql)
        return [column[0] for column in cursor.description or ()], cursor.fetchall()

    def statements(self) -> list[str]:
        """What makes this schema: tables first, in the order in which they were made; then comments on what is not
        known."""
        rows = self._up_to_date().execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
            "ORDER BY type <> 'table', rowid"
        )
        return [*(str(sql) for (sql,) in rows), *self._doubts.texts()]

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """What is applied inside is taken back in the end."""
        self._beside = self._doubts.copy()
        self._mark("sqlgen_aside")
        try:
            yield
        finally:
            self._unmark("sqlgen_aside", back=True)
            self._doubts = self._beside

    def begin(self) -> None:
        """A revision begins."""
        self._mark("sqlgen_revision")

    def end(self) -> None:
        """It ran to its end."""
        self._unmark("sqlgen_revision", back=False)

    def lose(self, mentions: Sequence[str], revision: str) -> None:
        """It failed: where it stopped is not where it would have come to. The schema is as before it, and what it
        changed and what it mentions is not known any more."""
        changed = words(self._pending[dict(self._marks).get("sqlgen_revision", 0) :])
        after = self._rows()
        self._unmark("sqlgen_revision", back=True)
        changed.update(name for name, *_ in after ^ self._rows())
        self._doubts.add([*mentions, *changed], revision)

    def _rows(self) -> set[tuple[Any, ...]]:
        if self._database is None:
            return set()
        return set(self._database.execute("SELECT tbl_name, type, name, sql FROM sqlite_master"))

    def _mark(self, name: str) -> None:
        self._marks.append((name, len(self._pending)))

    def _unmark(self, name: str, *, back: bool) -> None:
        at = dict(self._marks).get(name)
        if at is not None:  # nothing was run since then
            self._marks.remove((name, at))
            if back:
                del self._pending[at:]
            return
        assert self._database is not None
        if back:
            self._database.execute(f"ROLLBACK TO {name}")
        self._database.execute(f"RELEASE {name}")

    def _up_to_date(self) -> sqlite3.Connection:
        if self._database is None:
            self._database = sqlite3.connect(":memory:", isolation_level=None)
            assert self._start is not None
            self._load(self._start())
        pending, self._pending = self._pending, []
        marks, self._marks = self._marks, []
        done = 0
        for name, at in marks:
            self._run_changes(pending[done:at])
            self._database.execute(f"SAVEPOINT {name}")
            done = at
        self._run_changes(pending[done:])
        return self._database

    def _load(self, texts: Sequence[str]) -> None:
        """What was there before."""
        doubts = Doubts()
        for text in texts:
            if not doubts.take(text):
                self._run_changes([text])
                doubts.settle(text)
        self._doubts = doubts.and_then(self._doubts)
        self._beside = doubts.and_then(self._beside)

    def _run_changes(self, texts: Sequence[str]) -> None:
        assert self._database is not None
        for text in texts:
            for sql in _statements(text):
                if CHANGES.match(sql):
                    with contextlib.suppress(sqlite3.Error):  # its revision is over, and may have said that it failed
                        self._database.execute(sql)


def _statements(text: str) -> Iterator[str]:
    """Cut at the semicolons that end a statement."""
    rest = ""
    for part in re.split("(;)", text):
        rest += part
        if part == ";" and sqlite3.complete_statement(rest):
            yield rest
            rest = ""
    if rest.strip():
        yield rest
