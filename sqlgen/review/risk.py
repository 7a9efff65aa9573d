"""The steps of a branch in, what each revision does to others out: a row of the table that reviewers read first.

It knows what the steps themselves say. What stood before them is not replayed for it, so a cell that depends on that
says that it is not known, and never that there is nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from sqlgen import effects
from sqlgen.effects import OLDEST, Blocks, Effect, Lock, Server, Work
from sqlgen.facts.vocabulary import (
    AddConstraint,
    Begin,
    Block,
    Commit,
    CreateIndex,
    CreateObject,
    CreateTable,
    Delete,
    Describe,
    DropIndex,
    DropObject,
    Fact,
    Insert,
    Name,
    Opaque,
    Rollback,
    Savepoint,
    SetOption,
    Update,
)
from sqlgen.lint.outlook import outlook
from sqlgen.messages import Message, say
from sqlgen.schema import Schema
from sqlgen.segments import Item, Step

_SILENT = (Begin, Commit, Rollback, Savepoint, SetOption, Block)
"""What changes nothing in the database by itself."""
_WORDS = re.compile("(?<!^)(?=[A-Z])")


@dataclass(slots=True)
class Risk:
    """What one revision does when it is applied."""

    step: Step
    back: Message
    """What becomes of it when one goes back."""
    tables: dict[str, None] = field(default_factory=dict)
    """Those that were there before, and those that it makes; in the order of the statements."""
    made: set[str] = field(default_factory=set)
    """Those of them that this branch has made: nobody waits for them."""
    operations: Counter[str] = field(default_factory=Counter)
    locks: list[Lock] = field(default_factory=list)
    """On tables that were there before: those that keep others from writing or reading."""
    rows: dict[str, None] = field(default_factory=dict)
    """Tables that were there before, of which rows are changed: who writes the same rows waits."""
    work: Work = Work.NONE
    """The most that is known."""
    worked_on: tuple[Name, ...] = ()
    """By the most work."""
    unread: bool = False
    """Whether something of it is not known."""


def judged_as(dialect: str, version: str | None) -> Message:
    """The server that the rows are about: the oldest, where nobody says which one runs."""
    if version is not None:
        return say("{dialect} {version}", dialect=dialect, version=version)
    oldest = ".".join(map(str, OLDEST.get(dialect, ())))
    return say("{server}, the oldest that is supported", server=f"{dialect} {oldest}".strip())


def applied(steps: Sequence[Step]) -> list[Step]:
    """The upgrades; the downgrades where there is nothing else."""
    return [step for step in steps if step.direction == "upgrade"] or list(steps)


def risks(steps: Sequence[Step], dialect: str, version: str | None = None) -> tuple[Risk, ...]:
    """A row for each step that is applied; `version` of the server, where somebody says it."""
    downgrades = {step.revision: step for step in steps if step.direction == "downgrade"}
    numbers = None if version is None else tuple(int(part) for part in version.split("."))
    schema, server = Schema(dialect), Server(dialect, numbers)
    found = []
    for step in applied(steps):
        risk = Risk(step, say("not looked at"), unread=step.incomplete)
        destroys = False
        ahead = outlook(step)
        for number, item in enumerate(step.items):
            rebuilt = frozenset(index for at, index in ahead.rebuilds if at == number)
            destroys |= _add(risk, item, schema, server, rebuilt, frozenset(ahead.rebuilds.values()))
        if step.direction == "upgrade":
            risk.back = _way_back(step, downgrades.get(step.revision), risk, destroys=destroys)
        found.append(risk)
    return tuple(found)


def _add(
    risk: Risk, item: Item, schema: Schema, server: Server, rebuilt: frozenset[int], copies: frozenset[Name]
) -> bool:
    """One statement more; the answer is whether it destroys what no way back brings.

    rebuilt: which of its facts, from 0, drop a table whose filled copy takes its name; copies: all such copies.
    """
    done = []
    for number, fact in enumerate(item.facts):
        if isinstance(fact, _SILENT) or getattr(fact, "table", None) in copies:
            continue
        risk.operations["REBUILD" if number in rebuilt else _operation(fact)] += 1
        table = _table(fact, schema)
        if table is not None and not table.name.startswith("_alembic_tmp_"):
            risk.tables[str(table)] = None
            if schema.created(table) or isinstance(fact, CreateTable):
                risk.made.add(str(table))
        if table is not None and schema.created(table):
            continue
        if not isinstance(fact, CreateTable):
            effect = effects.effect(fact, schema, server)
            if number in rebuilt and table is not None:
                effect = replace(effect, work=Work.REWRITE, worked_on=(table,), destroys=False, reversible=True)
            done.append((fact, effect))
    whole = effects.combined([effect for _, effect in done])
    if whole is not None:
        _take(risk, whole, schema, rows=all(isinstance(fact, Insert | Update | Delete) for fact, _ in done))
    risk.rows |= {str(fact.table): None for fact, _ in done if isinstance(fact, Update | Delete)}
    schema.apply_all(item.facts)
    return whole is not None and (whole.destroys or not whole.reversible)


def _take(risk: Risk, effect: Effect, schema: Schema, *, rows: bool) -> None:
    if effect.work is Work.UNKNOWN:
        risk.unread = True
    elif effect.work > risk.work:
        risk.work, risk.worked_on = effect.work, effect.worked_on
    if rows:  # they lock rows
        return
    for lock in effect.locks:
        if lock.blocks >= Blocks.WRITES and not schema.created(lock.table):
            risk.locks.append(lock)


def _table(fact: Fact, schema: Schema) -> Name | None:
    """The table that a fact is about."""
    table = getattr(fact, "table", None)
    if table is None and isinstance(fact, DropIndex):
        index = schema.index(fact.index)
        table = None if index is None else index.table
    return table if isinstance(table, Name) else None


def _operation(fact: Fact) -> str:
    """As SQL calls it, more or less: ADD COLUMN, ADD FOREIGN KEY, CREATE INDEX CONCURRENTLY."""
    match fact:
        case AddConstraint(constraint=constraint):
            return f"ADD {constraint.kind.value}".upper()
        case CreateObject(kind=kind):
            return f"CREATE {kind}".upper()
        case DropObject(kind=kind):
            return f"DROP {kind}".upper()
        case CreateIndex(concurrently=True):
            return "CREATE INDEX CONCURRENTLY"
        case Describe():
            return "COMMENT"
        case Opaque():
            return str(say("what can't be read"))
        case _:
            return _WORDS.sub(" ", type(fact).__name__).upper()


def _way_back(step: Step, downgrade: Step | None, risk: Risk, *, destroys: bool) -> Message:
    if downgrade is None:
        return say("not looked at")
    if downgrade.gap is not None:
        return say("none: it can't be rendered")
    if step.items and not downgrade.items:
        return say("none: it does nothing")
    if destroys:
        return say("loses data")
    if downgrade.row_driven or risk.unread:
        return say("not known")
    return say("there is one")


# ---- in words


def waits_told(risk: Risk) -> Iterator[Message]:
    """The strongest lock of each table, those held for long first, then rows. Nothing means that nobody waits."""
    strongest: dict[Name, Lock] = {}
    for lock in risk.locks:
        there = strongest.get(lock.table)
        if there is None or (not lock.brief, lock.blocks) > (not there.brief, there.blocks):
            strongest[lock.table] = lock
    for lock in sorted(strongest.values(), key=lambda one: (one.brief, -one.blocks)):
        yield _told(lock)
    held = {str(lock.table) for lock in strongest.values() if not lock.brief}
    for table in risk.rows:
        if table not in held:
            yield say("changed rows of {table}: writes of the same rows wait", table=table)


def _told(lock: Lock) -> Message:
    told = {"mode": lock.mode, "table": lock.table}
    match lock.brief, lock.blocks:
        case True, Blocks.ALL:
            return say("{mode} on {table}, for a moment", **told)
        case True, _:
            return say("{mode} on {table}, for a moment: writes wait", **told)
        case False, Blocks.ALL:
            return say("{mode} on {table}: reads and writes wait", **told)
        case _:
            return say("{mode} on {table}: writes wait", **told)


def work_told(risk: Risk) -> Message | None:
    """The most that the engine does; None where nothing is known of it."""
    tables = ", ".join(map(str, risk.worked_on))
    match risk.work:
        case Work.REWRITE:
            return say("rewrites {tables}", tables=tables)
        case Work.INDEX:
            return say("builds an index of {tables}", tables=tables)
        case Work.SCAN:
            return say("reads every row of {tables}", tables=tables)
        case Work.ROWS:
            return say("rows of {tables}", tables=tables)
        case _:
            return None if risk.unread else say("catalog only")
