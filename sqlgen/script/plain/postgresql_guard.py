"""Steps in, the session, the guard at the top and the pieces of a plain PostgreSQL script out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlgen.messages import Message, say
from sqlgen.script.path import braces, named, quoted, text
from sqlgen.script.plan import Part, parts
from sqlgen.script.psql.once import transactional
from sqlgen.script.span import Span

ALONE = say("a statement that can't run in a transaction, such as CREATE INDEX CONCURRENTLY")


@dataclass(frozen=True, slots=True)
class Script(Span):
    """What this script is made of."""

    @property
    def table(self) -> str:
        """The version table's quoted name."""
        return named(self.target.version_table, self.target.version_table_schema)

    @property
    def alone(self) -> bool:
        """Whether something in it can't run in a transaction."""
        return any(not atomic(part) for step in self.runnable for part in parts(step, self.target))


_PINNED = (
    "search_path",
    "role",
    "standard_conforming_strings",
    "lock_timeout",
    "statement_timeout",
    "check_function_bodies",
    "row_security",
    "default_tablespace",
    "default_transaction_read_only",
)
"""What each step finds as the first one did, whatever the statements of earlier steps have set."""


def session(script: Script) -> Iterator[str]:
    """Read-only, and with what the text relies on."""
    target = script.target
    yield ""
    yield "-- The session: read-only until a guard opens it."
    yield "SET default_transaction_read_only = on;"
    yield "SET standard_conforming_strings = on;"
    yield f"SET lock_timeout = '{target.lock_timeout_ms}ms';"
    yield f"SET statement_timeout = '{target.statement_timeout_ms}ms';"
    if target.role is not None:
        yield f"SET ROLE {quoted(target.role)};"
    if target.schema is not None:
        yield f"SET search_path = {named(target.schema)};"
    yield "SET sqlgen.at = '';"
    yield "SET sqlgen.part = '';"
    yield "SET sqlgen.why = '';"
    if script.alone:
        yield "-- This is still there in the next statement only where both are in one transaction."
        yield from block("  PERFORM set_config('sqlgen.open', 'yes', true);")
    yield from block(
        "  PERFORM set_config('sqlgen.session', jsonb_object_agg(name, current_setting(name))::text, false)",
        f"  FROM unnest(ARRAY[{', '.join(map(quoted, _PINNED[:5]))},",
        f"    {', '.join(map(quoted, _PINNED[5:]))}]) AS name;",
    )


RESTORE = (
    "  PERFORM set_config(name, value, false)",
    "  FROM jsonb_each_text(nullif(current_setting('sqlgen.session', true), '')::jsonb) AS session (name, value);",
)
"""plpgsql that sets the session back to how the first step found it."""


def block(*body: str, declare: tuple[str, ...] = ()) -> list[str]:
    """A DO block."""
    head = ["DO $sqlgen$", "DECLARE", *[f"  {line}" for line in declare]] if declare else ["DO $sqlgen$"]
    return [*head, "BEGIN", *body, "END", "$sqlgen$;"]


def array(rows: tuple[str, ...]) -> str:
    """SQL for a text[]."""
    return f"ARRAY[{', '.join(map(quoted, rows))}]" if rows else "'{}'::text[]"


def query_heads(script: Script) -> str:
    """plpgsql that reads the version table into found_heads, sorted by bytes."""
    rows = 'array_agg(version_num::text ORDER BY version_num::text COLLATE "C")'
    return f"SELECT coalesce({rows}, '{{}}') INTO found_heads FROM {script.table};"


def regclass(script: Script) -> str:
    """SQL for the version table, NULL where there is none."""
    return f"to_regclass({quoted(script.table)})"


def mark(script: Script) -> str:
    """SQL for the record of a half-done step, at the end of the version table's comment; '' where there is none."""
    return f"coalesce(substring(obj_description({regclass(script)}, 'pg_class') FROM 'sqlgen: .*'), '')"


def unless(condition: str, fact: str, *found: str) -> Iterator[str]:
    """Raise a result line where a condition, which must not be NULL, does not hold."""
    yield f"  IF NOT ({condition}) THEN"
    yield f"    RAISE EXCEPTION USING MESSAGE = {' || '.join([quoted(f'sqlgen result: {fact}'), *found])};"
    yield "  END IF;"


