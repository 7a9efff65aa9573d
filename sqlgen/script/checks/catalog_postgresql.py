"""A claim in, SQL for what PostgreSQL's catalogs say of it out: one text, never NULL.

Sources: PostgreSQL manual, 53 System Catalogs. Tested on 15.
"""

from __future__ import annotations

from sqlgen.script.checks.answers import NONE, NOT_THERE, THERE
from sqlgen.script.checks.claims import Claim
from sqlgen.script.path import named, quoted
from sqlgen.script.target import Target


def found(claim: Claim, target: Target) -> str:
    """SQL for what the catalogs say. `target` is for servers whose catalogs differ."""
    del target
    name = named(claim.name or "", claim.schema)
    table = f"to_regclass({quoted(name)})"
    match claim.what:
        case "relation" | "sequence" | "type" | "schema" | "index":
            return f"CASE WHEN EXISTS (SELECT {_existing(claim, table)}) THEN '{THERE}' ELSE '{NOT_THERE}' END"
        case "columns":
            return _of_table(table, _columns(claim, table))
        case "primary key":
            entry = f"conname || ' ' || {_parts('conkey', 'conrelid')}"
            return _of_table(table, f"(SELECT {entry} FROM pg_constraint WHERE conrelid = {table} AND contype = 'p')")
        case "unique constraints":
            return _of_table(table, _constraints(table, "u", f"conname || ' ' || {_parts('conkey', 'conrelid')}"))
        case "checks":
            return _of_table(table, _constraints(table, "c", "conname::text"))
        case "foreign keys":
            return _of_table(table, _constraints(table, "f", _foreign_key()))
        case "indexes":
            return _of_table(table, _indexes(table, claim.whole))
        case "comment":
            return _of_table(table, f"obj_description({table}, 'pg_class')")
        case "server version":
            version = "split_part(current_setting('server_version'), ' ', 1)"
            same = f"left({version} || '.', {len(claim.expected) + 1}) = {quoted(claim.expected + '.')}"
            return f"CASE WHEN {same} THEN {quoted(claim.expected)} ELSE {version} END"
        case "enums":
            return _enums(claim)
        case "labels":
            listed = "string_agg(enumlabel, ', ' ORDER BY enumsortorder)"
            return (
                f"coalesce((SELECT {listed} FROM pg_enum WHERE enumtypid = to_regtype({quoted(name)})), '{NOT_THERE}')"
            )
        case "tables" | "views" | "materialized views" | "sequences":
            return _listed(claim, _KINDS[claim.what])


def _existing(claim: Claim, table: str) -> str:
    """The rest of a SELECT that finds it, or nothing."""
    match claim.what:
        case "relation":
            return f"FROM pg_class WHERE oid = {table} AND relkind IN ('r', 'p', 'f', 'v', 'm')"
        case "sequence":
            return f"FROM pg_class WHERE oid = {table} AND relkind = 'S'"
        case "type":
            return f"WHERE to_regtype({quoted(named(claim.name or '', claim.schema))}) IS NOT NULL"
        case "schema":
            return f"FROM pg_namespace WHERE nspname = {quoted(claim.name or '')}"
        case _:
            of = f"i.indrelid = {table} AND c.relname = {quoted(claim.part or '')}"
            return f"FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid WHERE {of}"


_KINDS = {"tables": "'r', 'p'", "views": "'v'", "materialized views": "'m'", "sequences": "'S'"}


def _of_table(table: str, sql: str) -> str:
    return f"CASE WHEN {table} IS NULL THEN '{NOT_THERE}' ELSE COALESCE({sql}, '{NONE}') END"


def _columns(claim: Claim, table: str) -> str:
    type_ = "format_type(atttypid, atttypmod)"
    if claim.untyped:
        unknown = ", ".join(map(quoted, claim.untyped))
        type_ = f"CASE WHEN attname IN ({unknown}) THEN '?' ELSE {type_} END"
    return (
        f"(SELECT string_agg(attname || ' ' || {type_} || CASE WHEN attnotnull THEN ' not null' ELSE '' END,\n"
        f"          ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = {table} AND attnum > 0 "
        "AND NOT attisdropped)"
    )


def _parts(keys: str, table: str) -> str:
    """SQL for `(a, b)`: the columns of a constraint, in its order."""
    return (
        f"'(' || (SELECT string_agg(attname, ', ' ORDER BY place)\n"
        f"          FROM unnest({keys}) WITH ORDINALITY AS k (num, place)\n"
        f"          JOIN pg_attribute ON attrelid = {table} AND attnum = k.num) || ')'"
    )


def _entries(entry: str, source: str) -> str:
    """SQL for all entries, sorted by bytes."""
    return (
        "(SELECT string_agg(entry, '; ' ORDER BY entry COLLATE \"C\") FROM (\n"
        f"          SELECT {entry} AS entry {source}) AS entries)"
    )


