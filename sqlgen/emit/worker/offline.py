"""What stands for the database while there is none: it passes statements on and refuses to answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from sqlalchemy.engine.mock import MockConnection


class Offline(Exception):
    """A revision wants what can't be given offline. `kind` and `values` choose the sentence that the parent says."""

    def __init__(self, kind: str, **values: str) -> None:
        super().__init__(kind, values)
        self.kind = kind
        self.values = values


class NoSuchThing(Offline, AttributeError):
    """The same for an attribute: hasattr() goes on working."""


class OfflineConnection(MockConnection):
    """A mock connection; Alembic's would drop values given beside a statement, and answer None to every question."""

    def __init__(self, dialect: Any, send: Callable[[Any], object]) -> None:
        super().__init__(dialect, send)
        self._send = send

    def execute(self, obj: Any, parameters: Any = None, execution_options: Any = None) -> Unanswered:
        if parameters:
            rows = parameters if isinstance(parameters, (list, tuple)) else [parameters]
            names = sorted({str(name) for row in rows if isinstance(row, dict) for name in row})
            raise Offline("values-dropped", names=", ".join(names), sql=_short(obj, self.dialect))
        self._send(obj)
        return Unanswered(obj, self.dialect)

    def _run_ddl_visitor(self, visitorcallable: Any, element: Any, **kwargs: Any) -> None:
        in_order(element)
        super()._run_ddl_visitor(visitorcallable, element, **kwargs)

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        raise NoSuchThing("connection", name=name)


class Unanswered:
    """The result of a statement. Looking at it is an error; a SELECT with an effect may be sent."""

    def __init__(self, statement: Any, dialect: Any) -> None:
        self._statement = statement
        self._dialect = dialect

    def _refuse(self, name: str) -> NoReturn:
        raise NoSuchThing("result", name=name, sql=_short(self._statement, self._dialect))

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        self._refuse(name)

    def __iter__(self) -> NoReturn:
        self._refuse("iteration")

    def __bool__(self) -> NoReturn:
        self._refuse("truth value")

    def __len__(self) -> NoReturn:
        self._refuse("len()")

    def __getitem__(self, key: object) -> NoReturn:
        self._refuse("[]")


def in_order(element: Any) -> None:
    """Give a table, or all tables of a MetaData, indexes and constraints in a fixed order; theirs is a set's."""
    from sqlalchemy.util import OrderedSet

    for table in getattr(element, "tables", {"": element}).values():
        if isinstance(getattr(table, "indexes", None), (set, OrderedSet)):
            table.indexes = OrderedSet(sorted(table.indexes, key=_index_key))
        if isinstance(getattr(table, "constraints", None), (set, OrderedSet)):
            table.constraints = OrderedSet(sorted(table.constraints, key=_constraint_key))


def _index_key(index: Any) -> tuple[str, list[str]]:
    return str(index.name), [str(expression) for expression in index.expressions]


def _constraint_key(constraint: Any) -> int:
    return int(getattr(constraint, "_creation_order", 0))


def _short(statement: Any, dialect: Any) -> str:
    """The first 80 characters, on one line."""
    whole = statement if isinstance(statement, str) else str(statement.compile(dialect=dialect))
    text = " ".join(whole.split())
    return text if len(text) <= 80 else text[:79] + "…"
