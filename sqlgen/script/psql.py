"""Steps in, a script for psql out.

The session is read-only until a guard opens it. A guard at the top finds out where the database stands on the path of
the script; each step stands in a transaction of its own, guarded again inside, so that neither a pasted script (client
commands lost, errors ignored) nor a second runner gets past it. Steps that are done are skipped, so a run resumes.

Sources: PostgreSQL manual, psql; 13.3.5 Advisory Locks; default_transaction_read_only (19.11.1). Tested on 15.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.messages import Message, say
from sqlgen.script import psql_parts
from sqlgen.script.faithful import PSQL_VARIABLES, interpolated
from sqlgen.script.form import Form
from sqlgen.script.header import banner, header, left_out, unbound
from sqlgen.script.marks import Numbers, end_mark, marked
from sqlgen.script.path import braces, file_of, gap_reason, heads, quoted, shell, text
from sqlgen.script.psql_blocks import array, block, guard, query_heads, query_mark, refuse, running, stamp, table
from sqlgen.script.target import Target
from sqlgen.segments import Step
from sqlgen.statements import scan


def render(steps: Sequence[Step], target: Target, form: Form) -> str:
    """The whole script, ending with a newline."""
    numbers = Numbers()
    lines = [
        *header(
            steps,
            target,
            title=form.title,
            run=command(target, file_of(steps)),
            needs=_needs(target),
            result=_result_help(),
            after_gate=say("Bring the database to what it says there; run this script again for the rest."),
        ),
        *_client(steps),
        *_session(steps, target),
        *_guard(steps, target),
    ]
    for index, step in enumerate(steps):
        lines += _step(steps, index, step, target, numbers)
    lines += [*_result(steps, target), end_mark(numbers.count)]
    return "\n".join(lines) + "\n"


def command(target: Target, file: str) -> str:
    """The shell command that runs a script of this name."""
    database = "DATABASE" if target.database is None else shell(target.database)
    return f"psql -X -v ON_ERROR_STOP=1 -d {database} -f {file}.sql > {file}.log 2>&1"


def _needs(target: Target) -> tuple[Message, ...]:
    server = (
        say("PostgreSQL 10 or newer")
        if target.server_version is None
        else say("PostgreSQL {version}, for which it was checked", version=target.server_version)
    )
    direct = say("a direct connection: not a pooler that shares sessions; no psql option -1")
    return (say("psql 10 or newer, {server}", server=server), direct)


def _result_help() -> Message:
    return say(
        'the LAST line with "sqlgen result:" tells: APPLIED, ALREADY APPLIED or NOT APPLIED.\n'
        "psql ends with 0 for the first two, else with 3 (an SQL error), 2 (connection lost) or 1.\n"
        "After an error the failed step is rolled back and the steps before it stand; remove the cause\n"
        "and run this script again: it goes on where it stopped."
    )


def _client(steps: Sequence[Step]) -> Iterator[str]:
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
        r"\pset expanded off",
    )
    looked_up: dict[str, None] = {}
    for step in steps:
        for item in (item for item in step.items if ":" in item.sql):
            looked_up.update(dict.fromkeys(interpolated(item.sql, scan(item.sql, "postgresql"))))
    yield from (rf"\unset {name}" for name in looked_up if name not in PSQL_VARIABLES)


_PINNED = (
    "search_path",
    "role",
    "client_encoding",
    "standard_conforming_strings",
    "lock_timeout",
    "statement_timeout",
    "idle_in_transaction_session_timeout",
    "client_min_messages",
    "check_function_bodies",
    "row_security",
    "default_tablespace",
    "default_transaction_read_only",
)
"""What each step finds as the first one did, whatever the statements of earlier steps have set."""


def _session(steps: Sequence[Step], target: Target) -> Iterator[str]:
    name = f"sqlgen {heads(steps[0].before)} -> {heads(steps[-1].after)}"
    yield ""
    yield "-- The session: read-only until a guard opens it."
    yield "SET default_transaction_read_only = on;"
    yield "SET client_encoding = 'UTF8';"
    yield "SET standard_conforming_strings = on;"
    yield f"SET lock_timeout = '{target.lock_timeout_ms}ms';"
    yield f"SET statement_timeout = '{target.statement_timeout_ms}ms';"
    yield "SET idle_in_transaction_session_timeout = '5min';"
    yield "SET client_min_messages = notice;"
    yield f"SET application_name = {quoted(name[:63])};"
    if target.role is not None:
        yield f"SET ROLE {quoted(target.role)};"
    yield "SET sqlgen.at = '';"
    yield "-- What each step finds, whatever the statements of earlier steps have set."
    pins = [", ".join(quoted(pin) for pin in _PINNED[first : first + 4]) for first in range(0, len(_PINNED), 4)]
    yield from block(
        "  PERFORM set_config('sqlgen.session', jsonb_object_agg(name, current_setting(name))::text, false)",
        "  FROM unnest(ARRAY[",
        *(f"    {line}{',' if line is not pins[-1] else ''}" for line in pins),
        "  ]) AS name;",
    )


def _guard(steps: Sequence[Step], target: Target) -> Iterator[str]:
    """Database, second runner, version table, and where on its path the script stands: sqlgen.at counts done steps,
    sqlgen.done the parts of the step after them."""
    here = "quote_ident(current_database())"
    wrong = say("this script is for database {database}, this one is ", database=target.database)
    off = say(
        "this script goes from {start} to {end}; {table} holds ",
        start=braces(steps[0].before),
        end=braces(steps[-1].after),
        table=target.version_table,
    )
    another = say("Make a script that starts from what the table holds. Nothing was changed.")
    body: list[str] = []
    if target.database is not None:
        hint = say("Connect to the database that the script is for. Nothing was changed.")
        body += _unless(f"current_database() = {quoted(target.database)}", wrong, here, hint=hint)
    busy = say("another sqlgen script is running in this database, ")
    wait = say("Run this script again when it has ended. Nothing was changed.")
    lock = f"pg_try_advisory_lock(hashtext('sqlgen'), hashtext({quoted(target.version_table)}))"
    body += _unless(lock, busy, here, hint=wait)
    body += [f"  IF to_regclass({quoted(table(target))}) IS NOT NULL THEN"]
    body += [f"    {query_heads(target)}", f"    found_mark := {query_mark(target)};"]
    if steps[0].before:
        missing = say("there is no table {table} on the search path of database ", table=target.version_table)
        path = "' (' || current_setting('search_path') || ')'"
        hint = say("Connect to the right database, as a role that finds the table. Nothing was changed.")
        body += ["  ELSE", *refuse(missing, here, path, hint=hint)]
    body += ["  END IF;", "  SELECT step, mark INTO path_at, path_mark FROM (VALUES", *_path(steps)]
    body += ["  ) AS path (step, heads, mark) WHERE heads = found_heads;"]
    body += _unless("path_at IS NOT NULL", off, "found_heads::text", "' in database '", here, hint=another)
    half = say("a step was left half done by another script: ")
    finish = say("Run that script to its end; or clean up by hand, then remove the comment on the version table.")
    body += _unless(
        "found_mark = '' OR coalesce(strpos(found_mark, path_mark), 0) = 1", half, "found_mark", hint=finish
    )
    part = "split_part(substr(found_mark, length(path_mark) + 1), ' ', 1)::int"
    body += ["  PERFORM set_config('sqlgen.at', path_at::text, false);", "  PERFORM set_config('sqlgen.done',"]
    body += [
        "    CASE WHEN found_mark = '' THEN 0",
        f"    ELSE {part} - (found_mark LIKE '% began')::int END::text, false);",
    ]
    yield ""
    yield "-- The guard: does this script belong to this database, as it stands?"
    variables = ("found_heads text[] := '{}';", "found_mark text := '';", "path_mark text;", "path_at int;")
    yield from block(*body, declare=variables)
    yield r"\set QUIET off"


def _unless(condition: str, fact: Message, *found: str, hint: Message) -> Iterator[str]:
    yield f"  IF NOT ({condition}) THEN"
    yield from refuse(fact, *found, hint=hint)
    yield "  END IF;"


def _path(steps: Sequence[Step]) -> Iterator[str]:
    states = [step.before for step in steps] + [steps[-1].after]
    marks = [psql_parts.mark_prefix(step) if psql_parts.in_parts(step) else None for step in steps] + [None]
    for number, (state, mark) in enumerate(zip(states, marks, strict=True)):
        comma = "," if number < len(steps) else ""
        yield f"    ({number}, {array(state)}, {'NULL::text' if mark is None else quoted(mark)}){comma}"


def _step(steps: Sequence[Step], index: int, step: Step, target: Target, numbers: Numbers) -> list[str]:
    number, total = index + 1, len(steps)
    lines = [
        *banner(step, number, total, _note(step)),
        f"SELECT current_setting('sqlgen.at')::int < {number} AS sqlgen_run",
        r"\gset",
    ]
    if index == 0:
        lines.append("-- A semicolon alone: where client commands like \\gset get lost, it ends the SELECT above.")
    lines += [";", r"\if :sqlgen_run"]
    if step.gap is not None:
        lines += _gate(step, target)
    elif psql_parts.in_parts(step):
        lines += psql_parts.render(step, number, total, target, numbers)
    else:
        lines += _transaction(step, number, total, target, numbers)
    skipped = rf"\echo [sqlgen] step {number} of {total}: {step.revision} was done before, skipped"
    return [*lines, r"\else", skipped, r"\endif"]


def _note(step: Step) -> Message:
    if step.gap is not None:
        return say("GATE: could not be rendered")
    if psql_parts.in_parts(step):
        count = len(psql_parts.parts(step))
        return say("{count} part(s) that commit one by one; a repeated run goes on after the last", count=count)
    return say("one transaction")


def _transaction(step: Step, number: int, total: int, target: Target, numbers: Numbers) -> list[str]:
    items = [marked(item, numbers.next()) for item in step.items]
    return [
        "BEGIN READ WRITE;",
        *guard(step, number, target),
        running(step, number, total, say("it is rolled back if it fails")),
        *([r"\set ECHO errors", *items, r"\set ECHO none"] if items else ()),
        *stamp(step, number, target),
        "COMMIT;",
    ]


def _gate(step: Step, target: Target) -> Iterator[str]:
    fact = say(
        "NOT APPLIED: at {at}; the script stops before revision {revision}",
        at=braces(step.before),
        revision=step.revision,
    )
    hint = say(
        "Bring the database to {reached} by hand or with alembic ({table} must show it), then run this script again.",
        reached=braces(step.after),
        table=target.version_table,
    )
    yield from block(
        f"  RAISE EXCEPTION USING MESSAGE = {quoted(f'sqlgen result: {text(fact)}' + unbound(target))},",
        f"    DETAIL = {quoted(gap_reason(step))},",
        f"    HINT = {quoted(text(hint))};",
    )


def _result(steps: Sequence[Step], target: Target) -> Iterator[str]:
    yield ""
    yield "-- The result, computed from the database."
    yield from block(
        f"  IF to_regclass({quoted(table(target))}) IS NOT NULL THEN",
        f"    {query_heads(target)}",
        "  END IF;",
        "  PERFORM set_config('sqlgen.result', CASE",
        "    WHEN current_setting('sqlgen.at') = '' THEN 'NOT APPLIED: the guard at the top refused'",
        f"    WHEN found_heads IS DISTINCT FROM {array(steps[-1].after)} THEN 'NOT APPLIED'",
        f"    WHEN current_setting('sqlgen.at') = '{len(steps)}' THEN 'ALREADY APPLIED'",
        "    ELSE 'APPLIED' END || ': database ' || quote_ident(current_database())",
        f"    || ' is at ' || coalesce(found_heads::text, '{{}}'){_about(steps, target)}, false);",
        declare=("found_heads text[];",),
    )
    yield "SELECT 'sqlgen result: ' || current_setting('sqlgen.result');"


def _about(steps: Sequence[Step], target: Target) -> str:
    about = unbound(target) + left_out(steps)
    return f" || {quoted(about)}" if about else ""
