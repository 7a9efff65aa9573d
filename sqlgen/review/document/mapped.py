"""What a range takes away and the models in, what the models say to it out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlgen.facts.vocabulary import AddColumn, Name
from sqlgen.messages import Message, say
from sqlgen.review.document.source import Source
from sqlgen.schema import Schema
from sqlgen.schema.model import Model
from sqlgen.script.runbook.breaking import must_be_given
from sqlgen.script.runbook.code import Codes, Reason
from sqlgen.script.runbook.renames import Named


@dataclass(frozen=True, slots=True)
class Mapped:
    """target_metadata beside the schema behind the range."""

    still: tuple[str, ...]
    """Tables and columns that are mapped, and gone."""
    sentences: tuple[str, ...]


def mapped(source: Source, told: Codes, taken: Sequence[Reason]) -> Mapped:
    """`taken`: why old code certainly fails. Nothing is said where the models are not known."""
    models = source.model
    if models is None or source.down_only:
        return Mapped((), ())
    gone = list(dict.fromkeys(one.name for one in taken if one.name is not None and _is_gone(told.after, *one.name)))
    still = tuple(dotted(*name) for name in gone if _maps(models, *name))
    return Mapped(still, tuple(map(str, _sentences(source, models, told, still, gone))))


def _is_gone(after: Schema, table: Name, column: str | None) -> bool:
    if after.has_table(table) is False:
        return True
    return column is not None and after.is_complete(table) and after.column(table, column) is None


def _maps(models: Model, table: Name, column: str | None) -> bool:
    known = models.table(table)
    return known is not None and known.managed and (column is None or models.column(table, column) is not None)


def dotted(table: Name, column: str | None) -> str:
    """`table`, or `table.column`."""
    return str(table) if column is None else f"{table}.{column}"


def _sentences(
    source: Source, models: Model, told: Codes, still: Sequence[str], gone: Sequence[Named]
) -> Iterator[Message]:
    for name in still:
        yield say("The models at the head still map {name}: queries of the new code fail without it.", name=name)
    if gone and not still:
        yield say("The models at the head map nothing that it takes away.")
    for step in source.range.up:
        for item in step.items:
            for fact in item.facts:
                if isinstance(fact, AddColumn):
                    yield from _in_python_alone(models, told.after, fact)


def _in_python_alone(models: Model, after: Schema, fact: AddColumn) -> Iterator[Message]:
    """A default that the database does not know."""
    known = models.column(fact.table, fact.column.name)
    column = after.column(fact.table, fact.column.name)
    if known is None or not known.python_default or column is None or after.created(fact.table):
        return
    told = {"table": fact.table, "column": column.name}
    if must_be_given(column):
        yield say(
            "{table}.{column} gets its default in Python alone, and must have a value: INSERTs of code that does not "
            "know it fail.",
            **told,
        )
    elif column.default is None and column.generated is None:
        yield say(
            "{table}.{column} gets its default in Python alone: rows that are there, and INSERTs of code that does not "
            "know it, get NULL.",
            **told,
        )
