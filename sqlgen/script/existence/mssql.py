"""A thing in, T-SQL that is true where SQL Server's catalogs have it out, never NULL.

Names without a schema are looked for as the session finds them: in the user's default schema, then in dbo.
Sources: Transact-SQL reference, OBJECT_ID, COL_LENGTH, sys.indexes, sys.objects, SCHEMA_ID, TYPE_ID. Catalog names are
compared with the database's collation, as the server compares them.
"""

from __future__ import annotations

from sqlgen.facts.vocabulary import Kind
from sqlgen.script.path import quoted
from sqlgen.script.things import Thing


def exists(thing: Thing) -> str | None:
    """None where the catalogs can't be asked for it."""
    name, table = _literal(thing.name), _object(thing.table or "", thing.schema)
    match thing.kind:
        case "table":
            return f"(OBJECT_ID({_object(thing.name, thing.schema)}, N'U') IS NOT NULL)"
        case "view":
            return f"(OBJECT_ID({_object(thing.name, thing.schema)}, N'V') IS NOT NULL)"
        case "sequence":
            return f"(OBJECT_ID({_object(thing.name, thing.schema)}, N'SO') IS NOT NULL)"
        case "trigger" | "function":
            return f"(OBJECT_ID({_object(thing.name, thing.schema)}) IS NOT NULL)"
        case "column":
            return f"(COL_LENGTH({table}, {name}) IS NOT NULL)"
        case "index" if thing.table is not None:
            return f"EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID({table}) AND name = {name})"
        case "constraint":
            which = "type = 'PK'" if thing.constraint is Kind.PRIMARY_KEY and not thing.name else f"name = {name}"
            return f"EXISTS (SELECT 1 FROM sys.objects WHERE parent_object_id = OBJECT_ID({table}) AND {which})"
        case "schema":
            return f"(SCHEMA_ID({name}) IS NOT NULL)"
        case "type":
            return f"(TYPE_ID({_object(thing.name, thing.schema)}) IS NOT NULL)"
        case _:
            return None


def _object(name: str, schema: str | None) -> str:
    """A bracketed name as a literal."""
    both = [part for part in (schema, name) if part is not None]
    return _literal(".".join("[" + part.replace("]", "]]") + "]" for part in both))


def _literal(value: str) -> str:
    return f"N{quoted(value)}"
