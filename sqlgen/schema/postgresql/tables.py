"""A table in, what SQLAlchemy reads of it from PostgreSQL's catalogs out.

The shapes are SQLAlchemy's (engine/interfaces.py, ReflectedColumn and its siblings), but for a column's type, which is
the text of format_type(), beside its collation. Source: SQLAlchemy 2.1, dialects/postgresql/base.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlgen.facts.vocabulary import Column, Constraint, CreateIndex, Kind, Name, Part
from sqlgen.schema.expressions import Unparsed
from sqlgen.schema.naming import quoted
from sqlgen.schema.postgresql.expressions import Printer
from sqlgen.schema.postgresql.types import PgType, parse
from sqlgen.schema.table import Table

__all__ = ["describe", "domain"]

Answer = dict[str, Any]
Domain = Callable[[Name], Column | None]


def describe(table: Table, domain_of: Domain, version: tuple[int, ...]) -> Answer:
    """All that is reflected of a table. `domain_of` gives what a domain is, None for what is none."""
    types = {column.name: parse(column.type or "") for column in table.columns}
    reader = _Reader(table, types, domain_of, Printer(types, lambda type_: _base(type_, domain_of), version), version)
    keys = sorted(table.constraints, key=lambda one: (one.name or "").encode())
    primary = [one for one in keys if one.kind is Kind.PRIMARY_KEY]
    return {
        "columns": [reader.column(column) for column in table.columns],
        "pk": reader.primary(primary[0]) if primary else {"constrained_columns": [], "name": None},
        "fks": [reader.foreign(one) for one in keys if one.kind is Kind.FOREIGN_KEY],
        "uniques": [reader.unique(one) for one in keys if one.kind is Kind.UNIQUE],
        "checks": [reader.check(one) for one in keys if one.kind is Kind.CHECK],
        "indexes": reader.indexes(),
        "comment": table.comment,
    }


def domain(name: Name, definition: Column, version: tuple[int, ...]) -> Answer:
    """A domain in the shape of SQLAlchemy's ReflectedDomain; its type with its length."""
    type_ = parse(definition.type or "")
    printer = Printer({"value": type_}, lambda type_: type_, version, "VALUE")
    checks = [one for one in definition.constraints if one.kind is Kind.CHECK]
    return {
        "name": name.name,
        "schema": name.schema,
        "visible": name.schema is None,
        "type": str(type_),
        "nullable": definition.nullable,
        "default": None if definition.default is None else _default(printer, definition.default.text, type_),
        "constraints": [
            {"name": one.name or f"{name.name}_check{number or ''}", "check": _condition(printer, one.expression, True)}
            for number, one in enumerate(checks)
        ],
        "collation": definition.collation,
    }


def _base(type_: PgType, domain_of: Domain) -> PgType:
    definition = None if type_.own is None or type_.array else domain_of(type_.own)
    return type_ if definition is None else _base(parse(definition.type or ""), domain_of)


