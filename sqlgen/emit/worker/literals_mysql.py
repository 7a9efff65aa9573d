"""A value as the driver gets it in, MySQL's and MariaDB's literal out: as PyMySQL does (1.2: converters.py), with
backslash escapes."""

from __future__ import annotations

import datetime
import decimal
import math
import uuid
from typing import Any

from sqlalchemy import types as sqltypes

from .offline import Offline
from .texts import ADDRESSES, binary, quoted, special, text
from .unwritable import contested, unknown


def mysql(sent: Any, impl: Any, dialect: Any, definition: bool) -> str:
    match sent:
        case None:
            return "NULL"
        case bool() | 0 | 1 if isinstance(sent, bool) or isinstance(impl, sqltypes.Boolean):
            return "true" if sent else "false"
        case str() if str(sent) != str.__str__(sent):  # PyMySQL sends str(): of an enum's member, its qualified name
            raise contested(sent, impl)
        case str():
            return text(str(sent), "mysql", definition)
        case int():
            return str(int(sent))
        case float() | decimal.Decimal() if not math.isfinite(sent):
            raise Offline("literal-number", value=special(sent), dialect=dialect.name)
        case float():
            written = repr(float(sent))
            return written if "e" in written or definition else written + "e0"
        case decimal.Decimal():
            return format(sent, "f")
        case bytes() | bytearray() | memoryview() if impl is not None or not isinstance(sent, memoryview):
            return binary(bytes(sent), "mysql", definition)
        case datetime.datetime() | datetime.time():  # the drivers leave the zone out
            naive = sent if definition else sent.replace(tzinfo=None)
            return quoted(naive.isoformat(" ") if isinstance(naive, datetime.datetime) else naive.isoformat())
        case datetime.date():
            return quoted(sent.isoformat())
        case datetime.timedelta():
            return quoted(_duration(sent))
        case uuid.UUID():
            return quoted(str(sent))
        case _ if isinstance(sent, ADDRESSES):
            return quoted(str(sent))
        case list() | tuple() if impl is None:  # for IN :values
            return "(" + ", ".join(mysql(each, None, dialect, definition) for each in sent) + ")"
        case _:
            raise unknown(sent, impl)


def _duration(value: datetime.timedelta) -> str:
    """[-]hours:minutes:seconds[.fraction], as TIME is written. MySQL manual, 13.2.3."""
    sign, size = ("-", -value) if value.days < 0 else ("", value)
    minutes, seconds = divmod(size.days * 86400 + size.seconds, 60)
    fraction = f".{size.microseconds:06d}" if size.microseconds else ""
    return f"{sign}{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}{fraction}"
