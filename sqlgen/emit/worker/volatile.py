"""A revision's function in, what it calls that may give another value each time out. Nothing is run."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

_CALLS = frozenset(
    {
        *("uuid1", "uuid4", "uuid6", "uuid7", "uuid8", "getnode"),
        *("random", "randint", "randrange", "choice", "choices", "sample", "shuffle", "uniform", "gauss"),
        *("getrandbits", "randbytes", "SystemRandom", "urandom", "getrandom"),
        *("token_bytes", "token_hex", "token_urlsafe", "randbelow"),
        *("time_ns", "monotonic", "perf_counter", "localtime", "gmtime", "utcnow", "today", "getpid", "gethostname"),
    }
)
_CLOCK = frozenset({"datetime", "timezone", "dt", "pendulum", "arrow"})


def volatile_calls(module: ModuleType, function: str, ours: Callable[[str], bool]) -> list[str]:
    """The names of such calls in the function and in the project's functions that it can reach, sorted.

    ours: whether a file is the project's. A name is a hint, no proof: what comes out is compared with a second run.
    """
    found: set[str] = set()
    for code, names in _reached(getattr(module, function, None), ours):
        used = frozenset(code.co_names)
        found |= used & _CALLS
        if "now" in used and (used & _CLOCK or _is_clock(names.get("datetime"))):
            found.add("now")
        if "time" in used and (names.get("time") is time or names.get("time") is time.time):
            found.add("time")
    return sorted(found)


def _is_clock(value: object) -> bool:
    return value is datetime or value is datetime.datetime


def _reached(start: Any, ours: Callable[[str], bool]) -> Iterator[tuple[CodeType, dict[str, Any]]]:
    """Code objects with the names that they see."""
    todo: list[Any] = [start]
    seen: set[int] = set()
    while todo:
        each = todo.pop()
        if not isinstance(each, FunctionType) or id(each) in seen:
            continue
        seen.add(id(each))
        codes = [each.__code__]
        for code in codes:  # it grows
            codes += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
            yield code, each.__globals__
            for name in code.co_names:
                todo += _functions(each.__globals__.get(name), code.co_names, ours)


def _functions(value: Any, attributes: tuple[str, ...], ours: Callable[[str], bool]) -> list[Any]:
    if isinstance(value, FunctionType) and ours(value.__code__.co_filename):
        return [value]
    if isinstance(value, type) and ours(_file_of(value)):
        return [each for each in vars(value).values() if isinstance(each, FunctionType)]
    if isinstance(value, ModuleType) and ours(str(getattr(value, "__file__", None))):
        return [each for name in attributes if isinstance(each := vars(value).get(name), FunctionType)]
    return []


def _file_of(kind: type) -> str:
    for each in vars(kind).values():
        if isinstance(each, FunctionType):
            return each.__code__.co_filename
    return ""
