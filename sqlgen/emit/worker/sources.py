"""The stack in, the call in the revision file out."""

from __future__ import annotations

import ast
import io
import os
import re
import sys
import tokenize
from types import CodeType, FrameType

Place = list[object]
"""[file, line, end_line, column, [helper, …]]: the fields of trace.Source."""

Span = tuple["int | None", "int | None", "int | None", "int | None"]
"""First line, last line, first and last column in UTF-8 bytes from 0: as code objects and ast give them."""


class Sources:
    """Finds the call that made a statement. `revision` and `env` are the paths under which those files run."""

    def __init__(self, root: str, env: str) -> None:
        self.revision: str | None = None
        self.env = env
        self._roots = tuple(dict.fromkeys(os.path.join(path, "") for path in (root, os.path.realpath(root))))
        self._names: dict[str, str] = {}
        self._ours: dict[str, bool] = {}
        self._spans: dict[int, tuple[CodeType, list[Span]]] = {}
        self._text: tuple[str, bytes] = ("", b"")

    def here(self) -> Place | None:
        """The innermost call in the revision file, with the project's functions between it and Alembic.

        Where the revision only imports its upgrade() from elsewhere: the outermost call in the project below env.py.
        """
        frame: FrameType | None = sys._getframe(2)
        inner: list[FrameType] = []
        while frame is not None:
            path = frame.f_code.co_filename
            if path == self.revision:
                return self._place(frame, inner)
            if self.ours(path):
                if path == self.env:
                    break
                inner.append(frame)
            frame = frame.f_back
        if inner:
            return self._place(inner[-1], inner[:-1])
        return None if frame is None else self._place(frame, [])

    def ours(self, path: str) -> bool:
        """Whether a file is the project's: below its root, and not installed there."""
        known = self._ours.get(path)
        if known is None:
            full = os.path.normpath(path)
            known = full.startswith(self._roots) and not _INSTALLED.intersection(full.split(os.sep))
            known = known and not full.startswith(_OWN) and not path.startswith("<")
            self._ours[path] = known = known or path in (self.revision, self.env)
        return known

    def name(self, path: str) -> str:
        """A file's name for people: relative to the root where it lies inside, with `/`."""
        name = self._names.get(path)
        if name is None:
            full = os.path.normpath(path)
            root = next((root for root in self._roots if full.startswith(root)), "")
            self._names[path] = name = full[len(root) :].replace(os.sep, "/")
        return name

    def catches(self) -> bool:
        """Whether the revision file may catch exceptions."""
        text = b"" if self.revision is None else self._bytes(self.revision)
        return b"except" in text or b"suppress" in text

    def forget(self) -> None:
        """Drop what was kept for one revision's code."""
        self._spans.clear()

    def _place(self, frame: FrameType, inner: list[FrameType]) -> Place:
        path = frame.f_code.co_filename
        line, end_line, offset, _ = self._span(frame)
        line = line or frame.f_lineno
        helpers = [f"{self.name(each.f_code.co_filename)}:{each.f_lineno}" for each in reversed(inner)]
        return [self.name(path), line, end_line or line, self._column(path, line, offset or 0), helpers]

    def _span(self, frame: FrameType) -> Span:
        """Listing a code object's positions once costs what finding a single one does; there may be thousands."""
        code = frame.f_code
        known = self._spans.get(id(code))
        if known is None:
            spans = list(code.co_positions()) if sys.version_info >= (3, 11) else []
            self._spans[id(code)] = known = (code, spans)
        spans = known[1]
        if spans:
            return spans[frame.f_lasti // 2]
        return self._parsed(code.co_filename, frame.f_lineno)

    def _parsed(self, path: str, line: int) -> Span:
        """Python 3.10 gives the first line only: the longest call that begins on it."""
        try:
            tree = ast.parse(self._bytes(path))
        except SyntaxError:
            return line, None, None, None
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.lineno == line]
        if not calls:
            return line, None, None, None
        call = max(calls, key=lambda node: (node.end_lineno or 0, node.end_col_offset or 0))
        return line, call.end_lineno, call.col_offset, call.end_col_offset

    def _column(self, path: str, line: int, offset: int) -> int:
        """From bytes to characters, from 1."""
        text = self._bytes(path)
        if offset == 0 or text.isascii():
            return offset + 1
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(re.sub(b"\r\n?", b"\n", text)).readline)
            before = re.split("\r\n?|\n", text.decode(encoding))[line - 1].encode()[:offset]
        except (SyntaxError, UnicodeDecodeError, IndexError):
            return offset + 1
        return len(before.decode(errors="ignore")) + 1

    def _bytes(self, path: str) -> bytes:
        """The file that was looked at last is kept."""
        if self._text[0] != path:
            self._text = (path, _read(path))
        return self._text[1]


def _read(path: str) -> bytes:
    """Empty where it can't be read. Once for each revision: a file object would cost half of all that a place does."""
    try:
        number = _open(path, _READ)
    except OSError:
        return b""
    parts = []
    try:
        while part := _read_some(number, 1 << 20):
            parts.append(part)
    except OSError:
        return b""
    finally:
        _close(number)
    return b"".join(parts)


# Revisions may put other things in their places.
_open, _read_some, _close = os.open, os.read, os.close
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)

_INSTALLED = frozenset({"site-packages", "dist-packages"})
_OWN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "")
