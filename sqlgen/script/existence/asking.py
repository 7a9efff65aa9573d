"""A thing in, SQL out that is true where the catalogs have it: one boolean expression per engine, never NULL.

Sources: PostgreSQL manual, 53 System Catalogs and Functions, to_regclass; MySQL manual 28 and MariaDB,
INFORMATION_SCHEMA; SQLite, PRAGMA functions.
"""

from __future__ import annotations

from sqlgen.facts.vocabulary import Kind
from sqlgen.script.existence import mssql as existence_mssql
from sqlgen.script.existence import oracle as existence_oracle
from sqlgen.script.mysql.blocks import literal
from sqlgen.script.path import named, quoted
from sqlgen.script.things import Outcome, Thing


def holds(outcome: Outcome, dialect: str) -> str | None:
    """SQL that is true where all of it holds. None where the catalogs of the engine can't be asked for some of it."""
    found = [(exists(thing, dialect), there) for thing, there in outcome]
    told = [(sql if there else f"NOT {sql}") for sql, there in found if sql is not None]
    return " AND ".join(told) if told and len(told) == len(found) else None


def exists(thing: Thing, dialect: str) -> str | None:
    """SQL that is true where the thing is there: names without a schema are looked for as the session finds them."""
    match dialect:
        case "postgresql":
            return _postgresql(thing)
        case "mysql" | "mariadb":
            return _mysql(thing)
        case "sqlite":
            return _sqlite(thing)
        case "mssql":
            return existence_mssql.exists(thing)
        case "oracle":
            return existence_oracle.exists(thing)
        case _:
            return None


def _postgresql(thing: Thing) -> str | None:
    regclass = f"to_regclass({quoted(named(thing.name, thing.schema))})"
    table = f"to_regclass({quoted(named(thing.table or '', thing.schema))})"
    name = quoted(thing.name)
    match thing.kind:
        case "table" | "view" | "sequence":
            return f"({regclass} IS NOT NULL)"
        case "index" if thing.table is None:
            return f"({regclass} IS NOT NULL)"
        case "index":
            where = f"i.indrelid = {table} AND c.relname = {name}"
            return f"EXISTS (SELECT FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid WHERE {where})"
        case "column":
            where = f"attrelid = {table} AND attname = {name} AND attnum > 0 AND NOT attisdropped"
            return f"EXISTS (SELECT FROM pg_attribute WHERE {where})"
        case "constraint":
            which = f"conname = {name}" if thing.name else "contype = 'p'"
            return f"EXISTS (SELECT FROM pg_constraint WHERE conrelid = {table} AND {which})"
        case "type":
            return f"(to_regtype({quoted(named(thing.name, thing.schema))}) IS NOT NULL)"
        case "enum value":
            type_ = f"to_regtype({quoted(named(thing.table or '', thing.schema))})"
            return f"EXISTS (SELECT FROM pg_enum WHERE enumtypid = {type_} AND enumlabel = {name})"
        case "schema":
            return f"EXISTS (SELECT FROM pg_namespace WHERE nspname = {name})"
        case "trigger":
            if thing.table is None:
                return None
            return f"EXISTS (SELECT FROM pg_trigger WHERE tgrelid = {table} AND tgname = {name} AND NOT tgisinternal)"
        case "function":
            return None  # overloads: its name alone does not say which one


def _mysql(thing: Thing) -> str | None:
    schema = "DATABASE()" if thing.schema is None else literal(thing.schema)
    name, table = literal(thing.name), literal(thing.table or "")

    def there(source: str, where: str) -> str:
        return f"EXISTS (SELECT 1 FROM information_schema.{source} WHERE {where})"

    match thing.kind:
        case "table" | "view" | "sequence":
            return there("tables", f"table_schema = {schema} AND table_name = {name}")
        case "column":
            return there("columns", f"table_schema = {schema} AND table_name = {table} AND column_name = {name}")
        case "index":
            if thing.table is None:
                return None
            return there("statistics", f"table_schema = {schema} AND table_name = {table} AND index_name = {name}")
        case "constraint":
            which = "'PRIMARY'" if thing.constraint is Kind.PRIMARY_KEY else name
            on = f"constraint_schema = {schema} AND table_name = {table} AND constraint_name = {which}"
            return there("table_constraints", on)
        case "schema":
            return there("schemata", f"schema_name = {name}")
        case "trigger":
            return there("triggers", f"trigger_schema = {schema} AND trigger_name = {name}")
        case "function":
            return there("routines", f"routine_schema = {schema} AND routine_name = {name}")
        case "type" | "enum value":
            return None


def _sqlite(thing: Thing) -> str | None:
    master = named("sqlite_master", thing.schema or "main")
    name, table = quoted(thing.name), quoted(thing.table or "")
    match thing.kind:
        case "table" | "view":  # one set of names; a view with INSTEAD OF triggers is written to like a table
            return f"EXISTS (SELECT 1 FROM {master} WHERE type IN ('table', 'view') AND name = {name} COLLATE NOCASE)"
        case "index" | "trigger":
            return f"EXISTS (SELECT 1 FROM {master} WHERE type = '{thing.kind}' AND name = {name} COLLATE NOCASE)"
        case "column":
            within = "" if thing.schema is None else f", {quoted(thing.schema)}"
            return f"EXISTS (SELECT 1 FROM pragma_table_xinfo({table}{within}) WHERE name = {name} COLLATE NOCASE)"
        case _:
            return None