def said(message: Message) -> str:
    """A result that says that nothing was done."""
    return f"NOT APPLIED: {text(message)}"


def guard(script: Script) -> Iterator[str]:
    """The block at the top, which notes in sqlgen.at that it passed."""
    target, nothing = script.target, quoted("; nothing was changed")
    here = "quote_ident(current_database())"
    body: list[str] = []
    if script.alone:
        one = say(
            "this tool runs a transaction of its own, or sends the whole script as one query, and it holds {what}; "
            "use psql, or a tool in auto-commit mode that sends statements one by one",
            what=ALONE,
        )
        body += unless("coalesce(current_setting('sqlgen.open', true), '') = ''", said(one), nothing)
    if target.databases:
        wrong = say("this script is for database {list}, this one is", list=", ".join(target.databases))
        known = f"current_database() = ANY ({array(target.databases)})"
        body += unless(known, f"{said(wrong)} ", here, nothing)
    if target.identity is not None:
        wrong = say("this script is for the server with system identifier {id}, this one has", id=target.identity)
        found = "(SELECT system_identifier::text FROM pg_control_system())"
        body += unless(f"{found} = {quoted(target.identity)}", f"{said(wrong)} ", found, nothing)
    body += [f"  IF {regclass(script)} IS NOT NULL THEN", f"    {query_heads(script)}"]
    body += [f"    found_mark := {mark(script)};", "  END IF;"]
    if target.schemas:
        wrong = say("the version table must stand in schema {list}, it stands in", list=", ".join(target.schemas))
        there = f"SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = {regclass(script)}"
        found = f"coalesce(({there}), current_schema(), '')"
        body += unless(f"{found} = ANY ({array(target.schemas)})", f"{said(wrong)} ", found, nothing)
    if script.start:
        body += unless("found_heads IS NOT NULL", f"{said(missing(script))} ", here, nothing)
    body += ["  found_heads := coalesce(found_heads, '{}');"]
    half = say("a revision was left half done: run the script for psql of the same range, which goes on there; it says")
    body += unless("found_mark = ''", f"{said(half)} ", "found_mark")
    there = f"found_heads <> {array(script.end)}"
    body += unless(there, at_end(script), nothing) if script.end != script.start or not script.runnable else ()
    off = say("{path}; {table} holds", path=path(script), table=target.version_table)
    body += unless(f"found_heads = {array(script.start)}", f"{said(off)} ", "found_heads::text", hint(script), nothing)
    body += ["  PERFORM set_config('sqlgen.at', '0', false);"]
    yield ""
    yield "-- The guard: does this script belong to this database, as it stands?"
    body += ["EXCEPTION WHEN raise_exception THEN", "  PERFORM set_config('sqlgen.why', SQLERRM, false);"]
    yield from block(*body, declare=("found_heads text[];", "found_mark text := '';"))
    yield "-- Said in a statement of its own, so that the reason is kept for the result."
    yield from block(
        "  IF current_setting('sqlgen.why') <> '' THEN",
        "    RAISE EXCEPTION USING MESSAGE = current_setting('sqlgen.why');",
        "  END IF;",
    )


def missing(script: Script) -> Message:
    """There is no version table."""
    return say("there is no table {table} on the search path of database", table=script.target.version_table)


def path(script: Script) -> Message:
    """From where to where it goes."""
    return say("this script goes from {start} to {end}", start=braces(script.start), end=braces(script.end))


def at_end(script: Script) -> str:
    """What it says where there is nothing to do."""
    stands = say("ALREADY APPLIED: the database is at {end}", end=braces(script.end))
    return script.gate or text(stands) + script.about


def hint(script: Script) -> str:
    """SQL for which script leads on from where the version table stands, where that is on the way; else ''."""
    found = [f"\n      WHEN {array(rows)} THEN {quoted(told)}" for rows, told in script.on_the_way()]
    return f"CASE found_heads{''.join(found)}\n      ELSE '' END" if found else "''"


def atomic(part: Part) -> bool:
    """Whether it stands in a transaction: also a statement that a revision commits by itself, where that comes to the
    same, and keeps it together with its record."""
    return part.transaction or all(map(transactional, part.items))
