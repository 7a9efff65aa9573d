"""A claim in, SQL for what Oracle's catalogs say of it out: one text, never NULL.

Facts spell names in lower case where Oracle has upper case (see existence_oracle); so do these answers.
Sources: Oracle Database Reference, ALL_TAB_COLUMNS, ALL_CONSTRAINTS, ALL_CONS_COLUMNS, ALL_INDEXES, ALL_IND_COLUMNS,
ALL_OBJECTS; SQL Language Reference, LISTAGG (ON OVERFLOW came with 12.2). NOT RUN ON A REAL SERVER.
"""

from __future__ import annotations

from sqlgen.script.checks.answers import NONE, NOT_THERE, THERE
from sqlgen.script.checks.claims import Claim
from sqlgen.script.existence import oracle as existence_oracle
from sqlgen.script.path import quoted
from sqlgen.script.target import Target
from sqlgen.script.things import Thing

_HERE = "SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA')"


def found(claim: Claim, target: Target) -> str | None:
    """SQL for what the catalogs say; None: they are not asked. `target` is for servers whose catalogs differ."""
    del target
    name, schema = claim.name or "", claim.schema
    of = f"owner {_owner(schema)} AND table_name {_is(name)}"
    match claim.what:
        case "relation":
            kinds = "('TABLE', 'VIEW', 'MATERIALIZED VIEW')"
            return _there(
                f"all_objects WHERE owner {_owner(schema)} AND object_name {_is(name)} AND object_type IN {kinds}"
            )
        case "sequence" | "type":
            exists = existence_oracle.exists(Thing(claim.what, name, schema))
            return f"CASE WHEN {exists} THEN '{THERE}' ELSE '{NOT_THERE}' END"
        case "schema":
            return _there(f"all_users WHERE username {_is(name)}")
        case "index":
            on = f"table_owner {_owner(schema)} AND table_name {_is(name)}"
            return _there(f"all_indexes WHERE {on} AND index_name {_is(claim.part or '')}")
        case "columns":
            return _of_table(of, _columns(claim, of))
        case "primary key":
            return _of_table(
                of, f"(SELECT {_columns_of('c')} FROM all_constraints c WHERE {of} AND constraint_type = 'P')"
            )
        case "unique constraints":
            entry = f"{_name('c')} || {_columns_of('c')}"
            return _of_table(of, _entries(entry, f"all_constraints c WHERE {of} AND constraint_type = 'U'"))
        case "checks":
            own = "generated = 'USER NAME' AND search_condition_vc NOT LIKE '\"%\" IS NOT NULL'"
            source = f"all_constraints WHERE {of} AND constraint_type = 'C' AND {own}"
            return _of_table(of, _entries(_spelled("constraint_name"), source))
        case "foreign keys":
            return _of_table(of, _foreign_keys(of))
        case "indexes":
            return _of_table(of, _indexes(f"i.table_owner {_owner(schema)} AND i.table_name {_is(name)}"))
        case "tables" | "views" | "sequences":
            return _listed(claim)
        case _:
            return None


def _owner(schema: str | None) -> str:
    return f"= {_HERE}" if schema is None else _is(schema)


def _is(name: str) -> str:
    return f"IN ({quoted(name.upper())}, {quoted(name)})" if name == name.lower() else f"= {quoted(name)}"


def _spelled(column: str) -> str:
    return f"CASE {column} WHEN UPPER({column}) THEN LOWER({column}) ELSE {column} END"


def _there(source: str) -> str:
    return f"CASE WHEN EXISTS (SELECT 1 FROM {source}) THEN '{THERE}' ELSE '{NOT_THERE}' END"


def _of_table(of: str, sql: str) -> str:
    there = f"EXISTS (SELECT 1 FROM all_tables WHERE {of})"
    return f"CASE WHEN {there} THEN NVL({sql}, '{NONE}') ELSE '{NOT_THERE}' END"


def _joined(entry: str, order: str, between: str = ", ") -> str:
    return f"LISTAGG({entry}, '{between}' ON OVERFLOW TRUNCATE) WITHIN GROUP (ORDER BY {order})"


def _entries(entry: str, source: str) -> str:
    """SQL for all entries, sorted by bytes."""
    ordered = _joined("entry", "NLSSORT(entry, 'NLS_SORT=BINARY')", "; ")
    return f"(SELECT {ordered} FROM (SELECT {entry} AS entry FROM {source}))"


