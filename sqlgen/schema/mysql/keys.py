"""The keys of a MySQL or MariaDB table, in the order in which the server keeps and prints them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlgen.facts.vocabulary import CreateIndex, Kind, Part
from sqlgen.schema.mysql.types import parse
from sqlgen.schema.table import Table

__all__ = ["Key", "is_hashed", "keys"]


@dataclass(frozen=True, slots=True)
class Key:
    """A key of any kind, as it is printed."""

    name: str | None
    columns: tuple[str, ...]
    parts: tuple[Part, ...]
    label: str
    """PRIMARY KEY, UNIQUE KEY, KEY, FULLTEXT KEY or SPATIAL KEY."""
    method: str | None
    comment: str | None


def keys(table: Table, dialect: str) -> list[Key]:
    """Primary, unique without NULL, unique, the rest, fulltext last; else as they came: sql_table.cc, sort_keys."""
    order = {name: number for number, name in enumerate(table.order)}
    nullable = {column.name.lower() for column in table.columns if column.nullable}

    def place(key: Key) -> tuple[bool | int, ...]:
        unique = key.label in ("PRIMARY KEY", "UNIQUE KEY")
        return (
            not unique,
            hashed := unique and is_hashed(key, table, dialect),
            unique and not hashed and any(name.lower() in nullable for name in key.columns),
            unique and key.label != "PRIMARY KEY",
            unique and any(part.length for part in key.parts),
            key.label == "FULLTEXT KEY",
            order.get((key.name or "").lower(), 0),
        )

    return sorted(_all(table), key=place)


def _all(table: Table) -> list[Key]:
    found = []
    for one in table.constraints:
        if one.kind is Kind.PRIMARY_KEY:
            found.append(Key("PRIMARY", one.columns, one.parts, "PRIMARY KEY", one.method, one.comment))
        elif one.kind is Kind.UNIQUE:
            found.append(Key(one.name, one.columns, one.parts, "UNIQUE KEY", one.method, one.comment))
    for index in (*table.indexes, *table.brought):
        found.append(Key(index.name, index.columns, index.parts, _label(index), index.method, index.comment))
    return found


def _label(index: CreateIndex) -> str:
    if index.unique:
        return "UNIQUE KEY"
    return f"{index.method.upper()} KEY" if index.method in ("fulltext", "spatial") and index.method else "KEY"


def is_hashed(key: Key, table: Table, dialect: str) -> bool:
    """MariaDB keeps a unique key over what is too long for an index, a TEXT or BLOB, as a hash of it."""
    if dialect != "mariadb" or key.label != "UNIQUE KEY":
        return False
    whole = [name.lower() for number, name in enumerate(key.columns) if not (key.parts and key.parts[number].length)]
    return any(
        column.name.lower() in whole and parse(column.type or "", dialect).name.endswith(("text", "blob"))
        for column in table.columns
    )
