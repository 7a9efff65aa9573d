"""A thing in, SQL that is true where Oracle's catalogs have it out, never NULL: for the condition of a query.

Facts spell names as SQLAlchemy does (facts.reader.folded): in lower case where Oracle has upper case, and where a
reserved word is quoted; any other name as it stands. So one in lower case is looked for in both. Source: SQL Language
Reference, Database Object Naming Rules; Database Reference, ALL_OBJECTS, ALL_TAB_COLUMNS, ALL_INDEXES, ALL_CONSTRAINTS.
"""

from __future__ import annotations

from sqlgen.facts.vocabulary import Kind
from sqlgen.script.path import quoted
from sqlgen.script.things import Thing


def exists(thing: Thing) -> str | None:
    """None where the catalogs can't be asked for it."""
    name = _is(thing.name)
    owner = "SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA')" if thing.schema is None else None
    by = f"owner = {owner}" if owner else f"owner {_is(thing.schema or '')}"
    match thing.kind:
        case "table":
            return _there("all_tables", f"{by} AND table_name {name}")
        case "view" | "sequence" | "trigger" | "type":
            kinds = "('VIEW', 'MATERIALIZED VIEW')" if thing.kind == "view" else f"('{thing.kind.upper()}')"
            return _there("all_objects", f"{by} AND object_name {name} AND object_type IN {kinds}")
        case "function":
            kinds = "('FUNCTION', 'PROCEDURE')"
            return _there("all_objects", f"{by} AND object_name {name} AND object_type IN {kinds}")
        case "column":
            return _there("all_tab_columns", f"{by} AND table_name {_is(thing.table or '')} AND column_name {name}")
        case "index":
            return _there("all_indexes", f"{by} AND index_name {name}")
        case "constraint":
            which = (
                "constraint_type = 'P'"
                if thing.constraint is Kind.PRIMARY_KEY and not thing.name
                else f"constraint_name {name}"
            )
            return _there("all_constraints", f"{by} AND table_name {_is(thing.table or '')} AND {which}")
        case "schema":
            return _there("all_users", f"username {name}")
        case _:
            return None


def _there(source: str, where: str) -> str:
    return f"EXISTS (SELECT 1 FROM {source} WHERE {where})"


def _is(name: str) -> str:
    if name == name.lower():
        return f"IN ({quoted(name.upper())}, {quoted(name)})"
    return f"= {quoted(name)}"
