"""What plain scripts of all engines share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sqlgen.messages import Message, say
from sqlgen.script.marks import Numbers, end_mark
from sqlgen.segments import Item, Step
from sqlgen.statements import TokenKind, scan


def closed(lines: Sequence[str], numbers: Numbers) -> str:
    """The script. Its last statement has no semicolon: behind one, the mark at the end would be a statement of its own
    to tools that cut there, an empty one, which drivers refuse."""
    return "\n".join([*lines[:-1], lines[-1].removesuffix(";"), end_mark(numbers.count)]) + "\n"


_VARIABLE = re.compile(r"\$\{|(?<![:\w]):[A-Za-z_]")


def needs(steps: Sequence[Step]) -> Iterator[Message]:
    """What tools must leave alone: DBeaver puts values in the place of ${name}, and of :name outside of quotes.
    dbeaver.com/docs, SQL Execution: parameters and variables."""
    if any(_VARIABLE.search(item.sql) for step in steps for item in step.items):
        yield say("DBeaver: SQL processing > Parameters and Variables switched off, for it holds ${{ or : with a name")


def has_terminator(item: Item, dialect: str) -> bool:
    """Whether a semicolon stands in it, outside of quotes and comments: in the body of a trigger or a routine. Looked
    at anew, for under a DELIMITER it was none."""
    return ";" in item.sql and any(token.kind is TokenKind.TERMINATOR for token in scan(item.sql, dialect))


_CLIENT = re.compile(r"^[ \t]*(?:\\|\.|@|/[ \t]*$|GO\b|DELIMITER\b)", re.IGNORECASE | re.MULTILINE)


def client_lines(item: Item, dialect: str) -> Iterator[tuple[Message, Message]]:
    """A line outside of quotes and comments that some tool takes for a command."""
    quoted = (TokenKind.STRING, TokenKind.QUOTED, TokenKind.COMMENT)
    tokens = item.statement.tokens or scan(item.sql, dialect)
    bare = "".join("''" if token.kind in quoted else token.text for token in tokens)
    found = _CLIENT.search(bare)
    if found is not None:
        yield (
            say("a line of it begins with {text}, which some tools take for a command", text=found[0].strip()),
            say("Join the line with the one before it."),
        )
