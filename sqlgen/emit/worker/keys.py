"""Keys that the server would make: an INSERT leaves them to it, and what stands for them can be passed on, not used."""

from __future__ import annotations

import itertools
import sys
from typing import Any, NoReturn

from sqlalchemy.engine import result_tuple

_numbers = itertools.count()


class Key:
    """The value of one column of one row. SQLAlchemy files objects under it; whoever looks at it is refused."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self._number = next(_numbers)

    def refuse(self) -> NoReturn:
        """Raises Offline."""
        self._cursor.connection.log.refuse_key(self._cursor)
        raise AssertionError("a log refuses keys")

    def __eq__(self, other: object) -> bool:
        if other is not self and other is not None and not isinstance(other, Key):
            self.refuse()
        return other is self

    def __hash__(self) -> int:
        return id(self)

    def __lt__(self, other: object) -> bool:
        """The ORM sorts the rows of a flush; those that were inserted earlier come first."""
        if not isinstance(other, Key) or not str(sys._getframe(1).f_globals.get("__name__")).startswith("sqlalchemy."):
            self.refuse()
        return self._number < other._number

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # SQLAlchemy looks for its own attributes on every value
            raise AttributeError(name)
        self.refuse()


def _refusing(self: Key, *args: object) -> NoReturn:
    self.refuse()


for _name in (
    *("add", "bool", "float", "format", "ge", "gt", "index", "int", "iter", "le", "len", "mod", "radd"),
    *("repr", "rsub", "str", "sub"),
):
    setattr(Key, f"__{_name}__", _refusing)


class KeysLeft:
    """Mixed into the dialect's SQL compiler: no value is asked of the server before an INSERT.

    It would run a primary key's default by itself, to know the key; in the INSERT it gives the same rows.
    """

    def visit_insert(self, insert_stmt: Any, *args: Any, **kw: Any) -> Any:
        if not insert_stmt._inline and not insert_stmt._returning:
            insert_stmt = insert_stmt.inline()
        return super().visit_insert(insert_stmt, *args, **kw)  # type: ignore[misc]


class KeysUnknown:
    """Mixed into the dialect's execution context: the parts of a primary key that no parameter gave are Keys."""

    compiled: Any
    compiled_parameters: list[dict[str, Any]]
    cursor: Any

    def pre_exec(self) -> None:
        """SQL Server's context would go on to ask for scope_identity()."""
        super().pre_exec()  # type: ignore[misc]
        self._select_lastrowid = False

    def _setup_ins_pk_from_lastrowid(self) -> list[Any]:
        return self._setup_ins_pk_from_empty()

    def _setup_ins_pk_from_empty(self) -> list[Any]:
        given = self.compiled._inserted_primary_key_from_lastrowid_getter
        row = result_tuple([column.key for column in self.compiled.compile_state.statement.table.primary_key])
        return [
            row(Key(self.cursor) if value is None else value for value in given(None, values))
            for values in self.compiled_parameters
        ]
