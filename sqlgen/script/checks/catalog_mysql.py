"""A claim in, SQL for what the catalogs of MySQL and MariaDB say of it out: one text, never NULL.

Sources: MySQL 8.4 manual, 28 INFORMATION_SCHEMA; MariaDB knowledge base, Information Schema. Tested on MariaDB 10.11.
"""

from __future__ import annotations

from sqlgen.script.checks.answers import NONE, NOT_THERE, THERE
from sqlgen.script.checks.claims import Claim
from sqlgen.script.checks.index_words import MAY_BE_CUT
from sqlgen.script.mysql.blocks import literal
from sqlgen.script.target import Target

_INFO = "information_schema"


def found(claim: Claim, target: Target) -> str:
    """SQL for what the catalogs say."""
    schema = "DATABASE()" if claim.schema is None else literal(claim.schema)
    of = f"table_schema = {schema} AND table_name = {literal(claim.name or '')}"
    match claim.what:
        case "relation":
            return _there(f"tables WHERE {of}")
        case "sequence":
            return _there(f"tables WHERE {of} AND table_type = 'SEQUENCE'")
        case "schema":
            return _there(f"schemata WHERE schema_name = {literal(claim.name or '')}")
        case "index":
            return _there(f"statistics WHERE {of} AND index_name = {literal(claim.part or '')}")
        case "columns":
            return _of_table(of, _columns(claim, of))
        case "primary key":
            return _of_table(of, _primary_key(of))
        case "unique constraints":
            return _of_table(of, _indexes(of, "AND non_unique = 0", "", _parts()))
        case "indexes":
            parts = _parts(_PREFIXED) if claim.whole else _parts()
            return _of_table(of, _indexes(of, "", ", IF(non_unique = 0, ' unique', '')", parts))
        case "foreign keys":
            return _of_table(of, _foreign_keys(of, schema))
        case "checks":
            return _of_table(of, _checks(of, schema, claim.name or "", target))
        case "comment":
            return _of_table(of, f"(SELECT NULLIF(table_comment, '') FROM {_INFO}.tables WHERE {of})")
        case "server version":
            same = f"CONCAT(SUBSTRING_INDEX(VERSION(), '-', 1), '.') LIKE {literal(claim.expected + '.%')}"
            return f"IF({same}, {literal(claim.expected)}, VERSION())"
        case "tables" | "views" | "sequences":
            return _listed(claim, schema)
        case _:  # what these servers do not have
            return literal(claim.expected)


def _there(source: str) -> str:
    return f"IF(EXISTS (SELECT 1 FROM {_INFO}.{source}), '{THERE}', '{NOT_THERE}')"


def _of_table(of: str, sql: str) -> str:
    return f"IF(EXISTS (SELECT 1 FROM {_INFO}.tables WHERE {of}),\n  COALESCE({sql}, '{NONE}'), '{NOT_THERE}')"


def _columns(claim: Claim, of: str) -> str:
    """Display widths of integers are left out, but for tinyint(1): MySQL dropped them with 8.0.19."""
    close = "LOCATE(')', column_type)"
    plain = f"CONCAT(data_type, SUBSTRING(column_type, {close} + 1))"
    type_ = (
        f"IF(data_type IN ('tinyint', 'smallint', 'mediumint', 'int', 'bigint') AND {close} > 0 "
        f"AND column_type NOT LIKE 'tinyint(1)%',\n    {plain}, column_type)"
    )
    if claim.untyped:
        type_ = f"IF(column_name IN ({', '.join(map(literal, claim.untyped))}), '?', {type_})"
    return (
        f"(SELECT GROUP_CONCAT(CONCAT(column_name, ' ', {type_}, IF(is_nullable = 'NO', ' not null', ''))\n"
        f"    ORDER BY ordinal_position SEPARATOR ', ') FROM {_INFO}.columns WHERE {of})"
    )


def _parts(columns: str = "COALESCE(column_name, '?')", order: str = "seq_in_index") -> str:
    return f"'(', GROUP_CONCAT({columns} ORDER BY {order} SEPARATOR ', '), ')'"


def _primary_key(of: str) -> str:
    source = f"FROM {_INFO}.statistics WHERE {of} AND index_name = 'PRIMARY' GROUP BY index_name"
    return f"(SELECT CONCAT({_parts()}) {source})"


def _entries(entry: str, source: str) -> str:
    """SQL for all entries, sorted by bytes."""
    return (
        "(SELECT GROUP_CONCAT(entry ORDER BY CAST(entry AS BINARY) SEPARATOR '; ') FROM (\n"
        f"    SELECT {entry} AS entry {source}) AS entries)"
    )


_PREFIXED = f"CONCAT(COALESCE(column_name, '?'),\n      IF(sub_part < {MAY_BE_CUT}, CONCAT('(', sub_part, ')'), ''))"


def _indexes(of: str, more: str, unique: str, parts: str) -> str:
    source = f"FROM {_INFO}.statistics WHERE {of} AND index_name <> 'PRIMARY' {more} GROUP BY index_name, non_unique"
    return _entries(f"CONCAT(index_name, ' ', {parts}{unique})", source)


def _foreign_keys(of: str, schema: str) -> str:
    order = "ordinal_position"
    elsewhere = f"IF(referenced_table_schema = {schema}, '', CONCAT(referenced_table_schema, '.'))"
    entry = (
        f"CONCAT(constraint_name, ' ', {_parts('column_name', order)}, ' -> ',\n"
        f"    {elsewhere}, referenced_table_name, ' ', {_parts('referenced_column_name', order)})"
    )
    grouped = "GROUP BY constraint_name, referenced_table_schema, referenced_table_name"
    return _entries(entry, f"FROM {_INFO}.key_column_usage WHERE {of} AND referenced_table_name IS NOT NULL {grouped}")


def _checks(of: str, schema: str, table: str, target: Target) -> str:
    """MariaDB tells of checks of columns too, which have no name of their own."""
    if target.dialect == "mariadb":
        source = (
            f"FROM {_INFO}.check_constraints WHERE constraint_schema = {schema} AND table_name = {literal(table)} "
            "AND level = 'Table'"
        )
    else:
        source = f"FROM {_INFO}.table_constraints WHERE {of} AND constraint_type = 'CHECK'"
    return _entries("constraint_name", source)


def _listed(claim: Claim, schema: str) -> str:
    kind = {"tables": "BASE TABLE", "views": "VIEW", "sequences": "SEQUENCE"}[claim.what]
    without = f" AND table_name NOT IN ({', '.join(map(literal, claim.without))})" if claim.without else ""
    return (
        "(SELECT GROUP_CONCAT(table_name ORDER BY CAST(table_name AS BINARY) SEPARATOR ', ')\n"
        f"  FROM {_INFO}.tables WHERE table_schema = {schema} AND table_type = '{kind}'{without})"
    )
