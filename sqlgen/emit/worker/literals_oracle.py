"""A value as the driver gets it in, Oracle's literal out, whatever the session's NLS settings are.

Source: Oracle Database SQL Language Reference, Literals; ORA-01704: a text literal has 4000 bytes at most. No server
was asked.
"""

from __future__ import annotations

import datetime
import decimal
import math
from typing import Any

from sqlalchemy import types as sqltypes

from .offline import Offline
from .texts import ADDRESSES, parts, quoted, special
from .unwritable import unknown

_LONGEST = 4000


def oracle(sent: Any, impl: Any, dialect: Any, definition: bool) -> str:
    match sent:
        case None:
            return "NULL"
        case str():
            return _text(str.__str__(sent))
        case bool() if dialect.supports_native_boolean and not isinstance(impl, sqltypes.Numeric | sqltypes.Integer):
            return "TRUE" if sent else "FALSE"
        case int():
            return str(int(sent))
        case float() | decimal.Decimal() if not math.isfinite(sent):
            raise Offline("literal-number", value=special(sent), dialect=dialect.name)
        case float():
            return repr(float(sent))
        case decimal.Decimal():
            return format(sent, "f")
        case bytes() | bytearray() | memoryview() if len(bytes(sent)) * 2 <= _LONGEST:
            return f"HEXTORAW('{bytes(sent).hex()}')"
        case datetime.datetime():
            return _moment(sent)
        case datetime.date():
            return f"DATE '{sent.isoformat()}'"
        case datetime.timedelta():
            return f"NUMTODSINTERVAL({decimal.Decimal(sent // datetime.timedelta(microseconds=1)) / 10**6}, 'SECOND')"
        case _ if isinstance(sent, ADDRESSES):
            return quoted(str(sent))
        case _:
            raise unknown(sent, impl)


def _moment(value: datetime.datetime) -> str:
    """As SQLAlchemy writes it: a DATE where nothing is behind the seconds, so that none is lost or compared apart."""
    if value.tzinfo is not None or value.microsecond:
        zone = value.strftime("%z")
        return f"TIMESTAMP '{value.replace(tzinfo=None).isoformat(' ')}{f' {zone[:3]}:{zone[3:5]}' if zone else ''}'"
    return f"TO_DATE('{value.isoformat(' ')}', 'YYYY-MM-DD HH24:MI:SS')"


def _text(value: str) -> str:
    """Control characters by their numbers; a text that is too long for a literal in pieces."""
    pieces: list[str] = []
    whole = parts(value)
    for part in whole:
        if isinstance(part, int):
            pieces.append(f"CHR({part})")
        else:
            pieces += [quoted(piece.replace("'", "''")) for piece in _cut(part)]
    if len(value.encode()) > _LONGEST:
        pieces = [f"TO_CLOB({piece})" for piece in pieces]
    return pieces[0] if len(pieces) == 1 else f"({' || '.join(pieces)})"


def _cut(value: str) -> list[str]:
    """Pieces of 1000 characters, of which none has more than 4 bytes."""
    if len(value.encode()) <= _LONGEST:
        return [value]
    return [value[start : start + 1000] for start in range(0, len(value), 1000)]
