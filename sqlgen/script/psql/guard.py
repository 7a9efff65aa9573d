"""Steps in, the guard at the top of a psql script out: does it belong to this database, as it stands, and can it run?

It changes nothing but the session. What it leaves there: sqlgen.at, how many steps are done ('' where it refused);
sqlgen.done, how many parts of the next step stand; of a way back from the middle of an upgrade sqlgen.behind,
sqlgen.from and sqlgen.mark (psql.undo); sqlgen.session, the settings that each step finds.

Sources: PostgreSQL manual, 9.27 System Information and System Administration Functions, 13.3.5 Advisory Locks,
20.11.1 default_transaction_read_only, 54.27 pg_settings. Tested on 15.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.messages import say
from sqlgen.script.form import Form
from sqlgen.script.path import braces, named, quoted, text
from sqlgen.script.plan import in_parts, mark_prefix
from sqlgen.script.psql import rights as psql_rights
from sqlgen.script.psql import session as psql_session
from sqlgen.script.psql import undo as psql_undo
from sqlgen.script.psql.blocks import (
    array,
    asked,
    block,
    deeper,
    query_heads,
    query_mark,
    refuse,
    regclass,
    table,
    when,
)
from sqlgen.script.target import Target
from sqlgen.segments import Step

_HERE = "quote_ident(current_database())"
_VARIABLES = (
    "found_heads text[] := '{}';",
    "found_mark text := '';",
    "found_part int := 0;",
    "found_behind text := '';",
    "found_place text;",
    "found_holder int;",
    "lacking text;",
    "path_at int;",
    "path_mark text;",
)


def guard(steps: Sequence[Step], target: Target, form: Form) -> Iterator[str]:
    """The session and the guard, in one transaction: so both reach the same session, or neither does."""
    undo = any(psql_undo.of(step, form.undo) for step in steps)
    body = [
        *psql_session.settle(),
        *_role(target),
        *_database(target),
        *_server(),
        *_lock(target),
        "  BEGIN",
        *deeper(_place(steps, target, form)),
        "  EXCEPTION WHEN OTHERS THEN",
        f"    PERFORM pg_advisory_unlock({lock_keys(target)});",
        "    RAISE;",
        "  END;",
        *psql_session.record(),
    ]
    yield from _alone()
    yield ""
    yield "-- The session: read-only until a guard opens it."
    yield "SET default_transaction_read_only = on;"
    yield from (f"SET {name} = '';" for name in ("sqlgen.at", "sqlgen.stood", "sqlgen.behind"))
    yield from psql_undo.pasted()
    yield "BEGIN;"
    yield from psql_session.pins(steps, target)
    yield ""
    yield "-- The guard: does this script belong to this database, as it stands, and can it run here?"
    yield from block(*body, declare=(*_VARIABLES, *(("found_there boolean;",) if undo else ())))
    yield "COMMIT;"


def _alone() -> Iterator[str]:
    """Refuses a transaction that is open already, before anything: our COMMIT would commit what stands in it.

    psql's own error leaves it as it is; where client commands get lost, the server's aborts it. now() is the time at
    which the transaction began, statement_timestamp() that of the message: equal only in a transaction's first one
    (PostgreSQL manual, 9.9.5 Current Date/Time; measured on 15 with psql: typed, \\i, -1, AUTOCOMMIT off).
    """
    is_open = say("a transaction is open in this session already (BEGIN, psql -1, AUTOCOMMIT off)")
    end_it = say("End it, by COMMIT or ROLLBACK; then run this script, without -1. Nothing was changed.")
    yield ""
    yield "-- What is said last if the guard does not even get to speak."
    yield rf"\echo {quoted(f'sqlgen result: NOT APPLIED yet: {text(_NOTHING)}')}"
    yield "-- A transaction that is open is not ours to commit."
    yield from asked("now() <> statement_timestamp()")
    yield rf"\echo {quoted(f'sqlgen result: NOT APPLIED: {text(is_open)}')}"
    yield rf"\echo {quoted(f'HINT:  {text(end_it)}')}"
    yield r"\set 'the script stops here' ''"  # no name of a variable: an error of psql alone
    yield r"\endif"
    yield from block(*when("now() <> statement_timestamp()", is_open, hint=end_it))


_NOTHING = say("this run has changed nothing so far")


def lock_keys(target: Target) -> str:
    """SQL for the two keys of the lock that a script holds while it runs."""
    return f"hashtext('sqlgen'), hashtext({quoted(target.version_table)})"


def _role(target: Target) -> Iterator[str]:
    if target.role is None:
        return
    missing = say("this login may not become role {role}, it is ", role=target.role)
    hint = say("Log in as a member of that role, or have it granted. Nothing was changed.")
    member = f"SELECT FROM pg_roles WHERE rolname = {quoted(target.role)} AND pg_has_role(session_user, oid, 'MEMBER')"
    yield from when(f"NOT EXISTS ({member})", missing, "quote_ident(session_user)", hint=hint)
    yield f"  PERFORM set_config('role', {quoted(target.role)}, false);"


def _database(target: Target) -> Iterator[str]:
    """By its name, by its mark, and by its server."""
    if target.databases:
        names = ", ".join(target.databases)
        wrong = say("this script is for database {database}, this one is ", database=names)
        hint = say("Connect to the database that the script is for. Nothing was changed.")
        known = ", ".join(map(quoted, target.databases))
        yield from when(f"current_database() NOT IN ({known})", wrong, _HERE, hint=hint)
    marker = "coalesce(current_setting('sqlgen.environment', true), '')"
    known = "''" if target.environment is None else f"'', {quoted(target.environment)}"
    other = (
        say("this script is for no environment, the database is marked for ")
        if target.environment is None
        else say("this script is for environment {name}, the database is marked for ", name=target.environment)
    )
    hint = say("Take the script that was made for this environment (sqlgen … --env). Nothing was changed.")
    yield from when(f"{marker} NOT IN ({known})", other, marker, hint=hint)
    if target.identity is not None:
        closed = say("this role may not ask the server who it is: ")
        grant = say("GRANT EXECUTE ON FUNCTION pg_control_system() TO this role. Nothing was changed.")
        right = "has_function_privilege('pg_control_system()', 'EXECUTE')"
        yield from when(f"NOT {right}", closed, "quote_ident(current_user)", hint=grant)
        who = "(SELECT system_identifier::text FROM pg_control_system())"
        wrong = say("this script is for the server {identity}, this one is ", identity=target.identity)
        elsewhere = say("Connect to the server that the script is for: it is not the one behind this address.")
        yield from when(f"{who} <> {quoted(target.identity)}", wrong, who, hint=elsewhere)


def _server() -> Iterator[str]:
    """Can it be written to, with triggers and foreign keys at work?"""
    standby = say("this server is a standby, which replays another one; database ")
    primary = say("Connect to the primary server. Nothing was changed.")
    yield from when("pg_is_in_recovery()", standby, _HERE, hint=primary)
    frozen = say("the server, the database or the role says default_transaction_read_only = on; database ")
    thaw = say("Find out who froze it and why; RESET it there, connect again. Nothing was changed.")
    reset = "(SELECT reset_val FROM pg_settings WHERE name = 'default_transaction_read_only')"
    yield from when(f"{reset} = 'on'", frozen, _HERE, hint=thaw)
    silent = say("triggers and foreign keys are off in this session: session_replication_role = ")
    origin = say("Set it to origin, where it was changed; connect again. Nothing was changed.")
    setting = "current_setting('session_replication_role')"
    yield from when(f"{setting} <> 'origin'", silent, setting, hint=origin)


def _lock(target: Target) -> Iterator[str]:
    """Held until the script or the session ends; a session that holds it from an earlier attempt keeps it."""
    busy = say("another sqlgen script is running in this database, ")
    wait = say(
        "Run this script again when that one has ended. Where its client is gone, its statement may be at work yet; "
        "behind a connection pooler the session stays: end it (pg_terminate_backend). Nothing was changed."
    )
    yield "  SELECT pid INTO found_holder FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted"
    yield f"    AND classid = hashtext('sqlgen')::oid AND objid = hashtext({quoted(target.version_table)})::oid"
    yield "    AND database = (SELECT oid FROM pg_database WHERE datname = current_database());"
    yield from when(
        "found_holder <> pg_backend_pid()\n"
        f"    OR found_holder IS NULL AND NOT pg_try_advisory_lock({lock_keys(target)})",
        busy,
        _HERE,
        "coalesce((\n        SELECT concat(' (pid ', pid, ', role ', usename, ', ' || host(client_addr),\n"
        "          ', since ', to_char(backend_start, 'HH24:MI:SS'), ')')\n"
        "        FROM pg_stat_activity WHERE pid = found_holder), '')",
        hint=wait,
    )


def _place(steps: Sequence[Step], target: Target, form: Form) -> Iterator[str]:
    """The version table, where on its path the script stands, and the rights for the rest of it."""
    name = regclass(target)
    yield from _reachable(target)
    yield from _schema(target)
    yield f"  IF {name} IS NOT NULL THEN"
    unreadable = say("the role may not read the version table {table}: ", table=target.version_table)
    grant = say("Run it as the role that owns the tables, or have SELECT granted. Nothing was changed.")
    select = f"has_table_privilege({name}, 'SELECT')"
    yield from deeper(when(f"NOT {select}", unreadable, "quote_ident(current_user)", hint=grant))
    yield f"    {query_heads(target)}"
    yield f"    found_mark := {query_mark(target)};"
    if steps[0].before:
        yield "  ELSE"
        yield from _missing(target)
    yield "  END IF;"
    yield from _find(steps, target, form)
    yield from psql_rights.ask(steps, target)
    yield "  PERFORM set_config('sqlgen.at', path_at::text, false),"
    yield "    set_config('sqlgen.done', found_part::text, false),"
    yield "    set_config('sqlgen.behind', found_behind, false),"
    yield "    set_config('sqlgen.from', coalesce(' from part ' || nullif(found_behind, ''), ''), false),"
    yield "    set_config('sqlgen.mark', CASE found_behind WHEN '' THEN '' ELSE found_mark END, false);"


def _missing(target: Target) -> list[str]:
    hint = say("Connect to the right database, as a role that finds the table. Nothing was changed.")
    if target.version_table_schema is not None:
        absent = say("there is no table {table} in database ", table=table(target))
        return refuse(absent, _HERE, hint=hint)
    absent = say("there is no table {table} on the search path of database ", table=target.version_table)
    return refuse(absent, _HERE, "' (' || current_setting('search_path') || ')'", hint=hint)


def _reachable(target: Target) -> Iterator[str]:
    """The schema of the version table, where it is fixed: to_regclass has no answer where the role may not look."""
    if target.version_table_schema is None:
        return
    schema = target.version_table_schema
    oid = f"to_regnamespace({quoted(named(schema))})"
    absent = say("there is no schema {schema}, for the version table, in database ", schema=schema)
    make = say("Connect to the right database; or make the schema. Nothing was changed.")
    yield from when(f"{oid} IS NULL", absent, _HERE, hint=make)
    closed = say("the role may not use the schema {schema} of the version table: ", schema=schema)
    grant = say("Run it as the role that owns the tables, or have USAGE granted. Nothing was changed.")
    yield from when(f"NOT has_schema_privilege({oid}, 'USAGE')", closed, "quote_ident(current_user)", hint=grant)


def _schema(target: Target) -> Iterator[str]:
    """Where the version table stands, or will stand."""
    if not target.schemas:
        return
    made = "current_schema()" if target.version_table_schema is None else quoted(target.version_table_schema)
    spaces = "pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace"
    of = f"(SELECT nspname FROM {spaces} WHERE c.oid = {regclass(target)})"
    names, known = ", ".join(target.schemas), ", ".join(map(quoted, target.schemas))
    wrong = say("this script is for the schemas {schemas}, the version table is in ", schemas=names)
    hint = say("Set the search_path to one of them: PGOPTIONS='-c search_path=…'. Nothing was changed.")
    yield f"  found_place := coalesce({of}, {made}, '');"
    yield from when(f"found_place NOT IN ({known})", wrong, "found_place", hint=hint)


def _find(steps: Sequence[Step], target: Target, form: Form) -> Iterator[str]:
    off = say(
        "this script goes from {start} to {end}; {table} holds ",
        start=braces(steps[0].before),
        end=braces(steps[-1].after),
        table=target.version_table,
    )
    another = say("Make a script that starts from what the table holds. Nothing was changed.")
    rows = [
        *(f"({number}, {array(state)}, '')" for number, state in enumerate(_states(steps))),
        *(
            f"({number}, {array(step.before)}, {quoted(mark_prefix(step))})"
            for number, step in enumerate(steps)
            if in_parts(step, target)
        ),
        *psql_undo.rows(steps, form.undo, target),
    ]
    yield "  SELECT step, mark INTO path_at, path_mark FROM (VALUES"
    yield from (f"    {row}" + ("" if row is rows[-1] else ",") for row in rows)
    yield "  ) AS path (step, heads, mark) WHERE heads = found_heads"
    yield "    AND (mark = '' OR strpos(found_mark, mark) = 1) ORDER BY mark <> '' DESC LIMIT 1;"
    yield from when("path_at IS NULL", off, "found_heads::text", "' in database '", _HERE, hint=another)
    half = say("a step was left half done by another script: ")
    finish = say("Run that script to its end; or clean up by hand, then remove the comment on the version table.")
    yield from when("(found_mark = '') <> (path_mark = '')", half, "found_mark", hint=finish)
    yield "  IF found_mark <> '' THEN"
    yield "    found_part := substring(found_mark FROM ' is half done: part ([0-9]+) of ')::int;"
    yield "    found_behind := coalesce(substring(found_mark FROM ' from part ([0-9]+) is half done: '), '');"
    yield from deeper(psql_undo.decide(steps, form.undo))
    yield "    found_part := greatest(found_part - (found_mark LIKE '% began')::int, 0);"
    yield "  END IF;"


def _states(steps: Sequence[Step]) -> list[tuple[str, ...]]:
    return [*(step.before for step in steps), steps[-1].after]
