"""A database that takes blocks as Oracle does, as far as the scripts use it; and the two ways to send them.

Modelled, by the SQL and PL/SQL Language References: DDL commits before and after itself; an exception that no block
catches undoes what the outermost block has changed since the last commit, and is told to the client; ORA-24344, when no
block catches it, ends the block and is told to nobody; the context of a session, and locks that last as long as it
does. SQLite keeps the tables.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from tests.unit.client_lines.reading import Tokens, Values, as_sqlite
from tests.unit.client_lines.sql_server import Killed, Run
from tests.unit.client_lines.sqlplus import read


class Raised(Exception):
    """An exception of PL/SQL."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"ORA{code}: {text}")
        self.code = code


@dataclass
class Database:
    """Tables, and what holds for all sessions."""

    name: str = "SHOP"
    role: str = "PRIMARY"
    locks: bool = True
    """Whether the user may use DBMS_LOCK."""
    fails: dict[str, str] = field(default_factory=dict)
    """By statement: `error`, `invalid` (made, but not compiled), `kill` (before it) or `kill after`."""
    lock: object = None

    def __post_init__(self) -> None:
        self.tables = sqlite3.connect(":memory:", isolation_level=None)

    def names(self, kind: str = "table") -> list[str]:
        query = "SELECT name FROM sqlite_master WHERE type = ? AND sql IS NOT NULL"
        return sorted(row[0] for row in self.tables.execute(query, (kind,)))

    def state(self) -> list[tuple[Any, ...]]:
        """Everything that a migration can change; an empty record is none."""
        ours = [name for name in self.names() if not name.endswith("_sqlgen") or self._rows(name) != [("-",)]]
        return [*((name,) for name in self.names("index")), *((name, *self._rows(name)) for name in ours)]

    def _rows(self, name: str) -> list[tuple[Any, ...]]:
        return self.tables.execute(f"SELECT * FROM {name}").fetchall()

    def heads(self) -> list[str]:
        return [row[0] for row in self.tables.execute("SELECT version_num FROM alembic_version ORDER BY 1")]

    def type_of(self, table: str, column: str) -> str:
        query = "SELECT type FROM pragma_table_info(?) WHERE name = ?"
        return str(self.tables.execute(query, (table, column)).fetchone()[0]).lower()


