"""What a block of a mysql script does, in; its text, in which nothing runs out of turn, out.

@sqlgen_run says which piece of a block may run next: 0 none, since the block is skipped; else the pieces count on from
1, and each counts on only when it went well. So a piece that fails, that can't be parsed, or that meets a new
connection, which knows no variables, keeps all that follow from running, whatever the client makes of errors.

MariaDB: a piece stands in BEGIN NOT ATOMIC IF @sqlgen_run = 1 THEN …, statements plain inside. Measured on 10.11: what
can't stand there (CREATE TRIGGER, PROCEDURE, FUNCTION, EVENT, ALTER VIEW, LOCK TABLES, LOAD DATA, CHECK TABLE, HANDLER,
BEGIN) can in EXECUTE IMMEDIATE, since 10.6 (MDEV-16708); DDL commits inside as it does outside; sql_mode is set back
when the compound ends, other settings stay, so that a SET stands in an EXECUTE IMMEDIATE IF(…) of its own; a handler or
the next statement finds the error, @@error_count does not go back to 0 by a compound that did nothing.

MySQL has no compound statement outside of a routine: a piece is prepared from a literal behind IF(@sqlgen_run = 1, …).
MySQL 8.0 manual, 15.5 Prepared Statements, lists what can be prepared; the rest stands plain, and a script that would
have to skip it stops. In the plain form, which skips nothing, statements stand plain and the session is locked behind
one that failed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Literal, assert_never

from sqlgen.messages import say
from sqlgen.script.marks import marked
from sqlgen.script.mysql.blocks import literal, stop, told_as, unlock
from sqlgen.script.mysql.kinds import begins, has_terminator, preparable, sets_session, stands_in_compound
from sqlgen.script.target import Target
from sqlgen.segments import Item

How = Literal["compound", "prepared", "plain"]
"""MariaDB; MySQL in the form that skips what is done; MySQL's apply.sql."""


@dataclass(frozen=True, slots=True)
class Must:
    """A condition without which the block fails."""

    condition: str
    why: str


@dataclass(frozen=True, slots=True)
class Ours:
    """A generated statement."""

    sql: str
    condition: str = ""
    """It is left out where this does not hold."""
    one_row: str = ""
    """Why the block fails where it does not hit exactly one row; empty: it may."""


@dataclass(frozen=True, slots=True)
class Theirs:
    """A statement of the user's."""

    item: Item
    number: int
    """Of all in the script, from 1."""
    condition: str = ""
    failed: str = ""
    """A generated statement for the case that it fails, where the writer can say so: it changes nothing then."""


Piece = Must | Ours | Theirs


@dataclass(frozen=True, slots=True)
class Writer:
    """How blocks are written for one script."""

    target: Target
    how: How
    delimiter: str

    def pieces(self, groups: Sequence[Sequence[Piece]]) -> Iterator[str]:
        """The pieces of a block, one after another; those of a group belong together. @sqlgen_run is 0 or 1 before,
        and `count(groups)` + 1 where all of them ran."""
        number = 0
        for group in groups:
            if self.how == "compound" and not _sets(group):
                number += 1
                yield from self._compound(group, number)
                continue
            for piece in group:
                number += 1
                yield from self._single(piece, number)

    def count(self, groups: Sequence[Sequence[Piece]]) -> int:
        """How many pieces @sqlgen_run counts."""
        return sum(1 if self.how == "compound" and not _sets(group) else len(group) for group in groups)

    def _compound(self, group: Sequence[Piece], number: int) -> Iterator[str]:
        yield f"DELIMITER {self.delimiter}"
        yield "BEGIN NOT ATOMIC"
        yield f"  IF @sqlgen_run = {number} THEN"
        for piece in group:
            if isinstance(piece, Must):
                yield from _unless(piece.condition, piece.why)
            else:
                yield from _when(piece.condition, list(_inside(piece)))
        yield f"    SET @sqlgen_run = {number + 1};"
        yield "  END IF;"
        yield "END"
        yield self.delimiter
        yield "DELIMITER ;"

    def _single(self, piece: Piece, number: int) -> Iterator[str]:
        turn = f"@sqlgen_run = {number}"
        match piece:
            case Must(condition=condition, why=why):
                yield f"SET @sqlgen_run = IF({turn}, IF({condition}, {number + 1}, -1), @sqlgen_run);"
                told = literal("sqlgen result: NOT APPLIED: " + why.removeprefix("sqlgen: "))
                yield f"SELECT {told} AS sqlgen FROM DUAL WHERE @sqlgen_run = -1;"
                yield from stop("COALESCE(@sqlgen_run, 0) >= 0", "sqlgen: stopped, the line above says why")
            case Ours(sql=sql, condition=condition, one_row=one_row):
                yield f"SET @sqlgen_sql = IF({_both(turn, condition)}, {literal(sql)}, 'DO 0');"
                hit = f"(ROW_COUNT() = 1 OR NOT ({condition}))" if condition else "ROW_COUNT() = 1"
                yield from _executed(number, hit if one_row else "")
                if one_row:
                    yield from stop(f"COALESCE(@sqlgen_run, 0) <> {number}", one_row)
            case Theirs():
                yield from self._theirs(piece, number)
            case _:
                assert_never(piece)

    def _theirs(self, piece: Theirs, number: int) -> Iterator[str]:
        item, when = piece.item, _both(f"@sqlgen_run = {number}", piece.condition)
        behind = "', 'DO 0');"
        if self.how == "compound":
            yield marked(item, piece.number, behind, quoting="escaped", opening=f"EXECUTE IMMEDIATE IF({when}, '")
            yield _counted(number)
        elif self.how == "prepared" and preparable(item):
            yield marked(item, piece.number, behind, quoting="escaped", opening=f"SET @sqlgen_sql = IF({when}, '")
            yield from _executed(number)
        else:
            if self.how == "prepared" and not begins(item):
                yield from _not_skipped(piece, when)
            yield from self._plain(item, piece.number)
            yield _counted(number)
            yield unlock(self.target, f"@sqlgen_run = {number + 1}")

    def _plain(self, item: Item, number: int) -> Iterator[str]:
        """With a DELIMITER of its own where it holds a semicolon: a trigger's or a procedure's body."""
        if not has_terminator(item):
            yield marked(item, number)
            return
        yield f"DELIMITER {self.delimiter}"
        yield marked(item, number, f"\n{self.delimiter}")
        yield "DELIMITER ;"


