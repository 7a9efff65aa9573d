"""A step in, the blocks that commit one after another out: which statements, under which record.

A block is a part of the step (plan.parts), or the stamp. A part of INSERT, UPDATE and DELETE alone is one transaction,
with its record in it. Every other part commits by itself: the record that it began is written before it, that it stands
behind it; where a script finds the first without the second, the catalog tells whether the statement was done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlgen.facts.vocabulary import Begin, Commit, CreateTable, Insert, LockTable, Maintain
from sqlgen.messages import say
from sqlgen.script.existence import holds
from sqlgen.script.marks import Numbers
from sqlgen.script.mysql_blocks import literal, progress, table
from sqlgen.script.mysql_kinds import all_or_nothing, sets_session
from sqlgen.script.mysql_writer import Must, Ours, Piece, Theirs
from sqlgen.script.path import stamps, text
from sqlgen.script.plan import Part, in_parts, is_data, mark_prefix, parts
from sqlgen.script.target import Target
from sqlgen.script.things import Outcome, Thing, probe
from sqlgen.script.undo import Undo
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
    first, offset, items, locked = 1, 0, list[Item](), False
    for number, part in enumerate(cut, start=1):
        items += part.items
        for fact in (fact for item in part.items for fact in item.facts):
            unlocks = isinstance(fact, Maintain) and fact.command == "UNLOCK TABLES"
            locked = (locked or isinstance(fact, LockTable)) and not unlocks
        if not locked or number == len(cut):
            atomic = first == number and not locked and _atomic(part)
            yield Block(first, number, len(cut), offset, tuple(items), atomic)
            first, offset, items = number + 1, offset + len(items), []


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


# ---- what a block is made of


def pieces(
    block: Block, step: Step, number: int, target: Target, undo: Undo | None, numbers: Numbers, recorded: bool
) -> list[list[Piece]]:
    """The groups of pieces; `recorded`: the script has a table for the record."""
    total = block.count
    theirs: list[list[Piece]] = [
        [Theirs(item, numbers.next(), needed(undo, step, range(index, index + 1)))]
        for index, item in enumerate(block.items, start=block.offset)
    ]
    if block.session:
        return theirs
    if block.transaction:
        end: list[Piece] = (
            [*_stamps(step, number, target, undo), *_forget(target, recorded)]
            if block.stamps
            else [_record(step, f"{block.last} of {total} stands", target, undo)]
        )
        if block.items and any(isinstance(fact, Commit) for fact in block.items[-1].facts):
            return [*theirs[:-1], end, theirs[-1]]
        return [*theirs, [*end, Ours("COMMIT")]]
    asked = question(block, target.dialect)
    check = [_not_yet(number, block, asked)] if asked is not None and asked.done else []
    began = _record(step, f"{block.first} of {total} began", target, undo)
    stands = _record(step, f"{block.last} of {total} stands", target, undo)
    if len(theirs) == 1:
        (statement,) = theirs[0]
        if asked is None and isinstance(statement, Theirs) and all_or_nothing(statement.item):
            before = _record(step, f"{block.first - 1} of {total} stands", target, undo)
            statement = replace(statement, failed=before.sql)
        return [[*check, began, statement, stands]]
    return [[began], *theirs, [stands]]


def needed(undo: Undo | None, step: Step, items: range) -> str:
    """SQL: whether one of these items of a downgrade runs: all do after the whole upgrade, else those that undo
    something, settings of the session, and the revision's own BEGIN and COMMIT. Empty where there is nothing to ask."""
    if undo is None or any(_always(step.items[index]) for index in items):
        return ""
    behind = set().union(*(undo.runs[index] for index in items)) | {len(undo.parts)}
    return f"(@sqlgen_undo = 0 OR @sqlgen_behind IN ({', '.join(map(str, sorted(behind)))}))"


def _always(item: Item) -> bool:
    return sets_session(item) or isinstance(next(iter(item.facts), None), Begin | Commit)


def _not_yet(number: int, block: Block, asked: Question) -> Must:
    thing, there = asked.outcome[0]
    of = say("") if thing.table is None else say(" of {table}", table=thing.table)
    fact = (
        say(
            "{kind} {name}{of} is there already, and this script did not make it",
            kind=thing.kind,
            name=thing.name,
            of=of,
        )
        if there
        else say(
            "{kind} {name}{of} is not there, and this script did not take it away",
            kind=thing.kind,
            name=thing.name,
            of=of,
        )
    )
    told = say("sqlgen: step {number}, part {part}: {fact}", number=number, part=block.first, fact=fact)
    return Must(f"NOT ({asked.done})", text(told))


def _record(step: Step, what: str, target: Target, undo: Undo | None) -> Ours:
    plain = literal(mark_prefix(step) + what)
    if undo is not None:
        back = literal(mark_prefix(step, behind=0) + what)
        counted = f"REPLACE({back}, ' from part 0 ', CONCAT(' from part ', @sqlgen_behind, ' '))"
        plain = f"IF(@sqlgen_undo = 1, {counted}, {plain})"
    return Ours(f"REPLACE INTO {progress(target)} (one, record) VALUES (1, {plain})")


def _forget(target: Target, recorded: bool) -> Iterator[Ours]:
    if recorded:
        yield Ours(f"DELETE FROM {progress(target)}")


def _stamps(step: Step, number: int, target: Target, undo: Undo | None) -> Iterator[Ours]:
    """Each hits exactly one row; on the way back from the middle of an upgrade there is none."""
    why = f"sqlgen: the stamp of step {number} did not hit one row"
    for one in stamps(step.before, step.after):
        if one.old is None:
            sql = f"INSERT INTO {table(target)} (version_num) VALUES ({literal(one.new or '')})"
        elif one.new is None:
            sql = f"DELETE FROM {table(target)} WHERE version_num = {literal(one.old)}"
        else:
            where = f"WHERE version_num = {literal(one.old)}"
            sql = f"UPDATE {table(target)} SET version_num = {literal(one.new)} {where}"
        yield Ours(sql, "" if undo is None else "@sqlgen_undo = 0", why)


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
