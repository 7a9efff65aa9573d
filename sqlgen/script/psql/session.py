"""Steps in, the settings under which psql and the server read and run their text out.

What decides how the text is read, or what it does, is set here, whatever psqlrc, the environment variables of the
client and the defaults of role and database say; what belongs to the database (where and how tables are stored, its
time zone) is as the database has it. Sources: PostgreSQL manual, psql; 20 Server Configuration; 34.15 Environment
Variables. Tested on 15.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.messages import say
from sqlgen.script.faithful.refusing import PSQL_VARIABLES, interpolated
from sqlgen.script.path import heads, named, quoted, text
from sqlgen.script.target import Target
from sqlgen.segments import Step
from sqlgen.statements import scan


def client(steps: Sequence[Step]) -> Iterator[str]:
    """psql's own switches, whatever the command line and psqlrc say."""
    yield "-- What psql must do, whatever its options and psqlrc say."
    yield from (
        r"\set ON_ERROR_STOP on",
        r"\set ON_ERROR_ROLLBACK off",
        r"\set AUTOCOMMIT on",
        r"\set SINGLELINE off",
        r"\set SINGLESTEP off",
        r"\set QUIET on",
        r"\set ECHO none",
        r"\set ECHO_HIDDEN off",
        r"\set FETCH_COUNT 0",
        r"\set VERBOSITY default",
        r"\set SHOW_CONTEXT never",
        r"\timing off",
        r"\o",
        r"\pset pager off",
        r"\pset tuples_only on",
        r"\pset format unaligned",
        r"\pset fieldsep '|'",
        r"\pset recordsep '\n'",
        r"\pset expanded off",
        r"\pset null ''",
    )
    looked_up: dict[str, None] = {}
    for step in steps:
        for item in (item for item in step.items if ":" in item.sql):
            looked_up.update(dict.fromkeys(interpolated(item.sql, scan(item.sql, "postgresql"))))
    yield from (rf"\unset {name}" for name in looked_up if name not in PSQL_VARIABLES)


_READ = (
    ("client_encoding", "UTF8", ""),
    ("standard_conforming_strings", "on", "a backslash is a plain character"),
    ("backslash_quote", "safe_encoding", "E'\\'' is a quote"),
    ("transform_null_equals", "off", "x = NULL is never true"),
    ("array_nulls", "on", "NULL in an array is NULL"),
    ("xmloption", "content", "xml that is not a whole document"),
    ("datestyle", "ISO, MDY", "which number of 01/02/2026 is the month"),
    ("intervalstyle", "postgres", "the signs in '-1 2:03'"),
    ("quote_all_identifiers", "off", "definitions, which are compared below"),
)
"""How text is read, and why it matters."""
_RUN = (
    ("row_security", "off", "an error where rows would be left out silently"),
    ("check_function_bodies", "on", "functions are checked when they are made"),
    ("default_transaction_isolation", "read committed", "the guards see what others have committed"),
    ("default_transaction_deferrable", "off", ""),
    ("synchronous_commit", "on", "APPLIED is on disk"),
    ("client_min_messages", "notice", ""),
)
"""What it does."""

KEPT = (
    "role",
    "search_path",
    "lock_timeout",
    "statement_timeout",
    "idle_in_transaction_session_timeout",
    "idle_session_timeout",
    "transaction_timeout",
    "default_transaction_read_only",
    "default_tablespace",
    "default_table_access_method",
    "default_toast_compression",
    "TimeZone",
    *(name for name, _, _ in (*_READ, *_RUN)),
)
"""What each step finds as the first one did, whatever the statements of earlier steps have set."""


def pins(steps: Sequence[Step], target: Target) -> Iterator[str]:
    """SET of each setting; they stand in the transaction of the guard at the top, so that both reach one session."""
    name = f"sqlgen {heads(steps[0].before)} -> {heads(steps[-1].after)}"
    yield f"SET lock_timeout = '{target.lock_timeout_ms}ms';"
    yield f"SET statement_timeout = '{target.statement_timeout_ms}ms';"
    yield "SET idle_in_transaction_session_timeout = '5min';"
    yield f"SET application_name = {quoted(name[:63])};"
    if target.schema is not None:
        yield f"SET search_path = {named(target.schema)};"
    for setting, value, why in (*_READ, *_RUN):
        yield f"SET {setting} = {quoted(value)};" + (f"  -- {why}" if why else "")


def settle() -> Iterator[str]:
    """plpgsql for settings that not every version has, and for those that are the database's own."""
    yield "  PERFORM set_config(name, '0', false) FROM pg_settings"
    yield "  WHERE name IN ('idle_session_timeout', 'transaction_timeout');  -- since PostgreSQL 14 and 17"
    told = say("sqlgen: TimeZone is what the client says (PGTZ), not what the database has: ")
    yield "  IF (SELECT source FROM pg_settings WHERE name = 'TimeZone') = 'client' THEN"
    yield f"    RAISE NOTICE {quoted(text(told) + ' %')}, current_setting('TimeZone');"
    yield "  END IF;"
    yield f"  -- {text(say('As the database has them: where and how tables are stored, what day it is.'))}"
    yield "  PERFORM set_config(name, reset_val, false) FROM pg_settings WHERE name IN ('default_tablespace',"
    yield "    'default_table_access_method', 'default_toast_compression', 'TimeZone');"


def record() -> Iterator[str]:
    """plpgsql that keeps what each step finds."""
    rows = [KEPT[first : first + 5] for first in range(0, len(KEPT), 5)]
    yield "  PERFORM set_config('sqlgen.session', jsonb_object_agg(name, current_setting(name))::text, false)"
    yield "  FROM unnest(ARRAY["
    for row in rows:
        yield "    " + ", ".join(map(quoted, row)) + ("" if row is rows[-1] else ",")
    yield "  ]) AS name WHERE current_setting(name, true) IS NOT NULL;"
