"""Statements into a script and out again: each stands behind a mark that says how long it is and what it hashes to."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlgen.errors import VerificationError
from sqlgen.messages import Message, say
from sqlgen.script.path import flat
from sqlgen.segments import Item

_MARK = re.compile(
    r"-- sqlgen: statement ([0-9]{1,9}), ([0-9]{1,9}) characters(?: behind ([0-9]{1,9}))?"
    r"(?: (doubled|escaped|joined))?, sha256 ([0-9a-f]{16})(?:, [^\n]*)?\n"
)
_END = re.compile(r"-- sqlgen: end, ([0-9]{1,9}) statements?\n\Z")


class Numbers:
    """Counts the statements of a script, from 1."""

    def __init__(self) -> None:
        self.count = 0

    def next(self) -> int:
        self.count += 1
        return self.count


Quoting = Literal["doubled", "escaped", "joined"]
"""How a statement stands in a literal: quotes doubled; backslashes too (MySQL); or in several literals that the server
joins, since a client would take one of its lines for a command (SQL Server, Oracle), quotes doubled."""


def marked(
    item: Item,
    number: int,
    terminator: str = ";",
    *,
    quoting: Quoting | None = None,
    opening: str = "",
    written: str | None = None,
) -> str:
    """The mark and the statement, on lines of their own; `number` counts from 1 through the script.

    quoting: the statement stands in a literal, which is opened before the mark, or by `opening`, and closed by the
    terminator. What the mark counts are the characters in the script, what it hashes is the statement itself.
    opening: what stands between the mark and the statement.
    written: how the statement stands there, of quoting "joined".
    """
    where = "".join(f", {found}" for found in [origin(item)] if found)
    if quoting is not None and not opening:  # the mark stands in the literal too
        where = in_literal(where, quoting)
    text = (item.sql if quoting is None else in_literal(item.sql, quoting)) if written is None else written
    kind = f" behind {len(opening)}" if opening else ""
    kind += "" if quoting is None else f" {quoting}"
    size = f"{len(text)} characters{kind}, sha256 {_hash(item.sql)}"
    return f"-- sqlgen: statement {number}, {size}{where}\n{opening}{text}{terminator}"


def origin(item: Item) -> str:
    """Where a statement was written, by which call, as far as it is known: `versions/x.py:12 op.add_column in
    autocommit_block()`."""
    place = "" if item.place is None else f"{flat(item.place.file)}:{item.place.line}"
    call = "" if item.op is None else flat(called(item.op))
    return " ".join(part for part in (place, call, "in autocommit_block()" if item.autocommit else "") if part)


def called(op: str) -> str:
    """How a revision calls an operation class; one that is not Alembic's own stays as it is named."""
    if op in _ALEMBIC:
        return "op." + _ALEMBIC[op]
    return f"op.{op}" if op == "batch_alter_table" else op


_ALEMBIC = {"ExecuteSQLOp": "execute"} | {
    "".join(word.title() for word in name.split("_")) + "Op": name
    for name in (
        "add_column",
        "alter_column",
        "bulk_insert",
        "create_check_constraint",
        "create_exclude_constraint",
        "create_foreign_key",
        "create_index",
        "create_primary_key",
        "create_table",
        "create_table_comment",
        "create_unique_constraint",
        "drop_column",
        "drop_constraint",
        "drop_index",
        "drop_table",
        "drop_table_comment",
        "rename_table",
    )
}
"""By class. Source: alembic.operations.ops, @Operations.register_operation, 1.13 to 1.20."""


def in_literal(text: str, quoting: Quoting) -> str:
    """A text as it stands between single quotes."""
    return (text.replace("\\", "\\\\") if quoting == "escaped" else text).replace("'", "''")


_JOINED = re.compile(r"''|'\+N'|'\+NCHAR\(92\)\+N'|'\|\|\n?'|'\)\|\|\nTO_CLOB\('")
"""A quote, or where one literal ends and the next begins; T-SQL's may have a backslash between them."""


def _from_literal(text: str, quoting: str) -> str:
    if quoting == "joined":
        return _JOINED.sub(lambda mark: "'" if mark[0] == "''" else "\\" if "92" in mark[0] else "", text)
    plain = text.replace("''", "'")
    return plain.replace("\\\\", "\\") if quoting == "escaped" else plain


def end_mark(count: int) -> str:
    """The last line of a script."""
    return f"-- sqlgen: end, {count} statement{'' if count == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Found:
    """A user statement in a script."""

    number: int
    """Of all in the script, from 1."""
    sql: str
    """As it went in, whatever literal it stands in."""
    line: int
    """The script's line on which it begins, from 1; its mark stands on one before."""
    end_line: int
    """The one on which it ends."""


def find(script: str) -> Iterator[Found]:
    """The user statements of a script made by `render`, in order, exactly as they went in, and where they stand.

    A mark counts the characters that belong to its statement, so nothing inside one is ever looked at. What stands
    between statements is generated, and no line of it that holds a user's text begins like a mark.

    Raises VerificationError when a statement is not the one its mark was made for, one is missing, or the end is.
    """
    count = position = 0
    line = 1
    while position < len(script):
        line_end = script.find("\n", position) + 1 or len(script)
        mark = _MARK.fullmatch(script, position, line_end)
        position, line = line_end, line + 1
        if mark is None:
            continue
        begin = position + int(mark[3] or 0)
        written = script[begin : begin + int(mark[2])]
        statement = written if mark[4] is None else _from_literal(written, mark[4])
        count += 1
        if _hash(statement) != mark[5] or int(mark[1]) != count:
            raise _changed(say("statement {number} of the script is not what its mark says", number=mark[1]))
        first = line + script.count("\n", position, begin)
        position, line = begin + len(written), first + written.count("\n")
        yield Found(count, statement, first, line)
    tail = _END.search(script, max(0, script.rfind("\n", 0, -1)))
    if tail is None or int(tail[1]) != count:
        raise _changed(say("the script does not end with the mark for its {count} statements", count=count))


def read_back(script: str, dialect: str) -> tuple[str, ...]:
    """The user statements of a script, see `find`, which does not need to know the dialect."""
    del dialect
    return tuple(found.sql for found in find(script))


def _changed(fact: Message) -> VerificationError:
    return VerificationError(
        fact,
        hint=say("The script was edited or cut off. Make it again with `sqlgen emit` or `sqlgen bundle`."),
    )


def _hash(statement: str) -> str:
    return hashlib.sha256(statement.encode()).hexdigest()[:16]
