"""Reviews for tests: anything that the model of the document can hold, with numbers that fit."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from sqlgen.review.document import model
from tests.unit.hostile_reports import EVIL

TEXT = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from([evil for evil in EVIL if evil != "\ud800"])
NUMBER = st.integers(0, 10**18 - 1)
URL = st.sampled_from(("https://git.example.com/shop/blob/c0ffee/a.py#L3", "http://git.example.com:8080/a%20b"))
FEW = 2
"""So many elements a list has at most: reviews stay small, and all their parts occur."""


def _values(hint: Any, name: str) -> st.SearchStrategy[Any]:
    kind, inner = get_origin(hint), get_args(hint)
    if kind in (Union, types.UnionType):
        return st.none() | _values(inner[0], name)
    if kind is Literal:
        return st.sampled_from(inner)
    if kind is tuple:
        return st.lists(_values(inner[0], name), max_size=FEW).map(tuple)
    if kind is Mapping:
        return st.dictionaries(TEXT, NUMBER, max_size=FEW)
    if dataclasses.is_dataclass(hint):
        return each(hint)
    return URL if name == "url" else {str: TEXT, int: NUMBER, bool: st.booleans()}[hint]


@st.composite
def each(draw: st.DrawFn, kind: Any) -> Any:
    """Values of a dataclass of the model, of each of its fields' types."""
    return kind(**{name: draw(_values(hint, name)) for name, hint in get_type_hints(kind).items()})


def documents() -> st.SearchStrategy[model.Document]:
    """Whole reviews, as `file.read` takes them."""
    return each(model.Document).map(numbered)


def numbered(document: model.Document) -> model.Document:
    """The same with statements numbered from 1, in transactions of two, and naming statements that are there."""
    count, back = len(document.statements), len(document.rollback)
    undone = [tuple(_there(each.undone_by, back)) for each in document.statements]
    transactions = tuple(
        dataclasses.replace(
            each,
            number=number,
            first=min(2 * number - 1, count + 1),
            last=min(2 * number, count),
            holds=tuple(
                dataclasses.replace(held, since=_there([held.since], count)[0]) for held in each.holds if count
            ),
        )
        for number, each in enumerate(_enough(document.transactions, count), 1)
    )
    return dataclasses.replace(
        document,
        statements=tuple(
            dataclasses.replace(each, number=at, transaction=(at + 1) // 2, undone_by=undone[at - 1])
            for at, each in enumerate(document.statements, 1)
        ),
        rollback=tuple(dataclasses.replace(each, number=at) for at, each in enumerate(document.rollback, 1)),
        transactions=transactions,
        verdict=dataclasses.replace(document.verdict, reasons=_several(document.verdict.reasons, count)),
        deploy=dataclasses.replace(
            document.deploy,
            old_code=_one(document.deploy.old_code, count),
            new_code=_one(document.deploy.new_code, count),
        ),
        revisions=tuple(
            dataclasses.replace(each, rollback=_there(each.rollback, back))
            for each in _several(document.revisions, count)
        ),
        tables=_several(document.tables, count),
        losses=_one(document.losses, count),
        findings=tuple(
            _one((each,), back if each.direction == "downgrade" and not document.about.down_only else count)[0]
            for each in document.findings
        ),
    )


def _enough(transactions: tuple[model.Transaction, ...], count: int) -> tuple[model.Transaction, ...]:
    need = (count + 1) // 2
    spare = model.Transaction(1, 1, 1, (), "commit", (), None)
    return (*transactions, *([spare] * need))[: max(need, len(transactions))]


def _there(numbers: Any, count: int) -> tuple[int, ...]:
    return tuple(number % count + 1 for number in numbers) if count else ()


def _several(values: Any, count: int) -> Any:
    return tuple(dataclasses.replace(value, statements=_there(value.statements, count)) for value in values)


def _one(values: Any, count: int) -> Any:
    return tuple(
        dataclasses.replace(
            value, statement=None if value.statement is None or not count else value.statement % count + 1
        )
        for value in values
    )


def with_texts(value: Any, change: Callable[[str], str]) -> Any:
    """The same with each text that is no fixed word of the model changed."""
    if dataclasses.is_dataclass(value):
        kept = {"language", "light", "when", "work", "blocks", "ends", "origin", "state", "kind", "severity"}
        kept |= {"direction", "possible", "url"}
        return dataclasses.replace(
            value,  # type: ignore[type-var]
            **{
                field.name: with_texts(getattr(value, field.name), change)
                for field in dataclasses.fields(value)
                if field.name not in kept
            },
        )
    if isinstance(value, tuple):
        return tuple(with_texts(each, change) for each in value)
    if isinstance(value, dict):
        return {change(name): number for name, number in value.items()}
    return change(value) if isinstance(value, str) and value else value
