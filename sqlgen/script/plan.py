"""A step in, the parts that commit one after another out; and the words by which a half-done step is recorded.

Where every part of a step is known, a script can say how far it came, go on there, and find its way back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlgen.errors import UsageError
from sqlgen.facts.vocabulary import Begin, Commit, Delete, Insert, Select, Update
from sqlgen.messages import say
from sqlgen.script.path import digest
from sqlgen.script.target import Mode, Target
from sqlgen.segments import Item, Step

__all__ = ["Part", "in_parts", "is_data", "mark_prefix", "mode", "parts", "progress_table"]


@dataclass(frozen=True, slots=True)
class Part:
    """What commits together: the items of one transaction, or one item outside of any."""

    items: tuple[Item, ...]
    transaction: bool
    own_commit: bool = False
    """The last item is the revision's own COMMIT."""


_COMMITS_DDL = ("mysql", "mariadb", "oracle")
"""Engines that commit before and after each DDL statement. MySQL manual 15.3.3; Oracle SQL Language Reference,
COMMIT."""


def mode(target: Target) -> Mode:
    """What commits together: as asked for, else the whole range on SQLite and each revision elsewhere.

    Raises UsageError for what the engine can't do: SQLite's shell can't skip statements, so that only a script that is
    one transaction can be run again; engines that commit each DDL statement can't roll a range back.
    """
    if target.dialect == "sqlite":
        if target.transaction in ("revision", "none"):
            raise UsageError(
                say("a script for SQLite is always one transaction, not {mode}", mode=target.transaction),
                hint=say(
                    "Leave --transaction (or the environment's transaction) out: nothing of a script that fails stands."
                ),
            )
        return "range"
    if target.dialect in _COMMITS_DDL and target.transaction == "range":
        raise UsageError(
            say("{dialect} commits each DDL statement by itself, so a range is no transaction", dialect=target.dialect),
            hint=say(
                "Leave --transaction (or the environment's transaction) out: a script that stops in the middle of a "
                "revision goes on there."
            ),
        )
    return target.transaction or "revision"


def parts(step: Step, target: Target) -> tuple[Part, ...]:
    """Cut a step where it commits; the stamp belongs to the last part. A step of one transaction is one part.

    After a COMMIT of the revision's own, what follows in the same transaction runs outside of any, as it does under
    Alembic's drivers, until a BEGIN or Alembic's next transaction; a last part without items then holds the stamp.
    """
    if step.gap is not None:
        return ()
    if mode(target) == "none":
        found = list(_own(step.items, lambda item: False))
    elif target.dialect in _COMMITS_DDL:
        found = list(_own(step.items, is_data))
    else:
        found = _transactions(step)
    if not found or found[-1].own_commit:
        found.append(Part((), True))
    return tuple(found)


def in_parts(step: Step, target: Target) -> bool:
    """Whether a step is anything but one transaction."""
    found = parts(step, target)
    return len(found) > 1 or any(not part.transaction for part in found)


def is_data(item: Item) -> bool:
    """Whether it is known to leave an open transaction open; nothing is known of a SELECT that calls."""
    return bool(item.facts) and all(
        isinstance(fact, Insert | Update | Delete) or fact == Select() for fact in item.facts
    )


def _transactions(step: Step) -> list[Part]:
    """By Alembic's transactions, and the revision's own BEGIN and COMMIT."""
    found: list[Part] = []
    open_items: list[Item] = []
    number: int | None = None
    committed = False
    for item in step.items:
        if item.transaction != number:
            found += _joined(open_items)
            open_items, number, committed = [], item.transaction, False
        inside = (item.transaction is not None and not committed) or bool(open_items)
        if _is(item, Commit) and inside:
            found.append(Part((*open_items, item), True, own_commit=True))
            open_items, committed = [], True
        elif inside or _is(item, Begin):
            open_items.append(item)
        else:
            found.append(Part((item,), False))
    return [*found, *_joined(open_items)]


def _own(items: tuple[Item, ...], joins: Callable[[Item], bool]) -> Iterator[Part]:
    """Each item by itself, but for those that join others of their kind, and for what a revision's own BEGIN opens."""
    open_items: list[Item] = []
    begun = False
    for item in items:
        if _is(item, Begin):
            yield from _joined(open_items)
            open_items, begun = [item], True
        elif _is(item, Commit) and begun:
            yield Part((*open_items, item), True, own_commit=True)
            open_items, begun = [], False
        elif begun or joins(item):
            open_items.append(item)
        else:
            yield from _joined(open_items)
            open_items = []
            yield Part((item,), False)
    yield from _joined(open_items)


def _joined(items: list[Item]) -> Iterator[Part]:
    if items:
        yield Part(tuple(items), True)


def _is(item: Item, kind: type[Begin] | type[Commit]) -> bool:
    return isinstance(next(iter(item.facts), None), kind)


def mark_prefix(step: Step, behind: int | None = None) -> str:
    """How the record of a half-done step begins; its hash ties it to these very statements.

    behind: of a downgrade that undoes the beginning of an upgrade, how many of the upgrade's parts stood.
    """
    start = "" if behind is None else f" from part {behind}"
    return f"sqlgen: {step.direction} {step.revision} ({digest(step)}){start} is half done: part "


def progress_table(target: Target) -> str:
    """The name of the table, beside the version table, that keeps this record where comments are not transactional:
    MySQL, MariaDB, SQL Server and Oracle. It is there while a script runs or stands half done."""
    return f"{target.version_table}_sqlgen"
