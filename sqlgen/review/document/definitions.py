"""A column, a key or an index in, its definition out: as SQL says it, without the name that stands before it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.facts.vocabulary import Column, Constraint, CreateIndex, Kind, Part
from sqlgen.schema.naming import spelled

__all__ = ["column", "index", "key"]


def column(one: Column, dialect: str) -> str:
    """`VARCHAR(40) NOT NULL DEFAULT 'x'`; empty for a column without a type (SQLite)."""
    return " ".join(_column(one, dialect))


def _column(one: Column, dialect: str) -> Iterator[str]:
    if one.type:
        yield one.type
    if one.collation is not None:
        yield f"COLLATE {spelled(one.collation, dialect) if dialect == 'postgresql' else one.collation}"
    yield from _generated(one, dialect)
    if one.default is not None:
        yield f"DEFAULT {one.default.text}"
    if not one.nullable:
        yield "NOT NULL"
    if one.on_update is not None:
        yield f"ON UPDATE {one.on_update}"
    if one.invisible:
        yield "INVISIBLE"
    if one.comment:
        yield f"COMMENT {literal(one.comment)}"


def _generated(one: Column, dialect: str) -> Iterator[str]:
    match one.generated:
        case "stored" | "virtual":
            yield f"GENERATED ALWAYS AS ({one.expression or '…'}) {one.generated.upper()}"
        case "identity" if dialect == "mssql":
            options = dict(one.identity_options)
            yield f"IDENTITY({options.get('start', 1)},{options.get('increment', 1)})"
        case "identity":
            yield f"GENERATED {(one.identity or 'by default').upper()} AS IDENTITY"
            if one.identity_options:
                yield f"({' '.join(f'{name.upper()} {value}' for name, value in one.identity_options)})"
        case "auto_increment":
            yield "AUTOINCREMENT" if dialect == "sqlite" else "AUTO_INCREMENT"
        case _:
            pass


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


# ---- keys


def key(one: Constraint, dialect: str) -> str:
    """`FOREIGN KEY (book_id) REFERENCES books (id) ON DELETE CASCADE`."""
    return " ".join(_key(one, dialect))


def _key(one: Constraint, dialect: str) -> Iterator[str]:
    yield one.kind.value.upper()
    if one.nulls_not_distinct:
        yield "NULLS NOT DISTINCT"
    if one.kind is Kind.EXCLUDE and one.method:
        yield f"USING {one.method}"
    if one.kind is Kind.CHECK:
        yield f"({one.expression or '…'})"
    elif one.columns:
        yield f"({', '.join(_parts(one.columns, one.parts, dialect, one.operators))})"
    if one.kind is not Kind.CHECK and one.expression:
        yield f"WHERE ({one.expression})"
    if one.include:
        yield f"INCLUDE ({', '.join(spelled(name, dialect) for name in one.include)})"
    if one.references is not None:
        yield f"REFERENCES {spelled(one.references, dialect)}"
        if one.referred_columns:
            yield f"({', '.join(spelled(name, dialect) for name in one.referred_columns)})"
    for word, value in (("MATCH", one.match), ("ON DELETE", one.on_delete), ("ON UPDATE", one.on_update)):
        if value is not None:
            yield f"{word} {value}"
    if one.deferrable:
        yield f"DEFERRABLE{f' INITIALLY {one.initially}' if one.initially else ''}"
    if one.no_inherit:
        yield "NO INHERIT"
    if one.not_valid:
        yield "NOT VALID"
    if one.comment:
        yield f"COMMENT {literal(one.comment)}"


def _parts(
    columns: tuple[str, ...], parts: tuple[Part, ...], dialect: str, operators: tuple[str, ...] = ()
) -> Iterator[str]:
    for number, name in enumerate(columns):
        part = parts[number] if number < len(parts) else Part()
        text = name if part.expression or _is_expression(name) else spelled(name, dialect)
        text += "" if part.length is None else f"({part.length})"
        words = [text]
        if part.collation is not None:
            words.append(f"COLLATE {part.collation}")
        if part.opclass is not None:
            words.append(part.opclass)
        if part.descending:
            words.append("DESC")
        if part.nulls_first is not None:
            words.append("NULLS FIRST" if part.nulls_first else "NULLS LAST")
        if number < len(operators):
            words.append(f"WITH {operators[number]}")
        yield " ".join(words)


def _is_expression(name: str) -> bool:
    return "(" in name and ")" in name


# ---- indexes


def index(one: CreateIndex, dialect: str) -> str:
    """`UNIQUE INDEX (lower(email)) WHERE deleted IS NULL`."""
    return " ".join(_index(one, dialect))


def _index(one: CreateIndex, dialect: str) -> Iterator[str]:
    if one.unique:
        yield "UNIQUE"
    if one.clustered:
        yield "CLUSTERED"
    if one.method in ("fulltext", "spatial"):
        yield one.method.upper()
    yield "INDEX"
    if one.method is not None and one.method not in ("fulltext", "spatial"):
        yield f"USING {one.method}"
    yield f"({', '.join(_parts(one.columns, one.parts, dialect))})"
    if one.include:
        yield f"INCLUDE ({', '.join(spelled(name, dialect) for name in one.include)})"
    if one.nulls_not_distinct:
        yield "NULLS NOT DISTINCT"
    if one.settings:
        yield f"WITH ({', '.join(f'{name} = {value}' for name, value in one.settings)})"
    if one.where is not None:
        yield f"WHERE {one.where}"
    if one.only:
        yield "ON ONLY"
    if one.comment:
        yield f"COMMENT {literal(one.comment)}"
