"""A step in, the blocks that commit one after another out: which statements, under which record.

A block is a part of the step (plan.parts), or the stamp. A part of INSERT, UPDATE and DELETE alone is one transaction,
with its record in it, but for rows of a table that the step makes without transactions. Every other part commits by
itself: the record that it began is written before it, that it stands behind it; where a script finds the first without
the second, the catalog tells whether the statement was done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeGuard

from sqlgen.facts.vocabulary import (
    Begin,
    Commit,
    CreateTable,
    Delete,
    Fact,
    Insert,
    LockTable,
    Maintain,
    Name,
    Update,
)
from sqlgen.script.existence.asking import holds
from sqlgen.script.mysql.kinds import sets_session
from sqlgen.script.plan import Part, in_parts, is_data, parts
from sqlgen.script.target import Target
from sqlgen.script.things import Outcome, Thing, probe
from sqlgen.segments import Item, Step
from sqlgen.statements import TokenKind, scan


@dataclass(frozen=True, slots=True)
class Block:
    """What runs, or is skipped, as a whole."""

    first: int
    """Of the step's parts, from 1."""
    last: int
    """More than the first where the record can't be written between them: tables are locked. The stamp, where it has a
    block of its own: the number of parts + 1."""
    count: int
    """How many parts the step has."""
    offset: int
    """How many items of the step stand before it."""
    items: tuple[Item, ...]
    transaction: bool
    """The record is written in the transaction of its statements."""
    stamps: bool = False
    """It is the last one."""

    @property
    def session(self) -> bool:
        """Whether it does nothing but change settings: it runs again in a new session, and leaves no record."""
        return bool(self.items) and not self.stamps and all(map(sets_session, self.items))


def blocks(step: Step, target: Target) -> tuple[Block, ...]:
    """The blocks of a step; the last one stamps."""
    cut = parts(step, target)
    found = list(_joined(cut))
    if found and found[-1].transaction:
        return (*found[:-1], replace(found[-1], stamps=True))
    after = len(cut) + 1
    return (*found, Block(after, after, len(cut), len(step.items), (), True, stamps=True))


def _joined(cut: Sequence[Part]) -> Iterator[Block]:
    """From LOCK TABLES to UNLOCK TABLES only the locked tables can be written, so there is no record in between."""
    first, offset, items, locked, loose = 1, 0, list[Item](), False, set[Name]()
    for number, part in enumerate(cut, start=1):
        items += part.items
        for fact in (fact for item in part.items for fact in item.facts):
            unlocks = isinstance(fact, Maintain) and fact.command == "UNLOCK TABLES"
            locked = (locked or isinstance(fact, LockTable)) and not unlocks
        if not locked or number == len(cut):
            atomic = first == number and not locked and _atomic(part) and not _changes(part, loose)
            yield Block(first, number, len(cut), offset, tuple(items), atomic)
            first, offset, items = number + 1, offset + len(items), []
        loose |= {fact.table for item in part.items for fact in item.facts if _makes_loose(fact)}


_TRANSACTIONAL = ("innodb", "rocksdb", "tokudb", "ndb", "ndbcluster")


def _makes_loose(fact: Fact) -> TypeGuard[CreateTable]:
    """A table that says of itself that its engine has no transactions: MyISAM, Aria, MEMORY, ARCHIVE, …"""
    return isinstance(fact, CreateTable) and dict(fact.settings).get("engine", "innodb").lower() not in _TRANSACTIONAL


def _changes(part: Part, tables: set[Name]) -> bool:
    """Whether it changes rows of one of the tables, which no ROLLBACK takes back."""
    facts = (fact for item in part.items for fact in item.facts)
    return any(isinstance(fact, Insert | Update | Delete) and fact.table in tables for fact in facts)


def _atomic(part: Part) -> bool:
    """Whether its statements can be rolled back together. A transaction of the revision's own may hold DDL: then it is
    none."""
    return all(is_data(item) or isinstance(next(iter(item.facts), None), Begin | Commit) for item in part.items)


def records(step: Step, target: Target) -> bool:
    """Whether a step leaves a record on its way."""
    return step.gap is None and in_parts(step, target)


@dataclass(frozen=True, slots=True)
class Question:
    """How the catalog tells whether a statement that began was done: SQL, never NULL. `again`: to run it once more does
    no harm, so nobody asks."""

    outcome: Outcome = ()
    done: str = ""
    untouched: str = ""
    again: bool = False


def question(block: Block, dialect: str) -> Question | None:
    """None where only a person can tell."""
    if block.session:
        return Question(again=True)
    if len(block.items) != 1 or block.first != block.last:
        return None
    asked = probe(block.items[0])
    if asked is None or asked.again:
        return None if asked is None else Question(again=True)
    outcome = _settled(asked.outcome)
    inverted = tuple((thing, not there) for thing, there in outcome)
    done, untouched = holds(outcome, dialect), holds(inverted, dialect)
    return None if done is None or untouched is None else Question(outcome, done, untouched)


def _settled(outcome: Outcome) -> Outcome:
    """Without what one statement drops and makes anew under its name: its being there says nothing."""

    def key(thing: Thing) -> tuple[str | None, ...]:
        kind = "index" if thing.kind == "constraint" else thing.kind
        return tuple(part and part.lower() for part in (kind, thing.name, thing.schema, thing.table))

    there, gone = ({key(thing) for thing, is_there in outcome if is_there is wanted} for wanted in (True, False))
    return tuple((thing, is_there) for thing, is_there in outcome if key(thing) not in there & gone)


# ---- what a new session does not have


def carried(found: Sequence[Block]) -> frozenset[int]:
    """Behind which parts a step can't be gone on with in a new session: later ones use a variable, a temporary table, a
    prepared statement or LAST_INSERT_ID() of earlier ones."""
    unsafe: set[int] = set()
    uses = [(block, [set(_state(item)) for item in block.items]) for block in found]
    made: dict[str, int] = {}
    for block, names in uses:
        inserted = False
        for item, used in zip(block.items, names, strict=True):
            for name in used:
                if name == "LAST_INSERT_ID" and not inserted:
                    unsafe.add(block.first - 1)
                elif name in made:
                    unsafe |= set(range(made[name], block.first))
            inserted = inserted or any(isinstance(fact, Insert) for fact in item.facts)
        for name in set().union(*names):
            made.setdefault(name, block.last)
        temporary = (fact for item in block.items for fact in item.facts if isinstance(fact, CreateTable))
        for name in [fact.table.name.lower() for fact in temporary if fact.temporary]:
            later = [after for after, _ in uses if after.first > block.last and _names(after, name)]
            unsafe |= {number for after in later for number in range(block.last, after.first)}
    return frozenset(unsafe - {0})


def _state(item: Item) -> Iterator[str]:
    """Names of what a statement keeps in the session, or finds there."""
    tokens = item.statement.tokens or scan(item.sql, "mysql")
    apart = (TokenKind.SPACE, TokenKind.COMMENT, TokenKind.SYMBOL)
    for index, token in enumerate(tokens):
        if token.text.lower() == "last_insert_id":
            yield "LAST_INSERT_ID"
        elif token.text == "@" and index + 1 < len(tokens) and (not index or tokens[index - 1].kind in apart):
            yield "@" + tokens[index + 1].text.strip("`'\"").lower()
    first = next((token.text.lower() for token in tokens if token.kind not in apart), "")
    if first in ("prepare", "execute", "deallocate"):
        yield "prepared"


def _names(block: Block, name: str) -> bool:
    return any(
        token.text.strip("`").lower() == name
        for item in block.items
        for token in item.statement.tokens or scan(item.sql, "mysql")
    )
