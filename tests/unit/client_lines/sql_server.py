"""A database that takes batches as SQL Server does, as far as the scripts use it; and the two ways to send them.

Modelled, by the Transact-SQL reference: NOEXEC (what follows is compiled, not run; whether it counts from the next
statement or the next batch is tried both ways), @@ERROR (of the statement before, over the end of a batch too),
XACT_ABORT ON (a statement that fails ends batch and transaction; RAISERROR does neither; what can't be compiled ends
the batch alone), @@TRANCOUNT, SESSION_CONTEXT, locks of a session. SQLite keeps the tables: its DDL is transactional.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from tests.unit.client_lines.reading import Tokens, Values, as_sqlite
from tests.unit.client_lines.sqlcmd import go_sqlcmd


class Failed(Exception):
    """A statement that the server refuses."""


class Killed(Exception):
    """The client, or the connection, is gone."""


@dataclass
class Database:
    """Tables, and what holds for all sessions."""

    name: str = "shop"
    environment: str | None = None
    at_once: bool = True
    """NOEXEC counts from the next statement on."""
    fails: dict[str, str] = field(default_factory=dict)
    """By statement: `error`, `compile`, `kill` (before it) or `kill after`; `commit`: it ends the transaction."""
    lock: object = None
    busy: bool = False
    """Someone holds a lock on the version table: it can be read, not locked."""

    def __post_init__(self) -> None:
        self.tables = sqlite3.connect(":memory:", isolation_level=None)

    def names(self, kind: str = "table") -> list[str]:
        return sorted(row[0] for row in self.tables.execute("SELECT name FROM sqlite_master WHERE type = ?", (kind,)))

    def state(self) -> list[tuple[Any, ...]]:
        """Everything that a migration can change."""
        schema = self.tables.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()
        return [
            *schema,
            *((name, *row) for name in self.names() for row in self.tables.execute(f"SELECT * FROM [{name}]")),
        ]

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
    transactions: int = 0
    error: int = 0
    noexec: bool = False
    log: list[str] = field(default_factory=list)
    severe: bool = False
    """The last batch had an error."""
    hit: int = 0
    """@@ROWCOUNT."""
    variables: dict[str, Any] = field(default_factory=dict)

    def batch(self, text: str) -> None:
        self.severe = False
        self.variables = {}
        runs = not self.noexec
        if not runs and not re.match(r"\s*(?:--[^\n]*\n)*SET NOEXEC OFF", text):
            return None
        for statement, how in self.database.fails.items():
            if how == "compile" and statement in text and "EXEC (" not in text and runs:
                return self._refused(102)
        if text.strip().startswith(":"):
            return self._refused(102)
        try:
            self._run(text)
        except Failed as failed:
            self.log.append(f"error: {failed}")
            if self.transactions:
                self.database.tables.execute("ROLLBACK")
                self.transactions = 0
            self._refused(2714)
        except StopIteration:
            pass

    def _refused(self, number: int) -> None:
        self.error, self.severe = number, True

    def _run(self, text: str) -> None:
        tokens = Tokens(text)
        while not tokens.done:
            self._statement(tokens, True)

    # ---- statements

    def _statement(self, tokens: Tokens, live: bool) -> None:
        if tokens.take(";"):
            return
        live = live and not (self.noexec and self.database.at_once)
        if tokens.take("IF"):
            held = self._value(tokens, live) is True
            self._passed(live)
            self._statement(tokens, live and held)
            tokens.take(";")
            if tokens.take("ELSE"):
                self._statement(tokens, live and not held)
        elif tokens.take("WHILE"):
            start = tokens.at
            for _ in range(50):
                tokens.at = start
                held = self._value(tokens) is True and live
                self._statement(tokens, held)
                if not held:
                    break
        elif tokens.take("BEGIN", "TRANSACTION"):
            self._transaction(1, live)
        elif tokens.take("BEGIN"):
            while not tokens.take("END"):
                self._statement(tokens, live)
        elif tokens.word() in ("COMMIT", "ROLLBACK"):
            word = tokens.next()[1].upper()
            tokens.take("TRANSACTION")
            self._transaction(-1 if word == "COMMIT" else 0, live)
        elif tokens.take("SET", "NOEXEC"):
            self.noexec = tokens.word() == "ON" if live or tokens.word() == "OFF" else self.noexec
            tokens.next()
        else:
            self._simple(tokens, live)

    def _passed(self, live: bool) -> None:
        if live:
            self.error = 0

    def _transaction(self, step: int, live: bool) -> None:
        if not live:
            return
        self.error = 0
        before, self.transactions = self.transactions, self.transactions + step if step else 0
        if before == 0 and step <= 0:
            self.log.append("error: no transaction is open")
            self._refused(3902)
            self.transactions = 0
        elif before == 0:
            self.database.tables.execute("BEGIN")
        elif self.transactions == 0:
            self.database.tables.execute("COMMIT" if step else "ROLLBACK")

    def _simple(self, tokens: Tokens, live: bool) -> None:
        if tokens.take("RETURN"):
            if live:
                raise StopIteration
        elif tokens.take("DECLARE"):
            self._declare(tokens)
        elif tokens.word() == "SET" and tokens.word(1).startswith("@"):
            tokens.next()
            self._assign(tokens, live)
        elif tokens.take("PRINT"):
            value = self._value(tokens, live)
            if live:
                self.log.append(str(value))
        elif tokens.take("RAISERROR", "(", "N'%S'", ",", "16", ",", "1", ","):
            value = self._value(tokens)
            tokens.need(")")
            if live:
                self.log.append(f"error: {value}")
                self._refused(50000)
                return
        elif tokens.take("EXEC"):
            self._exec(tokens, live)
            return
        elif tokens.word() == "SELECT" and tokens.word(1).startswith("@"):
            self._select(tokens, live)
        else:
            text = tokens.until(";")
            record = re.fullmatch(r"(INSERT INTO \S+ \(mark\) VALUES )\((.*)\)", text, re.DOTALL)
            if live and record is not None:
                self._sql(f"{record[1]}('{self._value(Tokens(record[2]))}')")
            elif live and not text.startswith("SET "):
                self._sql(text)
        self._passed(live)

    def _declare(self, tokens: Tokens) -> None:
        while True:
            name = tokens.next()[1].lower()
            tokens.until("=", ",", ";")
            self.variables[name] = self._value(tokens) if tokens.take("=") else None
            if not tokens.take(","):
                return

    def _assign(self, tokens: Tokens, live: bool) -> None:
        name = tokens.next()[1].lower()
        tokens.need("=")
        value = self._value(tokens, live)
        if live:
            self.variables[name] = value

    def _select(self, tokens: Tokens, live: bool) -> None:
        text = tokens.text[tokens.start :]
        if text.startswith("SELECT @rows = COUNT(*)"):
            if live and self.database.busy and "TABLOCKX" in text.partition(";")[0]:
                raise Failed("lock request time out period exceeded")
            table = re.search(r"FROM (\S+?)(?: WITH \(TABLOCKX, HOLDLOCK\))?;", tokens.until(";") + ";")
            if live and table is not None:
                rows = self._rows(f"SELECT version_num FROM {table[1]} ORDER BY 1")
                self.variables["@rows"] = len(rows)
                self.variables["@at"] = ",".join(row for (row,) in rows if row is not None)
        elif text.startswith("SELECT @mark = "):
            table = re.search(r"FROM (\S+)$", tokens.until(";"))
            if live and table is not None:
                self.variables["@mark"] = self._rows(f"SELECT ifnull(max(mark), '') FROM {table[1]}")[0][0]
        elif text.startswith("SELECT @environment = "):
            tokens.until(";")
            self.variables["@environment"] = self.database.environment
        else:
            tokens.next()
            self._assign(tokens, live)
            while tokens.take(","):
                self._assign(tokens, live)

    def _exec(self, tokens: Tokens, live: bool) -> None:
        if tokens.take("("):
            text = self._value(tokens)
            tokens.need(")")
            if live:
                self.error = 0
                self._compiled(text)
            return
        text = tokens.until(";", "ELSE", "END")
        if not live:
            return
        self.error = 0
        context = re.match(r"sys\.sp_set_session_context @key = N'([^']*)', @value = (.*)", text, re.DOTALL)
        if context is not None:
            self.context[context[1]] = Values(Tokens(context[2]), self._variable, self._call, self._exists).value()
        elif text.startswith("@lock = sys.sp_getapplock"):
            free = self.database.lock in (None, self)
            self.database.lock = self if free else self.database.lock
            self.variables["@lock"] = 0 if free else -1
        elif text.startswith("sys.sp_releaseapplock"):
            self.database.lock = None
        else:
            raise AssertionError(text)

    def _compiled(self, text: str) -> None:
        if self.database.fails.get(text) == "compile":  # ends what EXEC runs, not what runs EXEC
            self.log.append(f"error: {text}")
            self._refused(102)
            return
        for statement in re.split(r";\n-- sqlgen: statement [^\n]*\n", text):
            self._sql(statement)

    def _sql(self, text: str) -> None:
        how = self.database.fails.get(text)
        if how == "kill":
            raise Killed
        if how in ("error", "compile"):
            raise Failed(text)
        plain = re.sub(r"N'", "'", re.sub(r"^DROP INDEX (\S+) ON \S+$", r"DROP INDEX \1", text))
        try:
            for each in as_sqlite(plain.replace(" varchar(32)", " text")):
                self.hit = self.database.tables.execute(each).rowcount
        except sqlite3.Error as error:
            raise Failed(f"{error}: {text}") from error
        self.error = 0
        if how == "kill after":
            raise Killed
        if how == "commit":
            self._transaction(-self.transactions, True)

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.database.tables.execute(query).fetchall()

    # ---- expressions

    def _value(self, tokens: Tokens, live: bool = True) -> Any:
        return Values(tokens, self._variable, self._call, self._exists, live).value()

    def _variable(self, name: str) -> Any:
        known = {"@@ERROR": self.error, "@@TRANCOUNT": self.transactions, "@@SERVERNAME": "SQL01"}
        if name.upper() == "@@ROWCOUNT":
            return self.hit
        return known[name.upper()] if name.upper() in known else self.variables[name.lower()]

    def _call(self, name: str, given: list[Any]) -> Any:
        match name:
            case "ISNULL":
                return given[1] if given[0] is None else given[0]
            case "SESSION_CONTEXT":
                return self.context.get(given[0])
            case "OBJECT_ID":
                return 1 if given[0].strip("[]") in self.database.names() else None
            case "SUBSTRING":
                return given[0][given[1] - 1 : given[1] - 1 + given[2]]
            case "LEFT":
                return given[0][: given[1]]
            case "CHARINDEX":
                return given[1].find(given[0]) + 1
            case "UPPER":
                return given[0].upper()
            case "DB_NAME":
                return self.database.name
            case "DATABASEPROPERTYEX":
                return "READ_WRITE"
            case "HAS_PERMS_BY_NAME":
                return 1
            case "GETDATE":
                return "00:00:00"
            case "APPLOCK_MODE":
                return "Exclusive" if self.database.lock is self else "NoLock"
            case _:
                raise AssertionError(name)

    def _exists(self, query: str) -> bool:
        index = re.search(r"FROM sys\.indexes .* name = N'([^']*)'", query)
        assert index is not None, query
        return index[1] in self.database.names("index")

    def end(self) -> None:
        if self.transactions:
            self.database.tables.execute("ROLLBACK")
        if self.database.lock is self:
            self.database.lock = None


@dataclass
class Run:
    """What was seen of a script."""

    code: int
    log: str

    @property
    def result(self) -> str:
        found = [line.partition("sqlgen result: ")[2] for line in self.log.splitlines() if "sqlgen result: " in line]
        return found[-1] if found else ""


def sqlcmd(database: Database, script: str) -> Run:
    """Stops at the first error, as it is told."""
    return _sent(database, script, stops=True)


def management_studio(database: Database, script: str) -> Run:
    """Without SQLCMD mode: `:on error exit` is a syntax error, and no error stops it."""
    return _sent(database, script, stops=False)


_read = lru_cache(maxsize=64)(go_sqlcmd)


def _sent(database: Database, script: str, *, stops: bool) -> Run:
    client = Client(database, script, stops=stops)
    client.go_on()
    return client.ended()


class Client:
    """A client that can be stopped between two batches."""

    def __init__(self, database: Database, script: str, *, stops: bool = True) -> None:
        self.session, self.stops, self.code = Session(database), stops, 0
        batches = _read(script).batches
        self.batches = batches if stops else [":on error exit", *batches]

    def go_on(self, count: int | None = None) -> None:
        """Send so many batches more, or all that are left."""
        count = len(self.batches) if count is None else count
        for batch in self.batches[:count]:
            try:
                self.session.batch(batch)
            except Killed:
                self.code = 2
            if self.session.severe and self.stops:
                self.code = 1
            if self.code:
                self.batches = []
                return
        self.batches = self.batches[count:]

    def ended(self) -> Run:
        """The session is closed, or lost."""
        self.session.end()
        return Run(self.code, "\n".join(self.session.log))