@dataclass(frozen=True, slots=True)
class _Reader:
    table: Table
    types: dict[str, PgType]
    domain_of: Domain
    printer: Printer
    version: tuple[int, ...]

    # ---- columns

    def column(self, column: Column) -> Answer:
        type_ = self.types[column.name]
        default = self._default(column, type_)
        nullable = column.nullable
        definition = None if type_.own is None or type_.array else self.domain_of(type_.own)
        if definition is not None:
            inner = domain(type_.own or Name(""), definition, self.version)
            default, nullable = default or inner["default"], nullable and inner["nullable"]
        numbered = default is not None and "nextval('" in default and _is_integer(_base(type_, self.domain_of))
        answer: Answer = {
            "name": column.name,
            "type": str(type_),
            "collation": column.collation,
            "nullable": nullable,
            "default": default,
            "autoincrement": numbered or column.identity is not None,
            "comment": column.comment,
        }
        if column.expression is not None:
            answer["computed"] = {
                "sqltext": self._value(column.expression, False, type_),
                "persisted": column.generated == "stored",
            }
        if column.identity is not None:
            answer["identity"] = _identity(column, type_)
        return answer

    def _default(self, column: Column, type_: PgType) -> str | None:
        if column.generated == "serial" and column.default is None:
            sequence = dict(self.table.sequences).get(column.name)
            return (
                None if sequence is None else f"nextval('{quoted(sequence).replace(chr(39), chr(39) * 2)}'::regclass)"
            )
        return None if column.default is None else _default(self.printer, column.default.text, type_)

    def _value(self, text: str, pretty: bool, type_: PgType | None = None) -> str:
        try:
            return self.printer.value(text, pretty, type_)
        except Unparsed:
            return " ".join(text.split())

    # ---- constraints

    def primary(self, one: Constraint) -> Answer:
        answer: Answer = {"constrained_columns": list(one.columns), "name": one.name, "comment": one.comment}
        if self.version >= (11,):
            answer["dialect_options"] = {"postgresql_include": list(one.include)}
        return answer

    def unique(self, one: Constraint) -> Answer:
        return {
            "column_names": list(one.columns),
            "name": one.name,
            "comment": one.comment,
            "dialect_options": {
                "postgresql_include": list(one.include),
                "postgresql_nulls_not_distinct": one.nulls_not_distinct,
            },
        }

    def foreign(self, one: Constraint) -> Answer:
        options = {
            "onupdate": one.on_update,
            "ondelete": one.on_delete,
            "initially": "DEFERRED" if one.initially == "DEFERRED" else None,
            "deferrable": True if one.deferrable or one.initially == "DEFERRED" else None,
            "match": one.match,
        }
        return {
            "name": one.name,
            "constrained_columns": list(one.columns),
            "referred_schema": one.references.schema if one.references is not None else None,
            "referred_table": one.references.name if one.references is not None else "",
            "referred_columns": list(one.referred_columns),
            "options": {name: value for name, value in options.items() if value not in (None, "NO ACTION")},
            "comment": one.comment,
        }

    def check(self, one: Constraint) -> Answer:
        answer: Answer = {
            "name": one.name,
            "sqltext": _condition(self.printer, one.expression, True),
            "comment": one.comment,
        }
        options = {"not_valid": one.not_valid, "no_inherit": one.no_inherit}
        if any(options.values()):
            answer["dialect_options"] = {name: True for name, said in options.items() if said}
        return answer

    # ---- indexes

    def indexes(self) -> list[Answer]:
        """Of their own, and those of UNIQUE and EXCLUDE constraints; SQLAlchemy leaves that of the primary key out."""
        own = [(index.name or "", self._index(index)) for index in self.table.indexes]
        brought = [
            (one.name or "", self._index(_index_of(one, self.table.name)) | {"duplicates_constraint": one.name})
            for one in self.table.constraints
            if one.kind in (Kind.UNIQUE, Kind.EXCLUDE)
        ]
        return [answer for _, answer in sorted((*own, *brought), key=lambda pair: pair[0].encode())]

    def _index(self, index: CreateIndex) -> Answer:
        parts = index.parts or tuple(Part() for _ in index.columns)
        elements = [
            self._element(text) if part.expression else text for text, part in zip(index.columns, parts, strict=True)
        ]
        answer: Answer = {"name": index.name, "unique": index.unique}
        if any(part.expression for part in parts):
            answer["column_names"] = [
                None if part.expression else text for text, part in zip(elements, parts, strict=True)
            ]
            answer["expressions"] = elements
        else:
            answer["column_names"] = elements
        sorting = {text: _sorting(part) for text, part in zip(elements, parts, strict=True) if _sorting(part)}
        if sorting:
            answer["column_sorting"] = sorting
        options = self._options(index, elements, parts)
        if options:
            answer["dialect_options"] = options
        return answer

    def _options(self, index: CreateIndex, elements: list[str], parts: tuple[Part, ...]) -> Answer:
        options: Answer = {}
        classes = {text: part.opclass for text, part in zip(elements, parts, strict=True) if part.opclass}
        classes = {text: name for text, name in classes.items() if not _is_default_class(name or "", index.method)}
        if classes:
            options["postgresql_ops"] = classes
        if index.settings:
            options["postgresql_with"] = dict(index.settings)
        if index.method not in (None, "btree"):
            options["postgresql_using"] = index.method
        if index.where is not None:
            options["postgresql_where"] = _condition(self.printer, index.where, False)
        if self.version >= (11,):
            options["postgresql_include"] = list(index.include)
        if index.nulls_not_distinct:
            options["postgresql_nulls_not_distinct"] = True
        return options

    def _element(self, text: str) -> str:
        """pg_get_indexdef() of one column: what is no plain call stands in parentheses."""
        try:
            printed = self.printer.value(text, True)
        except Unparsed:
            return " ".join(text.split())
        plain = re.match(r'(?:"[^"]+"|[\w.])+\(', printed) and printed.endswith(")") and _closes(printed)
        return printed if plain else f"({printed})"


def _closes(text: str) -> bool:
    """Whether the first parenthesis is closed by the last character."""
    depth = 0
    for number, char in enumerate(text):
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char == ")" and depth == 0:
            return number == len(text) - 1
    return False


def _default(printer: Printer, text: str, type_: PgType) -> str | None:
    try:
        return printer.default(text, type_)
    except Unparsed:
        return " ".join(text.split())


def _condition(printer: Printer, text: str | None, pretty: bool) -> str:
    try:
        return printer.condition(text or "", pretty)
    except Unparsed:
        written = " ".join((text or "").split())
        while written.startswith("(") and _closes(written):
            written = written[1:-1].strip()
        return written if pretty else f"({written})"


def _is_integer(type_: PgType) -> bool:
    return type_.name in ("integer", "bigint", "smallint") and not type_.array


_LARGEST = {"smallint": 2**15 - 1, "integer": 2**31 - 1}


def _identity(column: Column, type_: PgType) -> Answer:
    """sequence.c, init_params: what is not written follows from the type and the direction."""
    said = dict(column.identity_options)
    largest = _LARGEST.get(type_.name, 2**63 - 1)
    down = said.get("increment", 1) < 0
    low = said.get("minvalue", -largest - 1 if down else 1)
    high = said.get("maxvalue", -1 if down else largest)
    return {
        "always": column.identity == "always",
        "start": said.get("start", high if down else low),
        "increment": said.get("increment", 1),
        "minvalue": low,
        "maxvalue": high,
        "cache": said.get("cache", 1),
        "cycle": bool(said.get("cycle", 0)),
    }


def _index_of(one: Constraint, table: Name) -> CreateIndex:
    return CreateIndex(
        one.name,
        table,
        one.columns,
        one.kind is Kind.UNIQUE,
        method=one.method,
        include=one.include,
        parts=one.parts,
        nulls_not_distinct=one.nulls_not_distinct,
    )


def _sorting(part: Part) -> list[str]:
    if part.descending:
        return ["desc", "nulls_last"] if part.nulls_first is False else ["desc"]
    return ["nulls_first"] if part.nulls_first else []


def _is_default_class(name: str, method: str | None) -> bool:
    """pg_opclass.opcdefault: the classes named after their type are the default ones of btree and hash."""
    return name in ("text_ops", "int4_ops", "int8_ops", "jsonb_ops", "array_ops", "tsvector_ops", "uuid_ops") or (
        method in (None, "btree", "hash") and name in ("date_ops", "numeric_ops", "timestamp_ops", "timestamptz_ops")
    )
