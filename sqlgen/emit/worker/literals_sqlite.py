"""A value as the driver gets it in, SQLite's literal out: as the module sqlite3 binds values."""

from __future__ import annotations

import datetime
import decimal
import math
from typing import Any

from .offline import Offline
from .texts import binary, quoted, text
from .unwritable import unknown


def sqlite(sent: Any, impl: Any, dialect: Any, definition: bool) -> str:
    match sent:
        case None:
            return "NULL"
        case str():
            return text(sent, "sqlite", definition)
        case int() if -(2**63) <= sent < 2**63:
            return str(int(sent))
        case int():  # sqlite3 raises OverflowError; as text SQLite would make a float of it
            raise Offline("literal-number", value=str(int(sent)), dialect="sqlite")
        case float():
            return repr(float(sent)) if definition and math.isfinite(sent) else _sqlite_float(float(sent))
        case decimal.Decimal() if definition and sent.is_finite():
            return str(sent)
        case bytes() | bytearray() | memoryview():
            return binary(bytes(sent), "sqlite", definition)
        case datetime.datetime():  # sqlite3's default adapters, where no type of SQLAlchemy's has made it text
            return quoted(sent.isoformat(" "))
        case datetime.date():
            return quoted(sent.isoformat())
        case _:
            raise unknown(sent, impl)


def _sqlite_float(value: float) -> str:
    """NaN is bound as NULL (sqlite.org, c3ref/bind_blob.html). SQLite reads 15 digits right, not always more
    (sqlite.org, floatingpoint.html): a number with more is written as an integer over or times a power of two."""
    if math.isnan(value):
        return "NULL"
    if math.isinf(value):
        return "9e999" if value > 0 else "-9e999"
    digits, exponent = decimal.Decimal(repr(value)).as_tuple()[1:]
    if len(digits) <= 15 and abs(int(exponent)) <= 22:
        return repr(value)
    numerator, denominator = value.as_integer_ratio()
    operator, power = ("/", denominator) if denominator > 1 else ("*", numerator & -numerator)
    written = f"CAST({numerator if denominator > 1 else numerator // power} AS REAL)"
    step = 2**62
    while power > 1:
        written += f" {operator} {min(power, step)}"
        power = max(1, power // step)
    return f"({written})"