def _constraints(table: str, kind: str, entry: str) -> str:
    return _entries(entry, f"FROM pg_constraint AS t WHERE conrelid = {table} AND contype = '{kind}'")


def _foreign_key() -> str:
    target = (
        "(SELECT CASE WHEN pg_table_is_visible(c.oid) THEN '' ELSE nspname || '.' END || relname\n"
        "          FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace WHERE c.oid = confrelid)"
    )
    actions = " || ".join(
        f"CASE {column} WHEN 'r' THEN ' {event} restrict' WHEN 'c' THEN ' {event} cascade' "
        f"WHEN 'n' THEN ' {event} set null' WHEN 'd' THEN ' {event} set default' ELSE '' END"
        for column, event in (("confupdtype", "onupdate"), ("confdeltype", "ondelete"))
    )
    local, remote = _parts("conkey", "conrelid"), _parts("confkey", "confrelid")
    return f"conname || ' ' || {local} || ' -> ' || {target} || ' ' || {remote} || {actions}"


_ORDER = (
    "CASE i.indoption[place - 1] & 3 WHEN 1 THEN ' desc nulls last' WHEN 2 THEN ' nulls first' "
    "WHEN 3 THEN ' desc' ELSE '' END"
)
_METHOD = "(SELECT CASE amname WHEN 'btree' THEN '' ELSE ' using ' || amname END FROM pg_am AS a WHERE a.oid = c.relam)"


def _indexes(table: str, whole: bool) -> str:
    """indnkeyatts came with PostgreSQL 11, indnullsnotdistinct with 15; indoption 1 is DESC, 2 is NULLS FIRST. Of what
    reflection tells, columns that are only included are left out; of an EXCLUDE constraint all but the columns is."""
    keys = "COALESCE((to_jsonb(i) ->> 'indnkeyatts')::int, i.indnatts)"
    part, shown = "COALESCE(attname, '?')", f"place <= {keys}"
    if whole:
        part = (
            f"CASE WHEN place > {keys} THEN 'include ' ELSE '' END || {part}\n"
            f"          || CASE WHEN i.indisexclusion THEN '' ELSE {_ORDER} END"
        )
        shown = f"(NOT i.indisexclusion OR {shown})"
    parts = (
        f"(SELECT string_agg({part}, ', ' ORDER BY place)\n"
        "          FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (num, place)\n"
        "          LEFT JOIN pg_attribute ON attrelid = i.indrelid AND attnum = k.num AND num > 0\n"
        f"          WHERE {shown})"
    )
    words = "CASE WHEN i.indisunique THEN ' unique' ELSE '' END || CASE WHEN i.indisvalid THEN '' ELSE ' INVALID' END"
    if whole:
        key = "EXISTS (SELECT FROM pg_constraint AS k WHERE k.conindid = i.indexrelid AND k.contype = 'u')"
        distinct = (
            f"CASE WHEN to_jsonb(i) ->> 'indnullsnotdistinct' = 'true' AND NOT {key} THEN ' nulls not distinct' "
            "ELSE '' END"
        )
        more = f"{_METHOD}\n          || {distinct} || CASE WHEN i.indpred IS NULL THEN '' ELSE ' where' END"
        words += f" || CASE WHEN i.indisexclusion THEN '' ELSE {more} END"
    entry = f"c.relname || ' (' || {parts} || ')' || {words}"
    source = "FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid"
    return _entries(entry, f"{source} WHERE i.indrelid = {table} AND NOT i.indisprimary")


def _scope(claim: Claim, visible: str) -> str:
    """The schema that was asked for; without one what is found without naming it."""
    if claim.schema is not None:
        return f"nspname = {quoted(claim.schema)}"
    return f"{visible} AND nspname NOT IN ('pg_catalog', 'information_schema')"


def _but(column: str, claim: Claim) -> str:
    return f" AND {column} NOT IN ({', '.join(map(quoted, claim.without))})" if claim.without else ""


def _listed(claim: Claim, kinds: str) -> str:
    return (
        f"COALESCE((SELECT string_agg(relname, ', ' ORDER BY relname COLLATE \"C\") FROM pg_class AS c\n"
        "          JOIN pg_namespace AS n ON n.oid = relnamespace\n"
        f"          WHERE relkind IN ({kinds}) AND relpersistence <> 't'\n"
        f"          AND {_scope(claim, 'pg_table_is_visible(c.oid)')}{_but('relname', claim)}), '{NONE}')"
    )


def _enums(claim: Claim) -> str:
    labels = "(SELECT string_agg(enumlabel, ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid)"
    entry = f"typname || ' (' || {labels} || ')'"
    source = (
        "FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = typnamespace WHERE typtype = 'e' "
        f"AND {_scope(claim, 'pg_type_is_visible(t.oid)')}{_but('typname', claim)}"
    )
    return (
        f"COALESCE((SELECT string_agg(entry, ', ' ORDER BY entry COLLATE \"C\") FROM (SELECT {entry} AS entry {source})"
        f" AS entries), '{NONE}')"
    )
