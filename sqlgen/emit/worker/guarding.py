"""Drivers written in C, whose sockets Python does not see: their connect() is refused while a revision runs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

DRIVERS = frozenset(
    {"MySQLdb", "cx_Oracle", "mariadb", "mysql.connector", "oracledb", "psycopg", "psycopg2", "pymssql", "pyodbc"}
)


class Guard(MetaPathFinder):
    """Comes first in sys.meta_path: lets the driver be found as ever, and gives its connect() a look at who calls."""

    def __init__(self, check: Callable[[], None], names: Collection[str]) -> None:
        self._check = check
        self._names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in self._names:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = Guarded(spec.loader, self._check)
        return spec


class Guarded(Loader):
    """A loader, and what it does afterwards."""

    def __init__(self, stock: Any, check: Callable[[], None]) -> None:
        self._stock = stock
        self._check = check

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stock, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        found: ModuleType | None = self._stock.create_module(spec)
        return found

    def exec_module(self, module: ModuleType) -> None:
        self._stock.exec_module(module)
        stock: Any = getattr(module, "connect", None)
        if stock is not None:
            vars(module)["connect"] = self._asking(stock)

    def _asking(self, stock: Any) -> Any:
        def connect(*args: Any, **kw: Any) -> Any:
            self._check()
            return stock(*args, **kw)

        return connect


def guard(check: Callable[[], None], names: Collection[str] = DRIVERS) -> None:
    """check: raises Offline where connect() of these drivers is refused: while a revision runs."""
    sys.meta_path.insert(0, Guard(check, names))
