"""An exception in, a record of what happened and where out. The parent makes the sentence."""

from __future__ import annotations

import configparser
import re
import socket
import traceback
from types import TracebackType
from typing import Any

import sqlalchemy.exc

from .driver import DBAPI
from .marks import MARKED
from .offline import Offline, short
from .sources import Sources
from .variables import unset


def failure(error: BaseException, sources: Sources) -> dict[str, Any]:
    """kind, type, text, values, file, line, detail. The place: innermost in the revision file, else in the project."""
    kind, values = _kind(error, sources)
    file, line = _place(error, sources)
    return {
        "kind": kind,
        "type": type(error).__name__,
        "text": plain(_text(error)),
        "values": {name: plain(value) for name, value in values.items()},
        "file": file,
        "line": line,
        "detail": "".join(traceback.format_exception(type(error), error, error.__traceback__)),
    }


def _kind(error: BaseException, sources: Sources) -> tuple[str, dict[str, str]]:
    text = _whole(error)
    match error:
        case Offline(kind=kind, values=values):
            return kind, values
        case ModuleNotFoundError(name=str() as name):
            return "module", {"name": name}
        case KeyError(args=(str() as name,)) if _inside(error, "__getitem__", "os"):
            return "variable", {"name": name}
        case PermissionError(filename=str() as path) if path == sources.env:
            return "unreadable", {"name": sources.name(path), "why": str(error.strerror)}
        case configparser.InterpolationMissingOptionError(option=option, reference=name):
            return "interpolation", {"option": str(option), "name": str(name)}
        case configparser.InterpolationSyntaxError(option=option):
            return "percent", {"option": str(option)}
        case _ if names := unset(error):
            return "settings", {"names": " ".join(names)}
        case SystemExit():
            return "exit", {"code": str(error.code)}
        case EOFError():
            return "input", {}
        case sqlalchemy.exc.NoInspectionAvailable():
            return "reflection", {}
        case sqlalchemy.exc.NoSuchModuleError() if match := re.search(r"sqlalchemy\.dialects:([\w.+-]+)", text):
            return "dialect", {"name": match[1]}
        case sqlalchemy.exc.CompileError() if match := re.search(r"(\w+) requires a length", text):
            return "length", {"name": match[1]}
        case sqlalchemy.exc.CompileError() if text.startswith(("Could not render literal", "No literal value")):
            return "literal", {}
        case sqlalchemy.exc.ArgumentError() if "should be a Connection or Inspector" in text or "has_table" in text:
            return "reflection", {}
        case sqlalchemy.exc.ArgumentError() if "URL" in text:
            return "url", {}
        case sqlalchemy.exc.StatementError() if match := re.search(
            r"A value is required for bind parameter '(\w+)'", text
        ):
            return ("unbound" if error.params and error.params != [{}] else "colon"), {"name": match[1]}
        case sqlalchemy.exc.MissingGreenlet():
            return "async", {}
        case sqlalchemy.exc.DBAPIError(statement=str() as sql, orig=DBAPI.Error() as orig):
            return "fails", {"sql": short(sql), "why": str(orig)}
        case sqlalchemy.exc.OperationalError() | sqlalchemy.exc.InterfaceError():
            return "connects", {}
        case ConnectionError() | TimeoutError() | socket.gaierror():  # of a driver that speaks the protocol itself
            return "connects", {}
        case _:
            return _by_text(text), {}


def _by_text(text: str) -> str:
    """There are no classes for these. Alembic's texts are the same from 1.13.0 to 1.20.1."""
    for part, kind in (
        ("live database connection with which to reflect", "batch"),
        ("Connection, url, or dialect_name is required", "no-url"),
        ("the greenlet library is required", "async"),
        ("No context has been configured yet", "unconfigured"),
    ):
        if part in text:
            return kind
    return "exception"


def _inside(error: BaseException, function: str, package: str) -> bool:
    """Whether the exception came out of a function of that name, in a module of that package."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return any(
        frame.f_code.co_name == function and str(frame.f_globals.get("__name__")).partition(".")[0] == package
        for frame in frames
    )


def _whole(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # a project's class may fail in anything
        return ""


def plain(text: str) -> str:
    """Without the addresses of objects, which differ from run to run, and with the marks of values as people write
    them."""
    return MARKED.sub(r":\1", re.sub(r" at 0x[0-9a-fA-F]+\b", "", text))


def _text(error: BaseException) -> str:
    """On one line, without SQLAlchemy's link."""
    text = _whole(error).split("\n(Background on this error", 1)[0].split(" (Background on this error", 1)[0]
    return " ".join(text.split())


def _place(error: BaseException, sources: Sources) -> tuple[str | None, int | None]:
    """Where in the project it happened: the revision file first, then the innermost file of the project."""
    if isinstance(error, SyntaxError) and error.filename and sources.ours(error.filename):
        return sources.name(error.filename), error.lineno
    tracebacks: TracebackType | None = error.__traceback__
    places = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(tracebacks)]
    for wanted in (lambda path: path == sources.revision, sources.ours):
        for path, line in reversed(places):
            if wanted(path):
                return sources.name(path), line
    if sources.revision is not None:
        return sources.name(sources.revision), None
    return None, None
