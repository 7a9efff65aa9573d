"""An item in, the PL/SQL that runs it by EXECUTE IMMEDIATE out.

A routine or view that does not compile raises ORA-24344, which is caught by itself: else the block would end there
without an error. Sources: PL/SQL Language Reference, EXECUTE IMMEDIATE Statement; "Half of my code in PL/SQL block is
not executed" (joyfulcraftsmen.com, on 19c).
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.messages import say
from sqlgen.script.marks import Numbers, marked
from sqlgen.script.positions import WHOLE, Turn
from sqlgen.script.sqlplus.blocks import BEHIND, INVALID, get, put
from sqlgen.script.sqlplus.text import fits, joined, literal, long, told
from sqlgen.segments import Item
from sqlgen.statements import TokenKind

__all__ = ["statement"]


def statement(turn: Turn, number: int, item: Item, numbers: Numbers) -> Iterator[str]:
    condition = _condition(turn, number)
    simple, closing = fits(item.sql), "';"
    opening = "    EXECUTE IMMEDIATE '"
    if long(item.sql):
        opening, closing = "    EXECUTE IMMEDIATE TO_CLOB('", "');"
    compiled = _is_compiled(item)
    if condition is not None:
        yield f"    IF {condition} THEN"
    if compiled:
        yield "    BEGIN"
    written = None if simple else joined(item.sql)
    yield marked(
        item,
        numbers.next(),
        closing,
        quoting="doubled" if simple else "joined",
        opening=opening,
        written=written,
    )
    if compiled:
        warning = say(
            "sqlgen: statement {number} was created with compilation errors, see USER_ERRORS", number=numbers.count
        )
        yield "    EXCEPTION WHEN OTHERS THEN"
        yield "      IF SQLCODE <> -24344 THEN RAISE; END IF;"
        yield f"      {put(INVALID, literal('1'))} DBMS_OUTPUT.PUT_LINE({told(warning)});"
        yield "    END;"
    if condition is not None:
        yield "    END IF;"


def _condition(turn: Turn, number: int) -> str | None:
    """PL/SQL: the statement has something to do."""
    found = [] if turn.part.transaction else ["v_done = 0"]
    if turn.undo is not None:
        runs = ", ".join(map(str, (WHOLE, *turn.runs(number))))
        found.append(f"{get(BEHIND)} IN ({runs})")
    return " AND ".join(found) or None


_COMPILED = frozenset(["FUNCTION", "PROCEDURE", "PACKAGE", "TRIGGER", "TYPE", "VIEW", "LIBRARY", "JAVA"])


def _is_compiled(item: Item) -> bool:
    """Whether what it makes can be there without being valid."""
    significant = [t.text.upper() for t in item.statement.tokens if t.kind not in (TokenKind.SPACE, TokenKind.COMMENT)]
    return significant[:1] in (["CREATE"], ["ALTER"]) and not _COMPILED.isdisjoint(significant[1:7])
