"""What a revision may leave behind in the process, put back, so that the next one finds what the first one found."""

from __future__ import annotations

import builtins
import contextlib
import decimal
import faulthandler
import importlib
import json
import json.encoder
import logging
import operator
import os
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any

import alembic.context
import alembic.op

_FIXED: tuple[ModuleType | type, ...] = (
    alembic.context,
    alembic.op,
    builtins,
    json,
    json.JSONDecoder,
    json.JSONEncoder,
    json.encoder,
    os,
)
"""What is replaced now and then, and we and Alembic work with: what stood there has to stay."""

_OF_SYS = (
    "argv",
    "displayhook",
    "excepthook",
    "meta_path",
    "path",
    "path_hooks",
    "stdin",
    "unraisablehook",
)

PutBack = Callable[[], "list[str]"]
"""Makes one thing again what it was; gives the names of what had been replaced, where people should know."""


class State:
    """The process, as it is when the first revision begins."""

    def __init__(self) -> None:
        self._put_back: tuple[PutBack, ...] = (
            _folder(),
            _variables(),
            *(_attributes(module) for module in _FIXED),
            _lists(),
            _modules(),
            _signals(),
            _warnings(),
            _logging(),
            _descriptors(),
            _interpreter(),
        )

    @contextlib.contextmanager
    def kept(self) -> Iterator[list[str]]:
        """Whatever happens inside, afterwards the process is as it was. Gives a list: what had been replaced."""
        replaced: list[str] = []
        with decimal.localcontext():
            try:
                yield replaced
            finally:
                self._restore(replaced)

    def _restore(self, replaced: list[str]) -> None:
        failed: Exception | None = None
        for put_back in self._put_back:
            try:
                replaced += put_back()
            except Exception as error:  # one that fails does not keep back the others
                failed = failed or error
        if failed is not None:
            raise failed


def _folder() -> PutBack:
    before, current, change = os.getcwd(), os.getcwd, os.chdir

    def put_back() -> list[str]:
        try:
            moved = current() != before
        except FileNotFoundError:  # it deleted the folder that it had gone to
            moved = True
        if moved:
            change(before)
        return []

    return put_back


def _variables() -> PutBack:
    environ: Any = os.environ
    data = environ._data  # comparing its copy costs a tenth of what os.environ itself would
    before, zone = dict(data), environ.get("TZ")

    def put_back() -> list[str]:
        if data != before:
            data.clear()
            data.update(before)
            for name in ("PATH", "TZ"):  # the C library has a copy
                if (value := environ.get(name)) is None:
                    environ[name] = ""
                    del environ[name]
                else:
                    environ[name] = value
            if hasattr(time, "tzset"):
                time.tzset()
        return []

    del zone
    return put_back


def _attributes(owner: ModuleType | type) -> PutBack:
    """What is new may stay: modules are imported, proxies of new operations are made."""
    before = {name: value for name, value in vars(owner).items() if name not in _ALIVE}
    restore, name = _entries(vars(owner), before, owner), owner.__name__
    return lambda: [f"{name}.{key}" for key in restore()]


_ALIVE = frozenset({"_active_limbo_lock", "_dangling", "_exitfuncs", "_shutdown_locks", "_", "_proxy"})
"""What changes by itself while a program runs."""


def _entries(space: Mapping[str, Any], before: Mapping[str, Any], owner: object = None) -> PutBack:
    names, values = tuple(before), tuple(before.values())
    values_of = operator.itemgetter(*names)

    def put_back() -> list[str]:
        try:
            same = values_of(space) == values  # compares what is not the same object alone
        except KeyError:  # one was deleted
            same = False
        if same:
            return []
        changed = [name for name in names if space.get(name) is not before[name]]
        for name in changed:
            if owner is None:
                space[name] = before[name]  # type: ignore[index]
            else:
                setattr(owner, name, before[name])
        return changed

    return put_back


