"""A claim in, SQL for what SQLite's catalogs say of it out: one text, never NULL.

Sources: sqlite.org, schematab.html, pragma.html. Tested on 3.40.
"""

from __future__ import annotations

from sqlgen.script.checks.answers import NONE, NOT_THERE, THERE
from sqlgen.script.checks.claims import Claim
from sqlgen.script.path import named, quoted
from sqlgen.script.target import Target


def found(claim: Claim, target: Target) -> str:
    """SQL for what the catalogs say. `target` is for servers whose catalogs differ."""
    del target
    name, schema = quoted(claim.name or ""), claim.schema or "main"
    master = f"{named(schema)}.sqlite_master"
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
            return _of_table(arguments, _indexes(claim, arguments))
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
    not_null = '"notnull"'
    if claim.loose:
        not_null += f" AND name NOT IN ({', '.join(map(quoted, claim.loose))})"
    return (
        "(SELECT group_concat(entry, ', ') FROM (\n"
        f"    SELECT name || ' ' || {type_} || CASE WHEN {not_null} THEN ' not null' ELSE '' END AS entry\n"
        f"    FROM pragma_table_xinfo({arguments}) WHERE hidden <> 1 ORDER BY cid))"
    )


def _indexes(claim: Claim, arguments: str) -> str:
    """What reflection tells leaves out indexes on expressions."""
    unique = "CASE WHEN \"unique\" THEN ' unique' ELSE '' END"
    source = f"FROM pragma_index_list({arguments}) AS l WHERE l.name NOT LIKE 'sqlite~_autoindex~_%' ESCAPE '~'"
    if not claim.whole:
        plain = f"NOT EXISTS (SELECT 1 FROM pragma_index_info({_index(claim)}) WHERE name IS NULL)"
        return _entries(f"l.name || ' ' || {_index_columns(claim)} || {unique}", f"{source} AND {plain}")
    part = "coalesce(name, '?') || CASE WHEN \"desc\" THEN ' desc' ELSE '' END AS part"
    parts = f"SELECT {part} FROM pragma_index_xinfo({_index(claim)}) WHERE key ORDER BY seqno"
    listed = f"'(' || (SELECT group_concat(part, ', ') FROM ({parts})) || ')'"
    return _entries(f"l.name || ' ' || {listed} || {unique} || CASE WHEN partial THEN ' where' ELSE '' END", source)


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
        f"group_concat(coalesce(\"to\", key, '?'), ', ') || ')' || {actions}"
    )
    key = '(SELECT name FROM pragma_table_xinfo(f."table") WHERE pk = f.seq + 1) AS key'
    ordered = f"(SELECT f.*, {key} FROM pragma_foreign_key_list({arguments}) AS f ORDER BY id, seq)"
    return _entries(entry, f"FROM {ordered} GROUP BY id")


def _listed(claim: Claim, master: str) -> str:
    kind = {"tables": "table", "views": "view"}[claim.what]
    without = f" AND name NOT IN ({', '.join(map(quoted, claim.without))})" if claim.without else ""
    return (
        f"coalesce((SELECT group_concat(name, ', ') FROM (SELECT name FROM {master} WHERE type = '{kind}' "
        f"AND name NOT LIKE 'sqlite~_%' ESCAPE '~'{without} ORDER BY name)), '{NONE}')"
    )
