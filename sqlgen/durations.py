"""A time as people and PostgreSQL write it in, milliseconds out."""

from __future__ import annotations

_UNITS_MS = {"": 1, "us": 0.001, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}


def milliseconds(text: str) -> int | None:
    """A time as PostgreSQL writes it (`5s`, `'500ms'`, `5000`, `2min`) in ms; None when it is not one.

    Source: PostgreSQL manual, 19.1.1 Parameter Names and Values: us, ms, s, min, h, d; lock_timeout counts in ms.
    """
    bare = text.strip().strip("'\"").strip()
    number = bare.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ").strip()
    unit = bare[len(number) :].strip()
    try:
        return round(float(number) * _UNITS_MS[unit])
    except (KeyError, ValueError, OverflowError):
        return None


def required_milliseconds(text: str) -> int:
    """As `milliseconds`. Raises ValueError for what is no time."""
    found = milliseconds(text)
    if found is None:
        raise ValueError(f'"{text}" is no time; write 500ms, 30s, 5min or 1h')
    return found
