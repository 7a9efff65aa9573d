"""Texts in, texts that SQL*Plus and SQLcl hand to Oracle as they stand out.

In a PL/SQL block SQL*Plus reads lines up to one with / alone (runs it) or . alone (does not), and keeps no track of
literals: such a line ends the block inside of one, too. A line that begins with the SQLPREFIX (#) is a command, a
hyphen at the end of a line is taken out and the next line drawn up, and a line that is too long is passed over. So a
statement stands in a literal that is cut at such places.

Sources: SQL*Plus User's Guide and Reference, "Running PL/SQL Blocks", "Continuing a Long SQL*Plus Command on Additional
Lines", "Placing Comments in Scripts", SET BLOCKTERMINATOR, SET SQLPREFIX, SET SQLBLANKLINES; SP2-0027, "Input is too
long (> 2499 characters) - line ignored"; PL/SQL Language Reference, "PL/SQL Program Limits": 32767 bytes in a literal.
"""

from __future__ import annotations

import re

from sqlgen.messages import Message
from sqlgen.script.path import text

_LONGEST = 600
"""Characters of a line: 2400 bytes, when each takes four."""
_MOST = 7000
"""Characters of a literal: 28000 bytes."""
_STARTS = re.compile(r"^(?=[ \t]*(?:[#@!$]|[/.][ \t]*$))", re.MULTILINE)
_ENDS = re.compile(r"-(?=[ \t]*$)", re.MULTILINE)


def fits(statement: str) -> bool:
    """Whether the inside of one literal will do: its quotes doubled, and nothing else to take care of."""
    doubled = statement.replace("'", "''")
    if _STARTS.search(doubled) or _ENDS.search(doubled) or len(doubled) > _MOST:
        return False
    return len(doubled) <= _LONGEST or max(map(len, doubled.split("\n"))) <= _LONGEST


def long(statement: str) -> bool:
    """Whether it takes a CLOB: more than one literal can hold, and than VARCHAR2 can."""
    return len(statement.replace("'", "''")) > _MOST


def joined(statement: str) -> str:
    """The inside of literals that the server joins to the statement, '…' || '…': see marks, quoting "joined"."""
    cut = _STARTS.sub("'||'", statement.replace("'", "''"))
    cut = _ENDS.sub("-'||'", cut)
    lines = [_broken(line) for line in cut.split("\n")]
    if not long(statement):
        return "\n".join(lines)
    found: list[str] = []
    size = 0
    for line in lines:
        if size + len(line) > _MOST and found:
            found[-1] += "')||\nTO_CLOB('"
            size = 0
        found.append(f"{line}\n")
        size += len(line) + 1
    return "".join(found)[:-1]


def _broken(line: str) -> str:
    """A line that is not too long: cut where the quotes before are even in number, so never between two."""
    pieces, start = [], 0
    while len(line) - start > _LONGEST:
        at = start + _LONGEST - 50
        while line.count("'", start, at) % 2:
            at -= 1
        pieces.append(line[start:at])
        start = at
    return "'||\n'".join([*pieces, line[start:]])


def literal(value: str) -> str:
    """A text of ours as a literal, on lines that are not too long."""
    return "'" + _broken(value.replace("'", "''")) + "'"


def told(message: Message) -> str:
    """One line as a literal, with the space at its end that joins it to what PL/SQL adds."""
    return literal(text(message) + (" " if str(message).endswith(" ") else ""))


def comment(line: str) -> str:
    """A line of comment that ends in none of the characters that mean something there, on lines not too long; an empty
    one, which would end in a hyphen, is an empty line."""
    if not line.strip("- "):
        return "-- " + "=" * 77 if len(line) > 2 else ""
    line = line.rstrip(".; ")
    pieces = [line[at : at + _LONGEST - 10] for at in range(0, len(line), _LONGEST - 10)] or [line]
    return "\n-- ".join(f"{piece} *" if piece.endswith(("-", ";", ".", "/")) else piece for piece in pieces)


def named(name: str, schema: str | None = None) -> str:
    """A name as Alembic writes it: bare where it is plain lower case, so that Oracle keeps it in upper case."""
    plain = re.fullmatch(r"[a-z][a-z0-9_$#]*", name) is not None
    written = name if plain else '"' + name + '"'
    return written if schema is None else f"{named(schema)}.{written}"
