"""A database in, its schema as SQLAlchemy reads it out, line by line: where there is no program that dumps it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Inspector


def lines(inspector: Inspector) -> list[str]:
    """One line for each table, column, key, constraint, index and view, sorted."""
    found: list[str] = []
    for schema in _schemas(inspector):
        for table in inspector.get_table_names(schema):
            name = table if schema is None else f"{schema}.{table}"
            found.append(f"table {name}")
            found += [f"table {name}: {line}" for line in _of_table(inspector, table, schema)]
        for view in inspector.get_view_names(schema):
            text = " ".join(str(inspector.get_view_definition(view, schema)).split())
            found.append(f"view {view if schema is None else f'{schema}.{view}'}: {text}")
    return sorted(found)


def _schemas(inspector: Inspector) -> list[str | None]:
    if inspector.dialect.name != "postgresql":
        return [None]
    ours = [each for each in inspector.get_schema_names() if each not in ("information_schema", "public")]
    return [None, *(each for each in ours if not each.startswith("pg_"))]


def _of_table(inspector: Inspector, table: str, schema: str | None) -> list[str]:
    found = []
    for column in inspector.get_columns(table, schema):
        null = "" if column["nullable"] else " not null"
        default = "" if column.get("default") is None else f" default {column['default']}"
        found.append(f"column {column['name']} {column['type']}{null}{default}")
    key = inspector.get_pk_constraint(table, schema)
    found.append(f"primary key {key.get('name')} {key.get('constrained_columns')}")
    asked: tuple[tuple[str, Any], ...] = (
        ("unique", inspector.get_unique_constraints),
        ("foreign key", inspector.get_foreign_keys),
        ("check", inspector.get_check_constraints),
        ("index", inspector.get_indexes),
    )
    for what, ask in asked:
        for entry in ask(table, schema):
            about = " ".join(f"{name}={entry[name]}" for name in sorted(entry) if name != "duplicates_index")
            found.append(f"{what} {about}")
    return found
