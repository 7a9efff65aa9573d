"""A value as the driver gets it in, SQL Server's literal out: of the type that pyodbc binds, whatever the session's
language and date format are.

Source: Transact-SQL reference, Constants; CAST and CONVERT; datetime2; "Backslash (Line Continuation)". No server was
asked.
"""

from __future__ import annotations

import datetime
import decimal
import math
import uuid
from typing import Any

from sqlalchemy import types as sqltypes

from .offline import Offline
from .texts import ADDRESSES, parts, quoted, special
from .unwritable import unknown

_LONGEST = 4000
"""nvarchar(4000): what is put together from shorter texts is cut off there, unless one of them is nvarchar(max)."""


def mssql(sent: Any, impl: Any, dialect: Any, definition: bool) -> str:
    match sent:
        case None:
            return "NULL"
        case str():
            return _text(str.__str__(sent), impl)
        case int():
            return str(int(sent))
        case float() | decimal.Decimal() if not math.isfinite(sent):
            raise Offline("literal-number", value=special(sent), dialect=dialect.name)
        case float():
            written = repr(float(sent))
            return written if "e" in written else written + "e0"
        case decimal.Decimal():
            return format(sent, "f")
        case bytes() | bytearray() | memoryview() if impl is not None or not isinstance(sent, memoryview):
            return f"0x{bytes(sent).hex()}"
        case datetime.datetime():
            kind = "datetime2" if sent.tzinfo is None else "datetimeoffset"
            return f"CAST({quoted(sent.isoformat())} AS {kind})"
        case datetime.date():
            return f"CAST({quoted(sent.isoformat())} AS date)"
        case datetime.time() if sent.tzinfo is None:
            return f"CAST({quoted(sent.isoformat())} AS time)"
        case uuid.UUID():
            return quoted(str(sent))
        case _ if isinstance(sent, ADDRESSES):
            return quoted(str(sent))
        case _:
            raise unknown(sent, impl)


def _text(value: str, impl: Any) -> str:
    """N'…' where the type is a Unicode one, or the text is not plain ASCII. A backslash before a line break joins the
    two lines, so the text is cut between them; control characters stand outside of it, by their numbers."""
    wide = "" if value.isascii() and not isinstance(impl, sqltypes.Unicode | sqltypes.UnicodeText) else "N"
    pieces: list[str] = []
    for part in parts(value):
        if isinstance(part, int):
            pieces.append(f"NCHAR({part})")
        else:
            lines = part.replace("'", "''").split("\\\n")
            pieces += [f"{wide}'{line}'" for line in _continued(lines)]
    if len(pieces) == 1:
        return pieces[0]
    if len(value) > _LONGEST:
        pieces.insert(0, "CAST(N'' AS nvarchar(max))")
    return f"({' + '.join(pieces)})"


def _continued(lines: list[str]) -> list[str]:
    """The backslash at the end of one literal, the line break at the beginning of the next."""
    last = len(lines) - 1
    return [("\n" if number else "") + line + ("\\" if number < last else "") for number, line in enumerate(lines)]
