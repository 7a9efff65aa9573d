"""A claim in, T-SQL for what SQL Server's catalogs say of it out: one text, never NULL.

Sources: Transact-SQL reference, System Catalog Views: sys.columns, sys.types, sys.indexes, sys.index_columns,
sys.key_constraints, sys.foreign_keys, sys.foreign_key_columns, sys.check_constraints. NOT RUN ON A REAL SERVER.
"""

from __future__ import annotations

from sqlgen.script.checks.answers import NONE, NOT_THERE, THERE
from sqlgen.script.checks.claims import Claim
from sqlgen.script.sqlcmd.text import literal, named
from sqlgen.script.target import Target

_BYTES = "COLLATE Latin1_General_BIN2"


def found(claim: Claim, target: Target) -> str | None:
    """SQL for what the catalogs say; None: they are not asked. `target` is for servers whose catalogs differ."""
    del target
    name, schema = claim.name or "", claim.schema
    table = f"OBJECT_ID({literal(named(name, schema))})"
    match claim.what:
        case "relation":
            return _there(f"sys.objects WHERE object_id = {table} AND type IN ('U', 'V')")
        case "sequence":
            return _there(f"sys.objects WHERE object_id = {table} AND type = 'SO'")
        case "type":
            return _there(f"sys.types WHERE user_type_id = TYPE_ID({literal(named(name, schema))})")
        case "schema":
            return _there(f"sys.schemas WHERE name = {literal(name)}")
        case "index":
            return _there(f"sys.indexes WHERE object_id = {table} AND name = {literal(claim.part or '')}")
        case "columns":
            return _of_table(table, _columns(claim, table))
        case "primary key":
            source = f"FROM sys.key_constraints AS k WHERE k.parent_object_id = {table} AND k.type = 'PK'"
            return _of_table(table, f"(SELECT {_key_columns('k.parent_object_id', 'k.unique_index_id')} {source})")
        case "unique constraints":
            entry = f"{_name('k')} + {_key_columns('k.parent_object_id', 'k.unique_index_id')}"
            source = f"FROM sys.key_constraints AS k WHERE k.parent_object_id = {table} AND k.type = 'UQ'"
            return _of_table(table, _entries(entry, source))
        case "indexes":
            return _of_table(table, _indexes(table))
        case "foreign keys":
            return _of_table(table, _foreign_keys(table))
        case "checks":
            source = f"FROM sys.check_constraints WHERE parent_object_id = {table} AND is_system_named = 0"
            return _of_table(table, _entries("name", source))
        case "server version":
            version = "CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(40))"
            same = f"{version} + N'.' LIKE {literal(claim.expected + '.%')}"
            return f"CASE WHEN {same} THEN {literal(claim.expected)} ELSE {version} END"
        case "tables" | "views" | "sequences":
            return _listed(claim)
        case _:
            return None


def _there(source: str) -> str:
    return f"CASE WHEN EXISTS (SELECT 1 FROM {source}) THEN N'{THERE}' ELSE N'{NOT_THERE}' END"


def _of_table(table: str, sql: str) -> str:
    return f"CASE WHEN {table} IS NULL THEN N'{NOT_THERE}' ELSE ISNULL({sql}, N'{NONE}') END"


def _joined(entry: str, source: str, order: str, between: str = ", ") -> str:
    """SQL for all entries with something between them; NULL where there are none. STRING_AGG came with 2017."""
    rows = f"SELECT N'{between}' + {entry} {source} ORDER BY {order} FOR XML PATH(N''), TYPE"
    return f"STUFF(({rows}).value(N'.', N'nvarchar(max)'), 1, {len(between)}, N'')"


def _entries(entry: str, source: str) -> str:
    return _joined("entry", f"FROM (SELECT {entry} AS entry {source}) AS entries", f"entry {_BYTES}", "; ")


