"""A block of a step in, what it runs one after another out: checks, records, the user's statements, the stamp."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlgen.facts.vocabulary import Begin, Commit
from sqlgen.messages import say
from sqlgen.script.marks import Numbers
from sqlgen.script.mysql.blocks import literal, progress, table
from sqlgen.script.mysql.kinds import all_or_nothing, sets_session
from sqlgen.script.mysql.parts import Block, Question, question
from sqlgen.script.mysql.writer import Must, Ours, Piece, Theirs
from sqlgen.script.path import stamps, text
from sqlgen.script.plan import mark_prefix
from sqlgen.script.target import Target
from sqlgen.script.undo import Undo
from sqlgen.segments import Item, Step


@dataclass(frozen=True, slots=True)
class Place:
    """A step in its script, and what its records say."""

    step: Step
    number: int
    """From 1."""
    target: Target
    undo: Undo | None
    """Of a downgrade: the way back from the middle of its upgrade."""
    recorded: bool
    """The script has a table for the record."""
    mark: str
    """How the step's record begins."""
    back: str
    """The same, where it takes back the beginning of an upgrade; see _record."""


def place(step: Step, number: int, target: Target, undo: Undo | None, *, recorded: bool) -> Place:
    return Place(step, number, target, undo, recorded, mark_prefix(step), mark_prefix(step, behind=0))


def pieces(block: Block, at: Place, numbers: Numbers) -> list[list[Piece]]:
    """The groups of pieces that a block runs one after another."""
    total = block.count
    theirs: list[list[Piece]] = [
        [Theirs(item, numbers.next(), needed(at, range(index, index + 1)))]
        for index, item in enumerate(block.items, start=block.offset)
    ]
    if block.session:
        return theirs
    if block.transaction:
        end: list[Piece] = [*_stamps(at)] if block.stamps else [_record(at, f"{block.last} of {total} stands")]
        if block.items and any(isinstance(fact, Commit) for fact in block.items[-1].facts):
            return [*theirs[:-1], end, theirs[-1]]
        return [*theirs, [*end, Ours("COMMIT")]]
    asked = question(block, at.target.dialect)
    check = [_not_yet(at.number, block, asked)] if asked is not None and asked.done else []
    began = _record(at, f"{block.first} of {total} began")
    stands = _record(at, f"{block.last} of {total} stands")
    if len(theirs) == 1:
        (statement,) = theirs[0]
        if asked is None and isinstance(statement, Theirs) and all_or_nothing(statement.item):
            before = _record(at, f"{block.first - 1} of {total} stands")
            statement = replace(statement, failed=before.sql)
        return [[*check, began, statement, stands]]
    return [[began], *theirs, [stands]]


def needed(at: Place, items: range) -> str:
    """SQL: whether one of these items of a downgrade runs: all do after the whole upgrade, else those that undo
    something, settings of the session, and the revision's own BEGIN and COMMIT. Empty where there is nothing to ask."""
    undo = at.undo
    if undo is None or any(_always(at.step.items[index]) for index in items):
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


def _record(at: Place, what: str) -> Ours:
    written = literal(at.mark + what)
    if at.undo is not None:
        back = f"REPLACE({literal(at.back + what)}, ' from part 0 ', CONCAT(' from part ', @sqlgen_behind, ' '))"
        written = f"IF(@sqlgen_undo = 1, {back}, {written})"
    return Ours(f"REPLACE INTO {progress(at.target)} (one, record) VALUES (1, {written})")


def _stamps(at: Place) -> Iterator[Ours]:
    """Each hits exactly one row; on the way back from the middle of an upgrade there is none. Then the record goes."""
    step, target = at.step, at.target
    why = f"sqlgen: the stamp of step {at.number} did not hit one row"
    for one in stamps(step.before, step.after):
        if one.old is None:
            sql = f"INSERT INTO {table(target)} (version_num) VALUES ({literal(one.new or '')})"
        elif one.new is None:
            sql = f"DELETE FROM {table(target)} WHERE version_num = {literal(one.old)}"
        else:
            where = f"WHERE version_num = {literal(one.old)}"
            sql = f"UPDATE {table(target)} SET version_num = {literal(one.new)} {where}"
        yield Ours(sql, "" if at.undo is None else "@sqlgen_undo = 0", why)
    if at.recorded:
        yield Ours(f"DELETE FROM {progress(target)}")
