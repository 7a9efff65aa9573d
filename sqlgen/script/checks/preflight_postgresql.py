"""What a PostgreSQL server knows of itself, as checks before a script runs.

Sources: PostgreSQL manual, 9.26 System Information Functions, 28.2 The Cumulative Statistics System, 53.13 pg_locks,
13.3.2 Table-Level Locks (which modes conflict). Tested on 15.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.effects import Blocks
from sqlgen.messages import say
from sqlgen.script.checks import preflight_checks as shared
from sqlgen.script.checks.answers import NOT_THERE, THERE
from sqlgen.script.checks.model import Check
from sqlgen.script.checks.preflight_checks import Asked, holds, none, note
from sqlgen.script.checks.preflight_touched import Touched
from sqlgen.script.path import named, quoted, text
from sqlgen.script.plan import in_parts, mark_prefix
from sqlgen.script.psql import rights as psql_rights
from sqlgen.script.psql.blocks import block, query_mark, table
from sqlgen.script.target import Target
from sqlgen.script.things import Thing

AT = "current_setting('sqlgen.at')::numeric"
HEADS, _MARK = "current_setting('sqlgen.heads')", "current_setting('sqlgen.mark')"


def literal(value: str) -> str:
    return quoted(value)


def begin(asked: Asked) -> Iterator[str]:
    """sqlgen.heads: what the version table holds; sqlgen.mark: the record of a half-done step; sqlgen.at: where on its
    path the script stands."""
    target, steps = asked.target, asked.steps
    missing = text(say("there is no table {table} on the search path", table=target.version_table))
    reg = f"to_regclass({quoted(table(target))})"
    rows = "string_agg(version_num::text, ',' ORDER BY version_num::text COLLATE \"C\")"
    halves = [
        f"  IF at = {number} AND strpos(mark, {quoted(mark_prefix(step))}) = 1 THEN at := {number}.5; END IF;"
        for number, step in enumerate(steps)
        if in_parts(step, target)
    ]
    yield from block(
        f"  IF {reg} IS NULL THEN",
        f"    found := {quoted(missing) if steps[0].before else quoted('base')};",
        f"  ELSIF NOT has_table_privilege({reg}, 'SELECT') THEN",
        f"    found := {quoted(text(say('not visible to this user')))};",
        "  ELSE",
        f"    SELECT coalesce({rows}, 'base') INTO found FROM {table(target)};",
        f"    mark := {query_mark(target)};",
        "  END IF;",
        f"  at := {shared.place(steps, target, 'found', quoted)};",
        *halves,
        "  PERFORM set_config('sqlgen.heads', found, false), set_config('sqlgen.mark', mark, false),",
        "    set_config('sqlgen.at', at::text, false);",
        declare=("found text;", "mark text := '';", "at numeric;"),
    )


def look(asked: Asked) -> Iterator[str]:
    """Nothing: all can be asked in one query."""
    del asked
    return iter(())


def taken(thing: Thing) -> str | None:
    """An index is a relation of its table's schema, and so needs its name (CREATE INDEX). Other indexes are not asked
    for: the range may drop them with their tables."""
    if thing.kind != "index" or thing.table is None:
        return None
    of = f"relname = {quoted(thing.name)} AND relkind IN ('r', 'p', 'f', 'v', 'm', 'S')"
    table = f"to_regclass({quoted(named(thing.table, thing.schema))})"
    kind = "CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'view' WHEN 'S' THEN 'sequence' ELSE 'table' END"
    return (
        f"(SELECT 'the name is taken by the ' || {kind} || ' ' || oid::regclass\n"
        f"      FROM pg_class WHERE {of} AND relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = {table}))"
    )


def record(asked: Asked) -> Iterator[Check]:
    """No step is left half done."""
    del asked
    yield holds(say("record of a half-done step"), f"{_MARK} = ''", "none", _MARK, quoted)


def identity(asked: Asked) -> Iterator[Check]:
    """Which database it is."""
    target = asked.target
    yield shared.database(target, "current_database()::text", quoted)
    if target.identity is not None:
        here = "(SELECT system_identifier::text FROM pg_control_system())"
        yield holds(say("system_identifier"), f"{here} = {quoted(target.identity)}", target.identity, here, quoted)
    yield from _environment(target)


def server(asked: Asked) -> Iterator[Check]:
    """What the script needs of the server and the session."""
    target = asked.target
    here = "split_part(current_setting('server_version'), ' ', 1)"
    wanted = target.server_version or ""
    yield shared.version(target, here, f"left({here} || '.', {len(wanted) + 1}) = {quoted(wanted + '.')}", quoted)
    if target.role is not None:
        yield holds(say("the role"), f"current_user = {quoted(target.role)}", target.role, "current_user", quoted)
    else:
        yield note(say("the role"), "current_user")
    here = "CASE WHEN pg_is_in_recovery() THEN 'a standby' ELSE 'the primary' END"
    yield Check(text(say("the server is")), here, "the primary", shows=True)
    for setting, wanted in (("default_transaction_read_only", "off"), ("session_replication_role", "origin")):
        here = f"(SELECT reset_val FROM pg_settings WHERE name = '{setting}')"
        yield Check(setting, here, wanted, shows=True)
    yield note(say("the search path"), "current_setting('search_path')")


def _environment(target: Target) -> Iterator[Check]:
    """The mark that a DBA may set: ALTER DATABASE shop SET sqlgen.environment = 'prod'. None counts as any."""
    marked = "coalesce(nullif(current_setting('sqlgen.environment', true), ''), 'not marked')"
    known = "'not marked'" if target.environment is None else f"'not marked', {quoted(target.environment)}"
    wanted = "not marked" if target.environment is None else f"{target.environment}, or not marked"
    yield holds(say("the environment (setting sqlgen.environment)"), f"{marked} IN ({known})", wanted, marked, quoted)


def path(asked: Asked) -> Iterator[Check]:
    """The version table: where it stands, what it holds, whether anybody else is at work."""
    target = asked.target
    reg = f"to_regclass({quoted(table(target))})"
    yield from shared.path(asked, AT, HEADS, quoted)
    if target.version_table_schema is not None:
        schema = f"to_regnamespace({quoted(named(target.version_table_schema))})"
        there = f"CASE WHEN {schema} IS NULL THEN '{NOT_THERE}' ELSE '{THERE}' END"
        told = say("schema {schema}, for the version table", schema=target.version_table_schema)
        yield Check(text(told), there, THERE, shows=True)
    if target.schemas:
        spaces = "pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace"
        made = "current_schema()" if target.version_table_schema is None else quoted(target.version_table_schema)
        where = f"coalesce((SELECT nspname::text FROM {spaces} WHERE c.oid = {reg}), {made}, 'none')"
        one_of = f"{where} IN ({', '.join(map(quoted, target.schemas))})"
        yield holds(say("the version table's schema"), one_of, " or ".join(target.schemas), where, quoted)
    ours = f"{_MARK} = '' OR {AT} <> trunc({AT})"
    if asked.steps[0].direction == "downgrade":
        ours += f" OR {_MARK} LIKE 'sqlgen: upgrade %'"
    yield holds(say("no step is half done but by this script"), ours, "none", _MARK, quoted)
    key = f"(hashtext({{}})::bigint & 4294967295)"  # noqa: F541
    busy = (
        "(SELECT string_agg('pid ' || pid, ', ') FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted"
        f"\n      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        f"\n      AND classid::bigint = {key.format(quoted('sqlgen'))}"
        f" AND objid::bigint = {key.format(quoted(target.version_table))})"
    )
    yield holds(say("no other sqlgen script is running in this database"), f"{busy} IS NULL", "none", busy, quoted)


def rights(asked: Asked) -> Iterator[Check]:
    """What this role may do, against what the statements that are still to come do: as the guard will ask."""
    found: dict[tuple[str, str], dict[psql_rights.Need, int]] = {}
    for need, last in psql_rights.rights(asked.steps, asked.target).items():
        found.setdefault((_KINDS.get(need[0], "to_regclass"), need[1]), {})[need] = last
    for (lookup, name), needs in found.items():
        wanted = ", ".join(f"({place}, {quoted(right)}, {quoted(name)})" for place, (right, _) in enumerate(needs))
        held = "\n      ".join(psql_rights.held(needs))
        listed = f"string_agg(need, ', ' ORDER BY place) FILTER (WHERE {held})"
        sql = f"(SELECT coalesce({listed}, 'none')\n      FROM (VALUES {wanted}) AS needs (place, need, name))"
        expected = ", ".join(right for right, _ in needs)
        told = say("rights on {name}", name=name) if name else say("rights in the database and its first schema")
        there = f"{lookup}({quoted(name)}) IS NOT NULL" if lookup and name else None  # else the needs say so
        yield Check(text(told), sql, expected, states=(0, max(needs.values()) - 1), when=there, shows=True)


_KINDS = {
    "own type": "to_regtype",
    "own schema": "to_regnamespace",
    "create in": "to_regnamespace",
    "create in database": "",
}
"""How what a right is on is looked for: of the others a table."""


def tables(asked: Asked) -> Iterator[Check]:
    """How large they are, and what is wrong with them."""
    for one in asked.tables:
        reg = _reg(one)
        about = "'about ' || reltuples::bigint || ' rows'"
        rows = f"CASE WHEN reltuples < 0 THEN 'rows never counted (ANALYZE)' ELSE {about} END"
        total = "pg_total_relation_size(oid)"
        size = f"pg_size_pretty({total}) || ' with its indexes (' || {total} || ' bytes)'"
        kind = "CASE relkind WHEN 'p' THEN ', partitioned' WHEN 'v' THEN ', a view' ELSE '' END"
        found = f"coalesce((SELECT {rows} || ', ' || {size} || {kind} FROM pg_class WHERE oid = {reg}), 'not there')"
        yield note(say("size of {table}", table=one.table), found)
    if asked.tables:
        listed = ", ".join(_reg(one) for one in asked.tables)
        invalid = (
            "(SELECT string_agg(indexrelid::regclass || ' of ' || indrelid::regclass, chr(10)) FROM pg_index"
            f"\n      WHERE NOT indisvalid AND indrelid IN ({listed}))"
        )
        yield none(say("invalid indexes of these tables"), invalid)


def _reg(one: Touched) -> str:
    return f"to_regclass({quoted(named(one.table.name, one.table.schema))})"


_CONFLICTS = {
    Blocks.ALL: "mode <> ''",
    Blocks.WRITES: "mode NOT IN ('AccessShareLock', 'RowShareLock')",
    Blocks.SCHEMA: "mode NOT IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')",
    Blocks.NOTHING: "mode NOT IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock', 'ShareUpdateExclusiveLock')",
}
_WHO = (
    "coalesce('pid ' || a.pid || ', user ' || coalesce(usename, '?') || ', ' || coalesce(state, 'state not visible')\n"
    "        || ', for ' || coalesce(date_trunc('second', clock_timestamp() - xact_start)::text, '?') || ', '\n"
    "        || left(regexp_replace(coalesce(query, ''), '\\s+', ' ', 'g'), 80), 'a prepared transaction')"
)


def sessions(asked: Asked) -> Iterator[Check]:
    """Who is in the way."""
    seconds = shared.waits(asked.target)
    if asked.tables:
        conflicts = " OR ".join(f"(l.relation = {_reg(one)} AND {_CONFLICTS[one.blocks]})" for one in asked.tables)
        locks = (
            f"(SELECT string_agg(told, chr(10)) FROM (SELECT DISTINCT l.relation::regclass || ': ' || mode || ', '\n"
            f"        || {_WHO} AS told\n"
            "      FROM pg_locks AS l LEFT JOIN pg_stat_activity AS a ON a.pid = l.pid\n"
            "      WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database())\n"
            "        AND l.pid IS DISTINCT FROM pg_backend_pid()\n"
            f"        AND coalesce(xact_start, '-infinity') < clock_timestamp() - interval '{seconds} seconds'\n"
            f"        AND ({conflicts}) ORDER BY 1) AS locks)"
        )
        yield none(say("locks that the script would wait for, held for more than {seconds} s", seconds=seconds), locks)
    long = (
        f"coalesce((SELECT string_agg(told, chr(10)) FROM (SELECT {_WHO} AS told\n"
        "      FROM pg_stat_activity AS a WHERE datname = current_database() AND pid <> pg_backend_pid()\n"
        "        AND xact_start < clock_timestamp() - interval '1 minute'\n"
        "      ORDER BY xact_start LIMIT 20) AS long), 'none')"
    )
    yield note(say("transactions older than 1 minute"), long)


def safety(asked: Asked) -> Iterator[Check]:
    """Standbys, and the last backup that the server knows of."""
    lag = (
        "(SELECT string_agg(coalesce(application_name || ' ' || state || ', '\n"
        "        || pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)) || ' behind',\n"
        "        'pid ' || pid || ': lag not visible to this user'), chr(10)) FROM pg_stat_replication)"
    )
    yield note(
        say("standbys"), f"CASE WHEN pg_is_in_recovery() THEN 'only the primary knows' ELSE coalesce({lag}, 'none') END"
    )
    archived = (
        "(SELECT 'WAL archived last at ' || coalesce(last_archived_time::text, 'no time') || ', '\n"
        "        || failed_count || ' failures' FROM pg_stat_archiver)"
    )
    off = quoted(text(say("the server knows of none: archive_mode is off, and it does not see pg_dump or snapshots")))
    yield note(say("backup"), f"CASE current_setting('archive_mode') WHEN 'off' THEN {off} ELSE {archived} END")
