"""A column whose type changes: its default, its checks and its indexes keep the types in which they were stored.

PostgreSQL prints them and reads that text again. Source: tablecmds.c, ATExecAlterColumnType and ATPostAlterTypeCleanup.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from sqlgen.facts.vocabulary import CreateIndex, Part
from sqlgen.schema.draft import Draft
from sqlgen.schema.expressions import Unparsed
from sqlgen.schema.naming import mentions
from sqlgen.schema.postgresql.expressions import Printer
from sqlgen.schema.postgresql.literals import constant
from sqlgen.schema.postgresql.types import PgType, parse

__all__ = ["settle"]


def settle(draft: Draft, column: str, base: Callable[[PgType], PgType]) -> None:
    """Write the types of today into what uses the column. `base` gives what a domain stands for."""
    known = draft.columns.get(column)
    if known is None:
        return
    types = {one.name: parse(one.type or "") for one in draft.columns.values()}
    printer = Printer(types, base, (15,), reread=True)
    draft.constraints = [
        replace(one, expression=_printed(printer, one.expression))
        if one.expression is not None and mentions(one.expression, column, draft.dialect)
        else one
        for one in draft.constraints
    ]
    draft.indexes = {key: _index(printer, one, column) for key, one in draft.indexes.items()}
    if known.default is not None and known.default.is_null and not base(types[known.name]).args:
        draft.update(column, default=None)  # it was never kept
    if known.default is not None and re.fullmatch("'(?:[^']|'')*'", known.default.text):
        type_ = base(types[known.name])
        if type_.array or type_.name not in ("text", "character varying"):
            with suppress(Unparsed):
                text = constant(known.default.text[1:-1].replace("''", "'"), type_)
                draft.update(column, default=replace(known.default, text=text))


def _index(printer: Printer, index: CreateIndex, column: str) -> CreateIndex:
    where = index.where
    if where is not None and mentions(where, column, "postgresql"):
        where = _printed(printer, where)
    columns = tuple(
        _printed(printer, text) if part.expression and mentions(text, column, "postgresql") else text
        for text, part in zip(index.columns, index.parts or (Part(),) * len(index.columns), strict=True)
    )
    return replace(index, where=where, columns=columns)


def _printed(printer: Printer, text: str) -> str:
    try:
        return printer.value(text, pretty=True)
    except Unparsed:
        return text
