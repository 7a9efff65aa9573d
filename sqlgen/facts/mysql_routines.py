"""What triggers, routines, events and views of MySQL and MariaDB are made with: a cursor in, (name, value) pairs out.

Sources: MySQL 8.4 manual, 15.1.17 CREATE PROCEDURE and CREATE FUNCTION, 15.1.22 CREATE TRIGGER, 15.1.13 CREATE EVENT,
15.1.23 CREATE VIEW.
"""

from __future__ import annotations

from sqlgen.facts.reader import Cursor

__all__ = ["routine_options", "trigger_options"]

_BODIES = ("BEGIN", "RETURN", "SELECT", "INSERT", "UPDATE", "DELETE", "SET", "CALL", "DO", "IF")


def trigger_options(cursor: Cursor, start: int) -> list[tuple[str, str]]:
    """BEFORE INSERT …, with the cursor behind them, at ON."""
    words = cursor.slice(start).lower().split()
    return [("timing", words[0]), ("events", " ".join(words[1:]))] if len(words) > 1 else []


def routine_options(cursor: Cursor, kind: str) -> list[tuple[str, str]]:
    """The characteristics before the body, or behind a view's query; the cursor stays where it is."""
    here, found = cursor.number, []
    if kind in ("function", "procedure"):
        while not cursor.done() and cursor.word() not in _BODIES:
            if cursor.take("SQL", "SECURITY"):
                found.append(("security", cursor.skip().lower()))
            elif cursor.take("NOT", "DETERMINISTIC"):
                found.append(("deterministic", "false"))
            elif cursor.take("DETERMINISTIC"):
                found.append(("deterministic", "true"))
            elif cursor.take("LANGUAGE"):
                found.append(("language", cursor.skip().lower()))
            elif cursor.at("("):
                cursor.group()
            else:
                cursor.skip()
    elif kind == "event" and cursor.take("ON", "SCHEDULE"):
        start = cursor.number
        cursor.skip_to(("DO", "ON", "COMMENT", "ENABLE", "DISABLE"))
        found.append(("schedule", " ".join(cursor.slice(start).split())))
    elif kind == "view":
        for number in range(here, len(cursor.tokens)):
            cursor.number = number
            if cursor.at("CHECK", "OPTION") and cursor.word(-1) in ("WITH", "CASCADED", "LOCAL"):
                found.append(("check option", "local" if cursor.word(-1) == "LOCAL" else "cascaded"))
    cursor.number = here
    return found
