"""What a revision does beside its SQL: refused where it reaches out of the process, noted where it writes files.

It is seen by an audit hook (PEP 578), which stays silent while no revision runs.
"""

from __future__ import annotations

import builtins
import contextlib
import io
import os
import sys
import tempfile
from collections.abc import Iterator
from types import FrameType
from typing import Any

from .offline import Offline
from .recorder import Recorder

_SOCKETS = frozenset({"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"})
_PROCESSES = frozenset(
    {"subprocess.Popen", "os.system", "os.posix_spawn", "os.exec", "os.fork", "os.forkpty", "os.spawn", "os.startfile"}
)
_CHANGES = frozenset(
    {
        "os.chmod",
        "os.chown",
        "os.link",
        "os.mkdir",
        "os.remove",
        "os.rename",
        "os.rmdir",
        "os.symlink",
        "os.truncate",
        "shutil.copytree",
        "shutil.move",
        "shutil.rmtree",
    }
)
_WATCHED = _SOCKETS | _PROCESSES | _CHANGES | {"open", "sqlite3.connect"}
_TWO_PATHS = frozenset({"os.rename", "shutil.copytree", "shutil.move", "os.link", "os.symlink"})
"""What is written is the second one; renaming and moving change the first as well."""
_MODES = {"os.mkdir": 2, "os.rename": 2, "os.chmod": 2, "os.chown": 3, "os.link": 2, "os.symlink": 2, "os.truncate": 2}
"""How many arguments stand before the descriptors of folders; the others have one."""
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Watch:
    """Looks on while a revision runs. `allow_connect` permits what reaches out of the process."""

    def __init__(self, recorder: Recorder, root: str, *, allow_connect: bool) -> None:
        self._recorder = recorder
        self._allow_connect = allow_connect
        self._busy = False
        self._root = os.path.join(os.path.realpath(root), "")
        caches = (
            tempfile.gettempdir(),
            os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"),
            "/dev",
            "/proc/self",
        )
        self._free = tuple(os.path.join(os.path.realpath(path), "") for path in caches)

    def start(self) -> None:
        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            if event in _WATCHED and not self._busy and self._recorder.sources.revision is not None:
                self._see(event, arguments)

        sys.addaudithook(hook)

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """What happens inside is sqlgen's own doing."""
        before, self._busy = self._busy, True
        try:
            yield
        finally:
            self._busy = before

    def _see(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            self._opened(*arguments)
        elif event in _CHANGES:
            if any(type(each) is int and each != -1 for each in arguments[_MODES.get(event, 1) :]):
                return  # relative to an open folder: of a tree, which was told as a whole
            paths = arguments[:2] if event in ("os.rename", "shutil.move") else arguments[:1]
            if event in _TWO_PATHS and len(paths) == 1:
                paths = arguments[1:2]
            for path in paths:
                self._wrote(path)
        elif not self._allow_connect:
            self._refuse(event, arguments)

    def _refuse(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _SOCKETS:
            place = arguments[1] if event in ("socket.connect", "socket.sendto") else arguments[:2]
            problem = Offline("socket", to=_address(place))
        elif event in _PROCESSES and not _importing():
            problem = Offline("process", what=_command(event, arguments))
        elif event == "sqlite3.connect" and not _in_memory(arguments[0]):
            problem = Offline("database-file", name=_text(arguments[0]))
        else:
            return
        with self.aside(), self._recorder.refusing():
            raise problem

    def _opened(self, path: Any, mode: Any, flags: Any) -> None:
        writes = any(letter in mode for letter in "wax+") if isinstance(mode, str) else bool(flags & _WRITING)
        if writes and not isinstance(path, int):
            self._wrote(path)

    def _wrote(self, path: Any) -> None:
        if not isinstance(path, (str, bytes, os.PathLike)):
            return  # a file descriptor
        with self.aside():
            full = os.path.realpath(os.fsdecode(path))
            if full == os.devnull or "__pycache__" in full:
                return
            if (full + os.sep).startswith(self._root) or not (full + os.sep).startswith(self._free):
                self._recorder.note("wrote-file", self._recorder.sources.name(full))


def _importing() -> bool:
    """Whether a module is being imported: what packages ask of the system then is not what the revision does, such as
    platform.architecture(), which starts file(1). The frames below ours are env.py's, which is a module itself."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and not (frame.f_code.co_filename == _JOB and frame.f_code.co_name == "_migrate"):
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            return True
        frame = frame.f_back
    return False


_JOB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "job.py")


def keep_files_of(env: str, recorder: Recorder) -> None:
    """env.py may open NAME.sql for what Alembic writes, as in the multidb template: it gets a file that keeps nothing.

    It would replace a file of the user's by an empty one.
    """
    stock = builtins.open

    def opened(file: Any, mode: str = "r", *args: Any, **kw: Any) -> Any:
        if any(letter in mode for letter in "wax") and _caller() == env:
            recorder.note("env-file", recorder.sources.name(os.path.abspath(os.fsdecode(file))))
            return stock(os.devnull, mode.replace("x", "w"), *args, **kw)
        return stock(file, mode, *args, **kw)

    builtins.open = io.open = opened


def _caller() -> str:
    """The file of the code that opens one, itself or through pathlib."""
    frame: Any = sys._getframe(2)
    while frame.f_back is not None and str(frame.f_globals.get("__name__")).startswith("pathlib"):
        frame = frame.f_back
    return str(frame.f_code.co_filename)


def _in_memory(name: Any) -> bool:
    text = _text(name)
    return text in ("", ":memory:") or (text.startswith("file:") and ("mode=memory" in text or ":memory:" in text))


def _address(place: Any) -> str:
    if isinstance(place, tuple):
        return ":".join(_text(part) for part in place[:2] if part is not None)
    return _text(place)


def _command(event: str, arguments: tuple[Any, ...]) -> str:
    match arguments:
        case (_, list() | tuple() as words, *_):
            return " ".join(map(_text, words))
        case (str() | bytes() as text, *_):
            return _text(text)
        case _:
            return event + "()"


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