def _lists() -> PutBack:
    """sys.path and its like: the list and what it holds."""
    restore = _entries(vars(sys), {name: getattr(sys, name) for name in _OF_SYS})
    held = [(value, list(value)) for value in (getattr(sys, name) for name in _OF_SYS) if isinstance(value, list)]

    def put_back() -> list[str]:
        restore()
        for value, items in held:
            if value != items:
                value[:] = items
        return []

    return put_back


def _modules() -> PutBack:
    """A second copy of SQLAlchemy would have classes of its own."""
    modules = {name: module for name, module in sys.modules.items() if name.startswith(("alembic", "sqlalchemy"))}
    return _entries(sys.modules, modules)


_SIGNALS = (
    "SIGABRT", "SIGALRM", "SIGCHLD", "SIGHUP", "SIGINT", "SIGPIPE", "SIGPROF", "SIGQUIT", "SIGTERM", "SIGUSR1",
    "SIGUSR2", "SIGVTALRM",
)  # fmt: skip


def _signals() -> PutBack:
    numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    current = importlib.import_module("_signal").getsignal  # signal's own makes enums of what this one gives
    before = [(number, current(number)) for number in numbers]
    timers = [
        getattr(signal, name) for name in ("ITIMER_REAL", "ITIMER_VIRTUAL", "ITIMER_PROF") if hasattr(signal, name)
    ]
    where = getattr(signal, "SIGUSR1", None)

    def put_back() -> list[str]:
        for number, handler in before:
            if current(number) is not handler and handler is not None:
                signal.signal(number, handler)
                if number == where:
                    faulthandler.register(number)
        for timer in timers:
            signal.setitimer(timer, 0)
        return []

    return put_back


def _warnings() -> PutBack:
    filters, before, show = warnings.filters, list(warnings.filters), warnings.showwarning

    def put_back() -> list[str]:
        warnings.showwarning = show
        if warnings.filters is not filters or filters != before:
            warnings.filters = filters
            warnings.resetwarnings()  # tells the interpreter that they have changed
            filters[:] = before  # type: ignore[index]
        return []

    return put_back


def _logging() -> PutBack:
    root, disabled = logging.root, logging.root.manager.disable
    level, handlers, filters = root.level, list(root.handlers), list(root.filters)

    def put_back() -> list[str]:
        logging.root = root
        root.manager.disable = disabled
        if root.level != level:
            root.setLevel(level)
        root.handlers[:], root.filters[:] = handlers, filters
        return []

    return put_back


def _interpreter() -> PutBack:
    depth, trace, profile = sys.getrecursionlimit(), sys.gettrace(), sys.getprofile()

    def put_back() -> list[str]:
        if sys.getrecursionlimit() != depth:
            sys.setrecursionlimit(depth)
        if sys.gettrace() is not trace:
            sys.settrace(trace)
        if sys.getprofile() is not profile:
            sys.setprofile(profile)
        if not faulthandler.is_enabled():
            faulthandler.enable(2)
        return []

    return put_back


def _descriptors() -> PutBack:
    """Where the descriptors 0 to 2 lead to, and the streams that write there."""
    copies = [os.dup(number) for number in (0, 1, 2)]
    before = [_identity(number) for number in (0, 1, 2)]
    streams = {"stdout": sys.stdout, "stderr": sys.stderr}

    def put_back() -> list[str]:
        for number, (copy, identity) in enumerate(zip(copies, before, strict=True)):
            if _identity(number) != identity:
                os.dup2(copy, number)
        for name, number in (("stdout", 1), ("stderr", 2)):
            if streams[name].closed:
                streams[name] = open(number, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
                setattr(sys, f"__{name}__", streams[name])
            setattr(sys, name, streams[name])
        return []

    return put_back


def _identity(number: int) -> tuple[int, int] | None:
    try:
        found = os.fstat(number)
    except OSError:
        return None
    return found.st_dev, found.st_ino