def writer(target: Target, how: How, items: Iterable[Item]) -> Writer:
    """With a delimiter that none of the statements holds."""
    texts = [item.sql for item in items]
    marks = (mark for number in count() for mark in (("//", "$$") if not number else (f"//{number}//",)))
    return Writer(target, how, next(mark for mark in marks if not any(mark in text for text in texts)))


def _both(turn: str, condition: str) -> str:
    return f"{turn} AND {condition}" if condition else turn


def _counted(number: int, more: str = "") -> str:
    """Behind a statement: the next piece may run where this one went well.

    @@error_count: the errors of the statement before. MySQL 8.0 manual, 7.1.8 Server System Variables.
    """
    well = f"@sqlgen_run = {number} AND @@error_count = 0{' AND ' + more if more else ''}"
    return f"SET @sqlgen_run = IF({well}, {number + 1}, @sqlgen_run);"


def _executed(number: int, more: str = "") -> Iterator[str]:
    yield "PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;"
    yield f"{_counted(number, more)} DEALLOCATE PREPARE sqlgen_sql;"


def _not_skipped(piece: Theirs, when: str) -> Iterator[str]:
    """Stop before a plain statement whose turn it is not: it is done, or not needed on this way back."""
    told = say(
        "NOT APPLIED: statement {number} of this script is done or has nothing to do, and MySQL can't skip one of its "
        "kind. Where its revision is done, make a script that starts behind it (sqlgen emit … --resume); else do by "
        "hand what is left of the revision, or undo it by hand",
        number=piece.number,
    )
    skipped = f"@sqlgen_ok = 1 AND NOT ({when})"
    yield f"SELECT {told_as(told)} AS sqlgen FROM DUAL WHERE {skipped};"
    yield f"SET @sqlgen_ok = IF({skipped}, -1, @sqlgen_ok);"
    yield from stop("@sqlgen_ok <> -1", f"sqlgen: statement {piece.number} can't be skipped, see above")


def _unless(condition: str, why: str) -> Iterator[str]:
    """Inside a compound statement; MESSAGE_TEXT holds 512 characters. MariaDB, SIGNAL."""
    yield f"    IF ({condition}) IS NOT TRUE THEN"
    yield f"      SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = {literal(why)};"
    yield "    END IF;"


def _inside(piece: Ours | Theirs) -> Iterator[str]:
    if isinstance(piece, Ours):
        yield f"    {piece.sql};"
        if piece.one_row:
            yield from _unless("ROW_COUNT() = 1", piece.one_row)
        return
    if piece.failed:
        yield "    BEGIN"
        yield f"      DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN {piece.failed}; RESIGNAL; END;"
    if stands_in_compound(piece.item):
        yield marked(piece.item, piece.number)
    else:
        yield marked(piece.item, piece.number, "';", quoting="escaped", opening="EXECUTE IMMEDIATE '")
    if piece.failed:
        yield "    END;"


def _when(condition: str, lines: list[str]) -> Iterator[str]:
    if condition:
        yield f"    IF {condition} THEN"
    yield from lines
    if condition:
        yield "    END IF;"


def _sets(group: Sequence[Piece]) -> bool:
    return any(isinstance(piece, Theirs) and sets_session(piece.item) for piece in group)
