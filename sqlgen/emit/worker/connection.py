"""Statements that a revision executes in, recorded statements out; what it reads, and what it is told, is noted."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.sql.ddl import ExecutableDDLElement
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import SelectBase
from sqlalchemy.types import NullType

from .driver import Cursor, Key
from .literals import literal
from .marks import MARKED
from .offline import Offline, short
from .recorder import Recorder
from .replica import Replica

_QUERY = re.compile(
    r"(?:\s|\(|--[^\n]*\n|/\*.*?\*/)*(SELECT|WITH|VALUES|TABLE|SHOW|EXPLAIN|DESCRIBE|DESC|PRAGMA)\b", re.I | re.S
)
_RETURNS = re.compile(r"\bRETURNING\b", re.IGNORECASE)
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

    def begin(self) -> int | None:
        """Numbers are for the transactions of revisions; env.py may have its own before."""
        return self._recorder.begin() if self._recorder.sources.revision is not None else None

    def savepoint(self, command: str) -> None:
        self._recorder.add(command, "Savepoint")

    def reflected(self, question: str, arguments: tuple[Any, ...], answer: Any) -> None:
        self._recorder.assume(question, arguments, answer)

    # ---- statements

    def run(self, cursor: Cursor, sql: str, parameters: Any, context: Any) -> None:
        construct = _construct(context)
        if self.replica is not None and (known := self.replica.ask(sql, parameters)) is not None:
            cursor.answer(*known)
            return
        with self._recorder.refusing():
            texts = self._texts(sql, parameters, context)
        query = _is_query(construct, sql)
        if query or _returns(construct, sql):
            cursor.description = _description(context)
        for text in texts:
            cursor.statement = self._add(cursor, text.strip(), construct, query=query)

    def take(self, texts: Sequence[str]) -> None:
        """Texts that stand for a revision, in a transaction of their own."""
        transaction = self.begin() if self.transactional else None
        for text in texts:
            self._recorder.add(text.strip(), None, transaction)
            if self.replica is not None:
                self.replica.apply(text)

    def execute(self, cursor: Cursor, sql: str, parameters: Any) -> None:
        self.run(cursor, sql, parameters, None)

    def _add(self, cursor: Cursor, text: str, construct: Any, *, query: bool) -> Any:
        session = cursor.connection
        kind = None if construct is None else type(construct).__name__
        automatic = session.isolation == "AUTOCOMMIT"
        transaction = session.transaction if self.transactional and not automatic else None
        added = self._recorder.add(text, kind, transaction, autocommit=automatic)
        if self.replica is not None and not query:
            self.replica.apply(text)
        return added

    def _texts(self, sql: str, parameters: Any, context: Any) -> list[str]:
        """The statement with its values written into it, once for each row of values."""
        compiled = getattr(context, "compiled", None)
        if compiled is None:
            return self._from_driver_style(sql, parameters)
        if isinstance(compiled.statement, ExecutableDDLElement):
            return [sql]
        return [self._written(sql, compiled, values) for values in context.compiled_parameters]

    def _written(self, sql: str, compiled: Any, values: dict[str, Any]) -> str:
        types = {compiled.escaped_bind_names.get(name, name): bind.type for name, bind in compiled.binds.items()}
        raw = {compiled.escaped_bind_names.get(name, name): value for name, value in values.items()}

        def value(match: re.Match[str]) -> str:
            name = match[1]
            if name not in raw:
                raise Offline("placeholder", names=name)
            of = name
            while of and of not in types:  # one of several that stand for a list: name_1, name_2, of tuples name_1_1
                of = of.rpartition("_")[0]
            return self._literal(raw[name], types.get(of, NullType()))

        return MARKED.sub(value, sql)

    def _literal(self, value: Any, kind: Any) -> str:
        if isinstance(value, Key):
            raise Offline("server-key", sql=short(str(value.cursor.statement and value.cursor.statement[0])))
        return literal(value, kind, self.dialect)

    def _from_driver_style(self, sql: str, parameters: Any) -> list[str]:
        """exec_driver_sql(), and cursors: the placeholders are the driver's own."""
        if not parameters:
            return [sql]
        rows = parameters if isinstance(parameters, list) else [parameters]
        return [_interpolated(sql, row, self.dialect.raw_paramstyle, self._driver_value) for row in rows]

    def _driver_value(self, value: Any) -> str:
        return self._literal(value, NullType())

    # ---- results

    def read(self, cursor: Cursor, what: str) -> None:
        self._recorder.read(cursor.statement, what)


def _construct(context: Any) -> Any:
    compiled = getattr(context, "compiled", None)
    return getattr(context, "invoked_statement", None) if compiled is None else compiled.statement


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


def _description(context: Any) -> list[tuple[Any, ...]]:
    columns = getattr(getattr(context, "compiled", None), "_result_columns", None) or ()
    names = [str(column.keyname) for column in columns] or ["?column?"]
    return [(name, None, None, None, None, None, None) for name in names]


def _interpolated(sql: str, row: Any, style: str, value: Callable[[Any], str]) -> str:
    match style:
        case "pyformat" | "format" if isinstance(row, dict):
            return re.sub(r"%(?:\((.+?)\)s|(%))", lambda m: "%" if m[2] else value(row[m[1]]), sql)
        case "pyformat" | "format":
            rest = iter(row)
            return re.sub(r"%([s%])", lambda m: "%" if m[1] == "%" else value(next(rest)), sql)
        case "qmark" if not isinstance(row, dict):
            parts = re.split(r"('(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|\?)", sql)
            rest = iter(row)
            return "".join(value(next(rest)) if part == "?" else part for part in parts)
        case _:
            raise Offline("driver-style", style=style)
