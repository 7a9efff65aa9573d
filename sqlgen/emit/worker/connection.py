"""Statements that a revision executes in, recorded statements out; what it reads, and what it is told, is noted."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from sqlalchemy.exc import CompileError
from sqlalchemy.sql.ddl import ExecutableDDLElement
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import SelectBase
from sqlalchemy.types import NULLTYPE, TupleType, TypeEngine

from . import norows
from .driver import DBAPI, Cursor, Session
from .driver_style import adapted, written
from .keys import Key
from .literals import literal
from .marks import MARKED
from .offline import Offline, short
from .recorder import Recorder
from .replica import CHANGES, Replica

_QUERY = re.compile(
    r"(?:\s|\(|--[^\n]*\n|/\*.*?\*/)*(SELECT|WITH|VALUES|TABLE|SHOW|EXPLAIN|DESCRIBE|DESC|PRAGMA)\b", re.I | re.S
)
_RETURNS = re.compile(r"\bRETURNING\b", re.IGNORECASE)
_VERSION = re.compile(
    r"\s*(?:SELECT\s+(?:(?:pg_catalog\.)?version\(\)|@@(?:global\.)?version|sqlite_version\(\))|SHOW\s+server_version)"
    r"\s*;?\s*\Z",
    re.IGNORECASE,
)
_WRITES = re.compile(r"\b(INSERT|UPDATE|DELETE|MERGE)\b", re.IGNORECASE)


class ConnectionLog:
    """What the offline dialect executes on: see dialect.Executing.

    ask: puts a question about the schema to the parent.
    """

    dialect: Any

    def __init__(self, recorder: Recorder, ask: Callable[[dict[str, Any]], Any]) -> None:
        self._recorder = recorder
        self.ask = ask
        self.transactional = True
        """Whether DDL is part of a transaction."""
        self.replica: Replica | None = None
        self.open_transaction: int | None = None
        """The one that was begun last."""
        self._savepoints = 0
        """How many are open."""
        self._named: tuple[str | None, dict[str, str]] = (None, {})
        """The savepoints of a revision, by the names that SQLAlchemy gave them."""

    def begin(self) -> int | None:
        """Numbers are for the transactions of revisions; env.py may have its own before."""
        self._savepoints = 0
        self.open_transaction = self._recorder.begin() if self._recorder.sources.revision is not None else None
        return self.open_transaction

    def opened(self) -> None:
        """A connection is made: the first is Alembic's own, others are a revision's, to the side of it."""
        if self._recorder.sources.revision is not None:
            self._recorder.note("own-transaction", "")

    def rolled_back(self) -> None:
        """What was recorded since the transaction began is lost on a server."""
        with contextlib.suppress(Offline), self._recorder.refusing():
            raise Offline("rollback")

    def savepoint(self, command: str, session: Session | None = None) -> None:
        """session: the connection; without it that of the transaction that was begun last."""
        if self.replica is not None:
            self.replica.savepoint(command)
        begins = command.startswith("SAVEPOINT")
        command = self._renamed(command, begins)
        self._savepoints += 1 if begins else -1
        own = not self.transactional and self.dialect.name in ("mysql", "mariadb")
        if own and self._savepoints == (1 if begins else 0):
            # Where each statement commits by itself MySQL forgets a savepoint at once (manual, 15.3.4: all are deleted
            # by a COMMIT, and an unknown one is error 1305): the outermost is a transaction.
            ends = "COMMIT" if command.startswith("RELEASE") else "ROLLBACK"
            command = "START TRANSACTION" if begins else ends
        transaction = self.open_transaction if session is None else session.transaction
        self._recorder.add(command, "Savepoint", transaction if self.transactional else None)

    def _renamed(self, command: str, begins: bool) -> str:
        """SQLAlchemy numbers savepoints through the run; here each revision's begin with 1, whatever ran before it."""
        verb, _, name = command.rpartition(" ")
        revision = self._recorder.sources.revision
        if self._named[0] != revision:
            self._named = (revision, {})
        names = self._named[1]
        if begins:
            names[name] = f"sa_savepoint_{len(names) + 1}"
        return f"{verb} {names.get(name, name)}"

    def reflected(self, question: str, arguments: tuple[Any, ...], answer: Any) -> None:
        self._recorder.assume(question, arguments, answer, self._spelled)

    def _spelled(self, value: Any) -> str:
        """A type as the dialect writes it, in full."""
        if isinstance(value, TypeEngine):
            with contextlib.suppress(CompileError):
                return str(value.compile(dialect=self.dialect))
        return str(value)

    # ---- statements

    def run(self, cursor: Cursor, sql: str, parameters: Any, context: Any) -> None:
        """parameters: of one execution, or a list of many; None: there are none, and the text is sent as it is."""
        compiled = getattr(context, "compiled", None)
        construct = getattr(context, "invoked_statement", None) if compiled is None else compiled.statement
        with self._recorder.refusing():
            texts = self._texts(sql, parameters, context, compiled)
        if self._known(cursor, texts[0]):
            return
        query = False
        if not isinstance(construct, ExecutableDDLElement):
            query = _is_query(construct, sql)
            if query or _returns(construct, sql):
                cursor.description = _description(compiled)
        for text in texts:
            if not query:
                self._try(cursor.connection, text, construct)
            cursor.statement = self._add(cursor, text.strip(), construct, write=not query)

    def take(self, texts: Sequence[str]) -> None:
        """Texts that stand for a revision, in a transaction of their own."""
        transaction = self.begin() if self.transactional else None
        for text in texts:
            self._recorder.add(text.strip(), None, transaction)
            if self.replica is not None:
                self.replica.apply(text)

    def execute(self, cursor: Cursor, sql: str, parameters: Any) -> None:
        self.run(cursor, sql, None if parameters is None else [parameters], None)

    def written(self, sql: str, parameters: Any) -> str:
        """The text that a driver would send."""
        return sql if parameters is None else self._in_driver_style(sql, parameters)

    def _known(self, cursor: Cursor, sql: str) -> bool:
        """Whether the statement asks for what is known, and has its answer."""
        if self.replica is not None:
            with self._recorder.refusing():
                known = self.replica.ask(sql)
            if known is not None:
                cursor.answer(*known)
                return True
        if (version := self.dialect.version_said) and _VERSION.match(sql):
            answer = ".".join(map(str, version))
            self._recorder.assume("server_version", (), answer)
            product = "PostgreSQL " if self.dialect.name == "postgresql" and "(" in sql else ""
            cursor.answer(["version"], [(product + answer,)])
            return True
        return False

    def _try(self, session: Session, text: str, construct: Any) -> None:
        """Raises the driver's exception for what fails on a server too: the revision may be made for that.

        Where PostgreSQL would take no more statements after it, the revision can't be, and it is only said.
        """
        error, certain = self._refused(text, construct)
        if error is None or (self._recorder.incomplete and not certain):  # it may miss what a failed revision makes
            return
        goes_on = self.dialect.name != "postgresql" or self._savepoints > 0 or session.isolation == "AUTOCOMMIT"
        raises = certain and goes_on
        self._recorder.note("left-out" if raises else "refused", f"{short(text)}: {error}")
        if raises:
            kind = DBAPI.ProgrammingError if self.dialect.name == "postgresql" else DBAPI.OperationalError
            raise kind(error)

    def _refused(self, text: str, construct: Any) -> tuple[str | None, bool]:
        """Why a server does not take it, and whether the revision may count on that. SQLite is at hand; of others it is
        asked only where exceptions may be caught."""
        catches = self._recorder.sources.catches()
        if self.replica is not None:
            error = self.replica.apply(text)
            sure = error is not None and not self._recorder.incomplete and self.replica.is_sure(error)
            return error, sure and catches
        if not catches or not (isinstance(construct, ExecutableDDLElement) or CHANGES.match(text)):
            return None, False
        return self.ask({"of": "refused", "sql": text}), True

    def _add(self, cursor: Cursor, text: str, construct: Any, *, write: bool) -> Any:
        session = cursor.connection
        kind = None if construct is None else type(construct).__name__
        automatic = session.isolation == "AUTOCOMMIT"
        transaction = session.transaction if self.transactional and not automatic else None
        session.wrote = session.wrote or (write and not automatic)
        return self._recorder.add(text, kind, transaction, autocommit=automatic)

    def _texts(self, sql: str, parameters: Any, context: Any, compiled: Any) -> list[str]:
        """The statement with its values written into it, once for each row of values."""
        if compiled is None:
            rows = parameters if isinstance(parameters, list) else [parameters]
            return [self.written(sql, row) for row in rows]
        if parameters == ():  # what a context runs before and behind a statement: SQL Server's SET IDENTITY_INSERT
            return [sql]
        if "\x01" not in sql or not getattr(compiled, "binds", None):  # DDL has none, and many texts
            return [sql] * max(1, len(context.compiled_parameters or ()))
        return [self.filled(sql, compiled, values) for values in context.compiled_parameters]

    def filled(self, sql: str, compiled: Any, values: dict[str, Any]) -> str:
        """A compiled text with these values in it."""
        names = compiled.escaped_bind_names
        types = vars(compiled).get("_sqlgen_types")
        if types is None:
            types = {names.get(name, name): bind.type for name, bind in compiled.binds.items()}
            compiled._sqlgen_types = types  # it is kept for the next statement of this form
        raw = {names.get(name, name): value for name, value in values.items()} if names else values

        def value(match: re.Match[str]) -> str:
            name = match[1]
            if name not in raw:
                raise Offline("placeholder", names=name)
            kind = types.get(name)
            return self._literal(raw[name], _of_several(name, types) if kind is None else kind)

        return MARKED.sub(value, sql)

    def _literal(self, value: Any, kind: Any) -> str:
        if type(value) is Key:
            value.refuse()
        return literal(value, kind, self.dialect)

    def _in_driver_style(self, sql: str, values: Any) -> str:
        """exec_driver_sql(), and cursors: the placeholders are the driver's own."""
        driver = self.dialect.driver
        return written(sql, values, self.dialect.raw_paramstyle, lambda value: adapted(value, driver, self._plain))

    def _plain(self, value: Any) -> str:
        return self._literal(value, NULLTYPE)

    def refuse_key(self, cursor: Cursor) -> NoReturn:
        """Raises Offline."""
        statement = cursor.statement
        with self._recorder.refusing():
            raise Offline("server-key", sql="" if statement is None else short(str(statement[0])))

    # ---- results

    def read(self, cursor: Cursor, what: str) -> None:
        self._recorder.read(cursor.statement, what)
        if what.startswith("fetch") and cursor.statement is not None:
            known = norows.row(str(cursor.statement[0]), booleans=self.dialect.name == "postgresql")
            cursor.rows = None if known is None else [known]


def _of_several(name: str, types: dict[str, Any]) -> Any:
    """The type of a value of a list, whose values are called name_1, name_2, …; of tuples name_1_1, name_1_2, …"""
    of, _, last = name.rpartition("_")
    while of and of not in types:
        of = of.rpartition("_")[0]
    kind = types.get(of, NULLTYPE)
    return kind.types[int(last) - 1] if isinstance(kind, TupleType) else kind


def _is_query(construct: Any, sql: str) -> bool:
    """Whether it only asks, as far as its form goes; the functions that it calls may do more."""
    if isinstance(construct, SelectBase):
        return True
    if isinstance(construct, (UpdateBase, ExecutableDDLElement)):
        return False
    match = _QUERY.match(sql)
    return match is not None and not (match[1].upper() == "WITH" and _WRITES.search(sql))


def _returns(construct: Any, sql: str) -> bool:
    if isinstance(construct, UpdateBase):
        return bool(construct._returning)
    return _RETURNS.search(sql) is not None


def _description(compiled: Any) -> list[tuple[Any, ...]]:
    columns = getattr(compiled, "_result_columns", None) or ()
    names = [str(column.keyname) for column in columns] or ["?column?"]
    return [(name, None, None, None, None, None, None) for name in names]
