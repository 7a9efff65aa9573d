"""What was rendered up to the heads, and the schema before it, in; how the models differ from that out.

What was there before is history, and nobody's who changed neither a revision nor the class that differs.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import replace

from sqlgen.checking.classes import Classes
from sqlgen.facts.vocabulary import Name
from sqlgen.lint.branch import BranchFact, ModelDrift
from sqlgen.lint.drift import drift
from sqlgen.lint.finding import Finding
from sqlgen.pipeline import Emission
from sqlgen.schema import Schema
from sqlgen.schema.model import Model
from sqlgen.segments import Item, Step


def differences(
    emission: Emission,
    before: Callable[[], Schema],
    classes: Classes,
    *,
    new: Container[str],
    code_changed: bool,
) -> tuple[ModelDrift, ...]:
    """Where models and history differ at the heads, each with its place, as far as this branch made the difference.

    The `new` revisions of the range make what was not there before them. Of the rest, a model makes what it says
    otherwise than at the merge base: its class is compared, or, where there is none, all code (`code_changed`).
    """
    model = emission.model
    assert model is not None, "the models were asked for, and loaded"
    own = Name(emission.version_table, emission.version_table_schema)
    start = before()
    old = {_words(one) for one in drift(start, model, version_table=own)}
    found = drift(_after(emission, start), model, version_table=own)
    makers = _makers(emission, start, model, own, [one for one in found if _words(one) not in old])
    makers = {words: made for words, made in makers.items() if made[0].revision in new}
    return tuple(_told(found, makers, model, classes, code_changed=code_changed))


def _told(
    found: Sequence[ModelDrift],
    makers: dict[tuple[str | None, ...], tuple[Step, Item]],
    model: Model,
    classes: Classes,
    *,
    code_changed: bool,
) -> Iterator[ModelDrift]:
    for one in found:
        words = _words(one)
        mapped = model.table(_name(one.table))
        code = () if mapped is None else mapped.code
        if words in makers:
            step, item = makers[words]
            if item.place is None:
                yield replace(one, revision=step.revision, file=step.file)
            else:
                at = item.place
                yield replace(
                    one, revision=step.revision, file=at.file, line=at.line, end_line=at.end_line, begin=at.column
                )
        elif code_changed and classes.changed(code) is not False:
            yield _at_the_class(one, code, classes)


def _at_the_class(one: ModelDrift, code: Sequence[tuple[str, str]], classes: Classes) -> ModelDrift:
    place = classes.place(code, one.column)
    if place is None:
        return one
    return replace(one, file=place.file, line=place.line, end_line=place.end_line, begin=place.column)


def _name(shown: str) -> Name:
    schema, _, name = shown.rpartition(".")
    return Name(name, schema or None)


def _words(one: ModelDrift) -> tuple[str | None, ...]:
    return one.kind, one.side, one.table, one.column, one.models, one.history


def _after(emission: Emission, start: Schema) -> Schema:
    """The schema that the upgrades leave; `start` is not changed."""
    schema = Schema(emission.dialect, lambda: start)
    for _ in _items(emission, schema):
        pass
    return schema


def _items(emission: Emission, schema: Schema) -> Iterator[tuple[Step, Item]]:
    """The statements of the upgrades, each when the schema has it."""
    for step in emission.steps:
        if step.direction == "upgrade":
            for item in step.items:
                schema.apply_all(item.facts)
                yield step, item
            if step.gap is not None:
                schema.taint()


def _makers(
    emission: Emission, start: Schema, model: Model, own: Name, wanted: Sequence[ModelDrift]
) -> dict[tuple[str | None, ...], tuple[Step, Item]]:
    """Which statement made a difference that was not there before: the last one after which it was, and before not."""
    if not wanted:
        return {}
    if all(one.kind != "table" for one in wanted):  # which tables are missing depends on how many of all are
        few = {table.name: table for one in wanted if (table := model.table(_name(one.table))) is not None}
        model = replace(model, tables=few)
    asked = {_words(one) for one in wanted}
    schema = Schema(emission.dialect, lambda: start)
    makers: dict[tuple[str | None, ...], tuple[Step, Item]] = {}
    there: set[tuple[str | None, ...]] = set()
    for step, item in _items(emission, schema):
        if item.facts:
            now = asked & {_words(one) for one in drift(schema, model, version_table=own)}
            makers |= dict.fromkeys(now - there, (step, item))
            there = now
    return makers


# ---- what is told once


def not_told_twice(facts: Sequence[BranchFact], findings: Sequence[Finding]) -> tuple[BranchFact, ...]:
    """Without what a rule about statements tells already: that the models map what is dropped, and count on NOT NULL
    where a new column has none."""
    said = [(each.rule, dict(each.message.values)) for each in findings if each.rule in _TELLING]
    told = {(rule, values.get("table"), values.get("column")) for rule, values in said}
    return tuple(one for one in facts if not (isinstance(one, ModelDrift) and told.intersection(_same(one))))


def _same(one: ModelDrift) -> Iterator[tuple[str, str | None, str | None]]:
    if one.side == "models":
        yield "orm-model-still-maps", one.table, one.column
    if one.kind == "nullable":
        yield "not-null-in-model-only", one.table, one.column


_TELLING = ("orm-model-still-maps", "not-null-in-model-only")
