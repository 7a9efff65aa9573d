"""A database driver that is not installed in, something that stands in its place out: nothing is sent through it.

Models often stand in a module that makes an engine, and SQLAlchemy imports the driver at once. Only what SQLAlchemy
itself asks for is replaced, so a project that tries an import to learn what is installed gets the true answer.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import FrameType, ModuleType
from typing import Any

from .offline import Offline


class StandIns(MetaPathFinder, Loader):
    """Comes last in sys.meta_path: what is installed is found before."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        top = fullname.partition(".")[0]
        if top not in self._names and not _asked_by_sqlalchemy(sys._getframe(1)):
            return None
        self._names.add(top)
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return Greenlets(spec.name) if spec.name == "greenlet" else StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass


class StandIn(ModuleType):
    """A module that has whatever is asked for. Dialects look at the version and the exceptions of their driver."""

    apilevel = "2.0"
    threadsafety = 1
    paramstyle = "named"
    __version__ = "99.0.0"
    version = "99.0.0"
    version_info = sqlite_version_info = (99, 0, 0)

    def connect(self, *args: object, **kw: object) -> None:
        raise Offline("no-driver", name=self.__name__)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _anything(name)


class Greenlet:
    """A function that runs at once. Nothing here waits for a server, so nothing has to be left and come back to."""

    dead = False

    def __init__(self, run: Callable[..., Any] | None = None, parent: Greenlet | None = None) -> None:
        self._run = run
        self.parent = parent

    def switch(self, *args: Any, **kw: Any) -> Any:
        if self._run is None:  # the outermost one is given what somebody awaits
            return driven(*args)
        before, Greenlets.current = Greenlets.current, self
        try:
            return self._run(*args, **kw)
        finally:
            Greenlets.current = before
            self.dead = True


class Greenlets(ModuleType):
    """The module greenlet, as far as SQLAlchemy uses it."""

    greenlet = Greenlet
    current = Greenlet()
    __version__ = "99.0.0"

    @staticmethod
    def getcurrent() -> Greenlet:
        return Greenlets.current


def driven(awaitable: Awaitable[Any]) -> Any:
    """The result of an awaitable that never really waits. Raises Offline for one that does."""
    steps = awaitable.__await__()
    try:
        next(steps)
    except StopIteration as done:
        return done.value
    raise Offline("waits")


class _Anything(type):
    """A class that is callable, an exception, and has every attribute."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _anything(name)

    def __call__(cls, *args: object, **kw: object) -> Any:
        return super().__call__(*args)

    def __ror__(cls, flags: object) -> Any:
        """A driver's flag, added to others."""
        return flags


def _anything(name: str) -> Any:
    made = _Anything(name, (Exception,), {"__getattr__": lambda self, attribute: getattr(type(self), attribute)})
    made.__module__ = __name__
    return made


def _asked_by_sqlalchemy(frame: FrameType | None) -> bool:
    """The nearest caller outside the import system is a dialect's import_dbapi, or the import of greenlet, which only
    asynchronous engines use."""
    while frame is not None and str(frame.f_globals.get("__name__")).startswith("importlib"):
        frame = frame.f_back
    if frame is None:
        return False
    module, function = str(frame.f_globals.get("__name__")), frame.f_code.co_name
    if not module.startswith("sqlalchemy."):
        return False
    return function == "import_dbapi" or module == "sqlalchemy.util.concurrency"
