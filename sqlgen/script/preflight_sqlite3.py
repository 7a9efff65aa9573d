"""Claims in, what checks them under sqlite3 out. Sources: sqlite.org, schematab.html, pragma.html. Tested on 3.40."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlgen.messages import say
from sqlgen.script.answers import NONE, NOT_THERE, THERE, results
from sqlgen.script.claims import Claim
from sqlgen.script.path import Heads, heads, named, quoted, shell, text
from sqlgen.script.target import Target


def command(target: Target) -> str:
    """The shell command that runs the script."""
    database = "DATABASE.db" if target.database is None else shell(target.database)
    return f"sqlite3 -batch -bail -readonly -init /dev/null {database} < preflight.sql"


def body(claims: Sequence[Claim], start: Heads, target: Target, told: Callable[[Claim], str]) -> Iterator[str]:
    """Each claim goes into a temporary table, which is not part of the database."""
    yield from (".bail on", ".echo off", ".headers off", ".mode list")
    yield "CREATE TEMP TABLE sqlgen_claim (number INTEGER, told TEXT, expected TEXT, found TEXT);"
    if start:  # at base there may be no version table, and SQLite can't ask for it only if it is there
        at = text(say("the revision that the database is at"))
        rows = f"SELECT version_num FROM {named(target.version_table, target.version_table_schema)} ORDER BY 1"
        yield f"INSERT INTO temp.sqlgen_claim VALUES (0, {quoted(at)}, {quoted(heads(start))},"
        yield f"  (SELECT coalesce(group_concat(version_num, ','), 'base') FROM ({rows})));"
    for number, claim in enumerate(claims, start=1):
        yield f"INSERT INTO temp.sqlgen_claim VALUES ({number}, {quoted(told(claim))}, {quoted(claim.expected)},"
        yield f"  {_found(claim)});"
    yield "SELECT CASE WHEN expected = found THEN 'ok   ' || told ELSE 'FAIL ' || told || char(10) ||"
    yield "  '       expected: ' || expected || char(10) || '       found:    ' || found END"
    yield "FROM temp.sqlgen_claim ORDER BY number;"
    total = len(claims) + bool(start)
    good, bad = results(total)
    yield f"SELECT CASE count(*) WHEN 0 THEN {quoted(good)} ELSE"
    yield f"  {quoted('sqlgen result: PREFLIGHT FAILED: ')} || count(*) || {quoted(' ' + bad)} END"
    yield "FROM temp.sqlgen_claim WHERE expected IS NOT found;"
    yield "-- An error (integer overflow) when one does not hold, so that sqlite3 ends with 1."
    yield "SELECT 1 FROM (SELECT min(count(*), 1) AS failed FROM temp.sqlgen_claim WHERE expected IS NOT found)"
    yield "WHERE abs(-9223372036854775807 - failed) < 0;"


def _found(claim: Claim) -> str:
    """SQL for what the catalogs say, as one text; never NULL."""
    name, schema = quoted(claim.name or ""), claim.schema or "main"
    master = f'"{schema.replace(chr(34), chr(34) * 2)}".sqlite_master'
    arguments = name if claim.schema is None else f"{name}, {quoted(claim.schema)}"
    match claim.what:
        case "relation":
            return _there(f"{master} WHERE name = {name} COLLATE NOCASE AND type IN ('table', 'view')")
        case "index":
            return _there(f"pragma_index_list({arguments}) WHERE name = {quoted(claim.part or '')} COLLATE NOCASE")
        case "columns":
            return _of_table(arguments, _columns(claim, arguments))
        case "primary key":
            source = f"FROM pragma_table_xinfo({arguments}) WHERE pk > 0 ORDER BY pk"
            return _of_table(arguments, f"(SELECT '(' || group_concat(name, ', ') || ')' FROM (SELECT name {source}))")
        case "unique constraints":
            source = f"FROM pragma_index_list({arguments}) AS l WHERE origin = 'u'"
            return _of_table(arguments, _entries(_index_columns(claim), source))
        case "indexes":
            entry = f"l.name || ' ' || {_index_columns(claim)} || CASE WHEN \"unique\" THEN ' unique' ELSE '' END"
            plain = f"NOT EXISTS (SELECT 1 FROM pragma_index_info({_index(claim)}) WHERE name IS NULL)"
            source = f"FROM pragma_index_list({arguments}) AS l WHERE l.name NOT LIKE 'sqlite~_autoindex~_%' ESCAPE '~'"
            return _of_table(arguments, _entries(entry, f"{source} AND {plain}"))
        case "foreign keys":
            return _of_table(arguments, _foreign_keys(arguments))
        case "server version":
            same = f"sqlite_version() || '.' LIKE {quoted(claim.expected + '.%')}"
            return f"CASE WHEN {same} THEN {quoted(claim.expected)} ELSE sqlite_version() END"
        case "tables" | "views":
            return _listed(claim, master)
        case _:  # what SQLite does not have
            return quoted(claim.expected)


def _there(source: str) -> str:
    return f"CASE WHEN EXISTS (SELECT 1 FROM {source}) THEN '{THERE}' ELSE '{NOT_THERE}' END"


def _of_table(arguments: str, sql: str) -> str:
    there = f"EXISTS (SELECT 1 FROM pragma_table_xinfo({arguments}))"
    return f"CASE WHEN {there} THEN coalesce({sql}, '{NONE}') ELSE '{NOT_THERE}' END"


def _columns(claim: Claim, arguments: str) -> str:
    """sqlite.org/datatype3.html, 3.1: the affinity that a declared type gives."""
    type_ = (
        "CASE WHEN upper(type) LIKE '%INT%' THEN 'integer' "
        "WHEN upper(type) LIKE '%CHAR%' OR upper(type) LIKE '%CLOB%' OR upper(type) LIKE '%TEXT%' THEN 'text' "
        "WHEN upper(type) LIKE '%BLOB%' OR type = '' THEN 'blob' "
        "WHEN upper(type) LIKE '%REAL%' OR upper(type) LIKE '%FLOA%' OR upper(type) LIKE '%DOUB%' THEN 'real' "
        "ELSE 'numeric' END"
    )
    if claim.untyped:
        type_ = f"CASE WHEN name IN ({', '.join(map(quoted, claim.untyped))}) THEN '?' ELSE {type_} END"
    return (
        "(SELECT group_concat(entry, ', ') FROM (\n"
        f"    SELECT name || ' ' || {type_} || CASE WHEN \"notnull\" THEN ' not null' ELSE '' END AS entry\n"
        f"    FROM pragma_table_xinfo({arguments}) WHERE hidden <> 1 ORDER BY cid))"
    )


def _index(claim: Claim) -> str:
    return "l.name" if claim.schema is None else f"l.name, {quoted(claim.schema)}"


def _index_columns(claim: Claim) -> str:
    source = f"SELECT name FROM pragma_index_info({_index(claim)}) ORDER BY seqno"
    return f"'(' || (SELECT group_concat(name, ', ') FROM ({source})) || ')'"


def _entries(entry: str, source: str) -> str:
    """SQL for all entries, sorted by bytes."""
    return f"(SELECT group_concat(entry, '; ') FROM (\n    SELECT {entry} AS entry {source} ORDER BY 1))"


def _foreign_keys(arguments: str) -> str:
    actions = " || ".join(
        f"CASE max({column}) WHEN 'NO ACTION' THEN '' ELSE ' {event} ' || lower(max({column})) END"
        for column, event in (("on_update", "onupdate"), ("on_delete", "ondelete"))
    )
    entry = (
        "'(' || group_concat(\"from\", ', ') || ') -> ' || max(\"table\") || ' (' || "
        f"group_concat(coalesce(\"to\", '?'), ', ') || ')' || {actions}"
    )
    ordered = f"(SELECT * FROM pragma_foreign_key_list({arguments}) ORDER BY id, seq)"
    return _entries(entry, f"FROM {ordered} GROUP BY id")


def _listed(claim: Claim, master: str) -> str:
    kind = {"tables": "table", "views": "view"}[claim.what]
    without = f" AND name NOT IN ({', '.join(map(quoted, claim.without))})" if claim.without else ""
    return (
        f"coalesce((SELECT group_concat(name, ', ') FROM (SELECT name FROM {master} WHERE type = '{kind}' "
        f"AND name NOT LIKE 'sqlite~_%' ESCAPE '~'{without} ORDER BY name)), '{NONE}')"
    )