def _columns(claim: Claim, of: str) -> str:
    type_ = (
        "CASE WHEN data_type IN ('VARCHAR2', 'CHAR', 'NVARCHAR2', 'NCHAR') THEN LOWER(data_type) || '(' || char_length "
        "|| ')' WHEN data_type = 'RAW' THEN 'raw(' || data_length || ')' WHEN data_type = 'NUMBER' AND data_precision "
        "IS NULL AND data_scale = 0 THEN 'integer' WHEN data_type = 'NUMBER' AND data_precision IS NOT NULL THEN "
        "'number(' || data_precision || CASE WHEN data_scale <> 0 THEN ',' || data_scale END || ')' "
        "WHEN data_type = 'FLOAT' THEN 'float(' || data_precision || ')' ELSE LOWER(data_type) END"
    )
    if claim.untyped:
        unknown = ", ".join(quoted(name.upper()) + ", " + quoted(name) for name in claim.untyped)
        type_ = f"CASE WHEN column_name IN ({unknown}) THEN '?' ELSE {type_} END"
    entry = f"{_spelled('column_name')} || ' ' || {type_} || CASE nullable WHEN 'N' THEN ' not null' END"
    return f"(SELECT {_joined(entry, 'column_id')} FROM all_tab_columns WHERE {of})"


def _name(alias: str) -> str:
    return f"CASE {alias}.generated WHEN 'USER NAME' THEN {_spelled(f'{alias}.constraint_name')} || ' ' END"


def _columns_of(alias: str, name: str = "constraint_name", owner: str = "owner") -> str:
    source = f"all_cons_columns x WHERE x.owner = {alias}.{owner} AND x.constraint_name = {alias}.{name}"
    return f"'(' || (SELECT {_joined(_spelled('x.column_name'), 'x.position')} FROM {source}) || ')'"


def _foreign_keys(of: str) -> str:
    referred = (
        "(SELECT CASE r.owner WHEN c.owner THEN '' ELSE LOWER(r.owner) || '.' END || "
        f"{_spelled('r.table_name')} FROM all_constraints r WHERE r.owner = c.r_owner "
        "AND r.constraint_name = c.r_constraint_name)"
    )
    action = "CASE WHEN c.delete_rule <> 'NO ACTION' THEN ' ondelete ' || LOWER(c.delete_rule) END"
    other = _columns_of("c", "r_constraint_name", "r_owner")
    entry = f"{_name('c')} || {_columns_of('c')} || ' -> ' || {referred} || ' ' || {other} || {action}"
    return _entries(entry, f"all_constraints c WHERE {of} AND constraint_type = 'R'")


def _indexes(of: str) -> str:
    """Without those of constraints."""
    plain = "CASE WHEN x.column_name LIKE 'SYS\\_NC%$' ESCAPE '\\' THEN '?' ELSE {} END".format(
        _spelled("x.column_name")
    )
    source = "all_ind_columns x WHERE x.index_owner = i.owner AND x.index_name = i.index_name"
    columns = f"'(' || (SELECT {_joined(plain, 'x.column_position')} FROM {source}) || ')'"
    words = "CASE i.uniqueness WHEN 'UNIQUE' THEN ' unique' END || CASE i.status WHEN 'UNUSABLE' THEN ' INVALID' END"
    entry = f"{_spelled('i.index_name')} || ' ' || {columns} || {words}"
    own = (
        "i.index_type <> 'LOB' AND NOT EXISTS (SELECT 1 FROM all_constraints k WHERE k.owner = i.table_owner "
        "AND k.index_name = i.index_name AND k.table_name = i.table_name)"
    )
    return _entries(entry, f"all_indexes i WHERE {of} AND {own}")


def _listed(claim: Claim) -> str:
    kind = {"tables": "TABLE", "views": "VIEW", "sequences": "SEQUENCE"}[claim.what]
    spelled = _spelled("object_name")
    without = f" AND {spelled} NOT IN ({', '.join(map(quoted, claim.without))})" if claim.without else ""
    source = f"all_objects WHERE owner {_owner(claim.schema)} AND object_type = '{kind}'{without}"
    return f"NVL((SELECT {_joined(spelled, spelled)} FROM {source}), '{NONE}')"