def _columns(claim: Claim, table: str) -> str:
    length = "CASE c.max_length WHEN -1 THEN N'max' ELSE CAST(c.max_length{} AS nvarchar(10)) END"
    type_ = (
        "t.name + CASE WHEN t.name IN (N'char', N'varchar', N'binary', N'varbinary') THEN N'(' + "
        f"{length.format('')} + N')' WHEN t.name IN (N'nchar', N'nvarchar') THEN N'(' + {length.format(' / 2')} + N')' "
        "WHEN t.name IN (N'decimal', N'numeric') THEN N'(' + CAST(c.precision AS nvarchar(4)) + N',' + "
        "CAST(c.scale AS nvarchar(4)) + N')' WHEN t.name IN (N'datetime2', N'datetimeoffset', N'time') "
        "THEN N'(' + CAST(c.scale AS nvarchar(4)) + N')' ELSE N'' END"
    )
    if claim.untyped:
        unknown = ", ".join(map(literal, claim.untyped))
        type_ = f"CASE WHEN c.name IN ({unknown}) THEN N'?' ELSE {type_} END"
    entry = f"c.name + N' ' + {type_} + CASE c.is_nullable WHEN 0 THEN N' not null' ELSE N'' END"
    source = f"FROM sys.columns AS c JOIN sys.types AS t ON t.user_type_id = c.user_type_id WHERE c.object_id = {table}"
    return _joined(entry, source, "c.column_id")


def _name(alias: str) -> str:
    return f"CASE {alias}.is_system_named WHEN 1 THEN N'' ELSE {alias}.name + N' ' END"


def _key_columns(table: str, index: str) -> str:
    source = (
        "FROM sys.index_columns AS x JOIN sys.columns AS c ON c.object_id = x.object_id AND c.column_id = x.column_id "
        f"WHERE x.object_id = {table} AND x.index_id = {index} AND x.key_ordinal > 0"
    )
    return f"N'(' + {_joined('c.name', source, 'x.key_ordinal')} + N')'"


def _indexes(table: str) -> str:
    """Without those of constraints."""
    words = (
        "CASE i.is_unique WHEN 1 THEN N' unique' ELSE N'' END + CASE i.is_disabled WHEN 1 THEN N' INVALID' ELSE N'' END"
    )
    entry = f"i.name + N' ' + {_key_columns('i.object_id', 'i.index_id')} + {words}"
    plain = "i.type > 0 AND i.is_primary_key = 0 AND i.is_unique_constraint = 0"
    return _entries(entry, f"FROM sys.indexes AS i WHERE i.object_id = {table} AND {plain}")


def _foreign_keys(table: str) -> str:
    def side(column: str, of: str) -> str:
        source = "FROM sys.foreign_key_columns AS x WHERE x.constraint_object_id = f.object_id"
        return f"N'(' + {_joined(f'COL_NAME(x.{of}, x.{column})', source, 'x.constraint_column_id')} + N')'"

    actions = " + ".join(
        f"CASE f.{event}_referential_action WHEN 0 THEN N'' ELSE N' on{event} ' + "
        f"LOWER(REPLACE(f.{event}_referential_action_desc, N'_', N' ')) END"
        for event in ("update", "delete")
    )
    schema = "SCHEMA_NAME(o.schema_id)"
    other = f"CASE {schema} WHEN SCHEMA_NAME() THEN N'' WHEN N'dbo' THEN N'' ELSE {schema} + N'.' END"
    entry = (
        f"{_name('f')} + {side('parent_column_id', 'parent_object_id')} + N' -> ' + {other} + o.name + N' ' + "
        f"{side('referenced_column_id', 'referenced_object_id')} + {actions}"
    )
    source = "FROM sys.foreign_keys AS f JOIN sys.objects AS o ON o.object_id = f.referenced_object_id"
    return _entries(entry, f"{source} WHERE f.parent_object_id = {table}")


def _listed(claim: Claim) -> str:
    kind = {"tables": "U", "views": "V", "sequences": "SO"}[claim.what]
    schema = "SCHEMA_NAME()" if claim.schema is None else literal(claim.schema)
    without = f" AND name NOT IN ({', '.join(map(literal, claim.without))})" if claim.without else ""
    source = f"FROM sys.objects WHERE schema_id = SCHEMA_ID({schema}) AND type = '{kind}'{without}"
    return f"ISNULL({_joined('name', source, f'name {_BYTES}')}, N'{NONE}')"
