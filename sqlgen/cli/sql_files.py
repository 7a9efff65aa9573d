"""The name of a .sql file, or `-`, in; its text out, or what is wrong with it."""

from __future__ import annotations

import codecs
import sys
from dataclasses import dataclass
from pathlib import Path

from sqlgen.errors import UsageError, say


@dataclass(frozen=True, slots=True)
class SqlFile:
    """A .sql file as it was read."""

    name: str
    data: bytes
    text: str
    """With LF where all its lines end with CRLF, and without the byte order mark that editors on Windows put first."""

    def with_text(self, text: str) -> bytes:
        """The file with another text: its line ends and its mark are kept."""
        marked = codecs.BOM_UTF8 if self.data.startswith(codecs.BOM_UTF8) else b""
        return marked + (text.replace("\n", "\r\n") if _only_crlf(self.data) else text).encode()


def read_sql(name: str) -> str:
    """The text of a .sql file, or of stdin for `-`, line ends as they are. Raises UsageError for a file that is no SQL
    or can't be read."""
    return _decoded(_bytes(name), "<stdin>" if name == "-" else name)


def read_file(name: str) -> SqlFile:
    """The same, ready to be written again. Raises UsageError."""
    data = _bytes(name)
    text = _decoded(data, "<stdin>" if name == "-" else name)
    return SqlFile(name, data, text.replace("\r\n", "\n") if _only_crlf(data) else text)


def _only_crlf(data: bytes) -> bool:
    """Whether each line ends with CRLF: then they can be taken for LF, and put back, wherever they stand."""
    pairs = data.count(b"\r\n")
    return pairs > 0 and data.count(b"\n") == pairs and data.count(b"\r") == pairs


def _bytes(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    if name.endswith(".py"):
        raise UsageError(
            say("{name} is Python, not SQL", name=name),
            hint=say("Give .sql files; a revision is linted by its range: sqlgen lint prev:REVISION."),
        )
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise UsageError(
            say("{name} can't be read: {reason}", name=name, reason=error.strerror or error),
            hint=say("Give .sql files that you may read, or - for stdin."),
        ) from None


def _decoded(data: bytes, name: str) -> str:
    """The text of a .sql file. Raises UsageError for UTF-16, which PowerShell's `>` writes, and for other encodings."""
    if _is_utf_16(data):
        raise UsageError(
            say("{name} is UTF-16, not UTF-8", name=name),
            hint=say("PowerShell's > writes UTF-16: write the file with -o FILE, or Out-File -Encoding utf8."),
        )
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        line, column = _place(data, error.start)
        raise UsageError(
            say("{name}:{line}:{column} is not UTF-8", name=name, line=line, column=column),
            hint=say("Save the file as UTF-8 (byte {offset} is not).", offset=error.start),
        ) from None


def _is_utf_16(data: bytes) -> bool:
    """By its mark, or, where it has none, since every other byte of what people write in it is zero."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    start = data[:200]
    return len(start) > 3 and start.count(0) * 2 >= len(start) - 1


def _place(data: bytes, offset: int) -> tuple[int, int]:
    """Line and column of the first byte that is not UTF-8, both from 1."""
    before = data.removeprefix(codecs.BOM_UTF8)[:offset].decode()
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