@dataclass
class Session:
    """One connection."""

    database: Database
    context: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    hit: int = 0
    code: int = 0
    log: list[str] = field(default_factory=list)

    def block(self, text: str) -> bool:
        """Whether it ended well."""
        try:
            self._block(Tokens(text), True)
        except Raised as raised:
            self._end("ROLLBACK")
            if raised.code != -24344:
                self.log.append(str(raised))
                return False
        return True

    def _end(self, how: str) -> None:
        if self.database.tables.in_transaction:
            self.database.tables.execute(how)

    # ---- blocks

    def _block(self, tokens: Tokens, live: bool) -> None:
        if tokens.take("DECLARE"):
            while not tokens.take("BEGIN"):
                self._declare(tokens)
        else:
            tokens.need("BEGIN")
        start, raised = tokens.at, None
        try:
            self._until(tokens, live, "EXCEPTION", "END")
        except Raised as error:
            raised, tokens.at = error, start
            self._until(tokens, False, "EXCEPTION", "END")
        if tokens.take("EXCEPTION", "WHEN", "OTHERS", "THEN"):
            self.code = raised.code if raised is not None else 0
            self.raised = raised
            self._until(tokens, raised is not None, "END")
        elif raised is not None:
            raise raised
        tokens.need("END")
        tokens.take(";")

    def _declare(self, tokens: Tokens) -> None:
        if tokens.take("FUNCTION"):
            while not tokens.take("END", ";"):
                tokens.next()
            return
        name = tokens.next()[1].lower()
        tokens.until(":=", ";")
        self.variables[name] = self._value(tokens) if tokens.take(":=") else None
        tokens.need(";")

    def _until(self, tokens: Tokens, live: bool, *words: str) -> None:
        while tokens.word() not in words:
            self._statement(tokens, live)

    def _statement(self, tokens: Tokens, live: bool) -> None:
        if tokens.take("IF"):
            self._if(tokens, live)
        elif tokens.word() == "BEGIN":
            self._block(tokens, live)
        elif tokens.take("COMMIT", ";") or tokens.word() == "ROLLBACK":
            back = tokens.take("ROLLBACK", ";")
            if live:
                self._end("ROLLBACK" if back else "COMMIT")
        elif tokens.take("RAISE", ";"):
            if live:
                assert self.raised is not None
                raise self.raised
        elif tokens.take("EXECUTE", "IMMEDIATE"):
            self._dynamic(tokens, live)
        elif tokens.word() == "SELECT":
            self._select(tokens, live)
        elif tokens.word(1) == ":=":
            name = tokens.next()[1].lower()
            tokens.need(":=")
            value = self._value(tokens, live)
            tokens.need(";")
            if live:
                self.variables[name] = value
        else:
            self._called(tokens, live)

    def _if(self, tokens: Tokens, live: bool) -> None:
        done = False
        while True:
            held = self._value(tokens, live) is True
            tokens.need("THEN")
            self._until(tokens, live and held and not done, "ELSIF", "ELSE", "END")
            done = done or held
            if tokens.take("ELSE"):
                self._until(tokens, live and not done, "END")
            if not tokens.take("ELSIF"):
                break
        tokens.need("END", "IF", ";")

    def _called(self, tokens: Tokens, live: bool) -> None:
        name = tokens.next()[1].upper()
        tokens.need("(")
        given = []
        while not tokens.take(")"):
            given.append(self._value(tokens, live))
            tokens.take(",")
        tokens.need(";")
        if not live:
            return
        match name:
            case "DBMS_SESSION.SET_CONTEXT":
                self.context[given[1]] = given[2]
            case "DBMS_OUTPUT.PUT_LINE":
                self.log.append(str(given[0]))
            case "RAISE_APPLICATION_ERROR":
                raise Raised(given[0], given[1])
            case _:
                raise AssertionError(name)

    def _select(self, tokens: Tokens, live: bool) -> None:
        text = tokens.until(";")
        tokens.need(";")
        found = re.fullmatch(r"SELECT COUNT\(\*\) INTO (\w+) FROM (\w+)\s+WHERE (.*)", text, re.DOTALL)
        if not live:
            return
        assert found is not None, text
        there = self._exists(text) if found[2] != "dual" else self._value(Tokens(found[3])) is True
        self.variables[found[1]] = int(there)

    def _exists(self, query: str) -> bool:
        """A query of the catalogs."""
        source = re.search(r"FROM (\w+)", query)
        name = re.search(r"(?:table|index)_name (?:= |IN \()'([^']*)'", query)
        assert source is not None, query
        assert name is not None, query
        kind = {"all_tables": "table", "all_indexes": "index"}[source[1]]
        return name[1].lower() in self.database.names(kind)

    # ---- EXECUTE IMMEDIATE

    def _dynamic(self, tokens: Tokens, live: bool) -> None:
        text = self._value(tokens, live)
        into: list[str] = []
        if tokens.take("INTO"):
            into.append(tokens.next()[1].lower())
            while tokens.take(","):
                into.append(tokens.next()[1].lower())
        given: list[Any] = []
        if tokens.take("USING"):
            if tokens.take("OUT"):
                into.append(tokens.next()[1].lower())
                tokens.need(",", "IN")
            given.append(self._value(tokens, live))
        tokens.need(";")
        if live:
            for name, value in zip(into, self._run(text, given), strict=True):
                self.variables[name] = value

    def _run(self, text: str, given: list[Any]) -> tuple[Any, ...]:
        rows = self.database.tables.execute
        if text.startswith("BEGIN :1 := SYS.DBMS_LOCK.REQUEST"):
            return (self._lock(),)
        if text.startswith(("ALTER SESSION", "LOCK TABLE")):
            return ()
        if text.startswith("SELECT ") and text.rpartition(" ")[2] not in self.database.names():
            raise Raised(-942, f"table or view does not exist: {text}")
        if text.startswith("SELECT COUNT(*), LISTAGG"):
            found = [row for (row,) in rows("SELECT version_num FROM alembic_version ORDER BY 1")]
            return len(found), ",".join(row for row in found if row is not None) or None
        if text.startswith("SELECT "):
            return tuple(rows(text.replace("NVL(", "ifnull(")).fetchone())
        self._change(text, given)
        return ()

    def _lock(self) -> int:
        if not self.database.locks:
            raise Raised(-6550, "PLS-00201: identifier 'SYS.DBMS_LOCK' must be declared")
        if self.database.lock not in (None, self):
            return 1
        self.database.lock = self
        return 0

    def _change(self, text: str, given: list[Any]) -> None:
        how = self.database.fails.get(text)
        commits = re.match("INSERT|UPDATE|DELETE", text) is None
        if commits:
            self._end("COMMIT")
        if how == "kill":
            raise Killed
        if how == "error":
            raise Raised(-955, text)
        if not commits and not self.database.tables.in_transaction:
            self.database.tables.execute("BEGIN")
        plain = re.sub(r" PURGE$", "", text).replace("VARCHAR2(32 CHAR)", "text").replace(":1", "?")
        try:
            for each in as_sqlite(plain):
                self.hit = self.database.tables.execute(each, given).rowcount
        except sqlite3.Error as error:
            raise Raised(-942, f"{error}: {text}") from error
        if how == "kill after":
            raise Killed
        if how == "invalid":
            raise Raised(-24344, "success with compilation error")

    # ---- expressions

    def _value(self, tokens: Tokens, live: bool = True) -> Any:
        value = Values(tokens, self._variable, self._call, self._exists, live).value()
        return None if value == "" else value

    def _variable(self, name: str) -> Any:
        match name.upper():
            case "SQL%ROWCOUNT":
                return self.hit
            case "SQLCODE":
                return self.code
            case "FALSE":
                return False
            case "SYSDATE":
                return "00:00:00"
            case _:
                return self.variables[name.lower()]

    def _call(self, name: str, given: list[Any]) -> Any:
        match name:
            case "SYS_CONTEXT":
                known = {"CON_NAME": self.database.name, "DATABASE_ROLE": self.database.role, "CURRENT_SCHEMA": "SALES",
                         "DB_UNIQUE_NAME": "SHOP_A"}  # fmt: skip
                return known[given[1]] if given[0] == "USERENV" else self.context.get(given[1])
            case "NVL":
                return given[1] if given[0] is None else given[0]
            case "NULLIF":
                return None if given[0] == given[1] else given[0]
            case "TO_NUMBER":
                return None if given[0] is None else int(given[0])
            case "TO_CHAR":
                return str(given[0])
            case "UPPER":
                return given[0].upper()
            case "SUBSTR" | "SUBSTRB":
                end = None if len(given) < 3 else given[1] - 1 + given[2]
                return None if given[0] is None else given[0][given[1] - 1 : end]
            case "REGEXP_SUBSTR":
                found = re.search(given[1], given[0] or "")
                return None if found is None else found[0]
            case "MAY":
                return True
            case "DBMS_UTILITY.GET_HASH_VALUE":
                return 1
            case "DBMS_TRANSACTION.LOCAL_TRANSACTION_ID":
                return "1.2.3" if self.database.tables.in_transaction else None
            case _:
                raise AssertionError(name)

    def end(self) -> None:
        self._end("ROLLBACK")
        if self.database.lock is self:
            self.database.lock = None


def sqlplus(database: Database, script: str) -> Run:
    """Stops at the first error, as it is told."""
    return _sent(database, script, stops=True)


def errors_ignored(database: Database, script: str) -> Run:
    """A tool that goes on after any error."""
    return _sent(database, script, stops=False)


_read = lru_cache(maxsize=64)(read)


def _sent(database: Database, script: str, *, stops: bool) -> Run:
    client = Client(database, script, stops=stops)
    client.go_on()
    return client.ended()


class Client:
    """A client that can be stopped between two blocks."""

    def __init__(self, database: Database, script: str, *, stops: bool = True) -> None:
        self.session, self.stops, self.code = Session(database), stops, 0
        self.blocks = list(_read(script).run)

    def go_on(self, count: int | None = None) -> None:
        """Send so many blocks more, or all that are left."""
        count = len(self.blocks) if count is None else count
        for block in self.blocks[:count]:
            try:
                well = self.session.block(block)
            except Killed:
                well, self.code = False, 2
            if not well and (self.stops or self.code):
                self.code = self.code or 1
                self.blocks = []
                return
        self.blocks = self.blocks[count:]

    def ended(self) -> Run:
        """The session is closed, or lost."""
        self.session.end()
        return Run(self.code, "\n".join(self.session.log))
