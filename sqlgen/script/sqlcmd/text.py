"""Texts in, texts that sqlcmd and Management Studio hand to the server as they stand out.

Both cut a script into batches where a line says GO, and take some lines for commands; what stands in $( ) is a
variable, in literals too. Not all keep the same track of literals and comments: go-sqlcmd takes a backslash in a
literal for an escape, knows no nested comments and no [names]. So no line of a statement may look like a command,
wherever it stands, and after a statement each client must be back outside of literals.

Sources: learn.microsoft.com, "sqlcmd utility", sqlcmd commands, and "Use sqlcmd with scripting variables";
"GO (Transact-SQL)"; github.com/microsoft/go-sqlcmd, pkg/sqlcmd/commands.go (the expressions), batch.go, parse.go.
"""

from __future__ import annotations

import re

from sqlgen.messages import Message
from sqlgen.script.path import text

_COMMAND = re.compile(
    r"^([ \t]*)(?::?(?:!!|GO(?![A-Za-z0-9_@#$])|(?:EXIT|QUIT|RESET|ED|ON[ \t]+ERROR)(?![A-Za-z0-9_@#$]))|:)",
    re.IGNORECASE | re.MULTILINE,
)
"""Lines that a client may take for a command; more than it does: any that begins with a colon, GO with anything behind
it."""


def plain(statement: str) -> bool:
    """Whether every client hands it to the server as it stands."""
    return _COMMAND.search(statement) is None and "$(" not in statement and _ends_outside(statement)


def _ends_outside(statement: str) -> bool:
    """Whether go-sqlcmd sees the end of each literal and comment in it. batch.go, Next; parse.go, readString."""
    if not _TRACKED.search(statement):
        return True
    position, length = 0, len(statement)
    while position < length:
        mark = _OPENS.search(statement, position)
        if mark is None:
            return True
        found = _CLOSES[mark[0]].match(statement, mark.end())
        if found is None:
            return False
        position = found.end()
    return True


_TRACKED = re.compile(r"[\\\"\[]|/\*")
_OPENS = re.compile(r"'|\"|--|/\*")
_CLOSES = {
    "'": re.compile(r"(?:[^'\\]|\\[\s\S]|'')*'(?!')"),
    '"': re.compile(r'[^"]*"'),
    "--": re.compile(r"[^\n]*"),
    "/*": re.compile(r"[\s\S]*?\*/"),
}


def joined(statement: str) -> str:
    """The inside of literals that the server joins to the statement, N'…' + N'…', cut so that no line looks like a
    command, no $( is left, and no backslash stands before a quote: see marks, quoting "joined"."""
    doubled = statement.replace("'", "''")
    cut = _BACKSLASH.sub(lambda run: "'+NCHAR(92)+N'" * len(run[0]), doubled)
    cut = _COMMAND.sub(lambda line: f"{line[1]}'+N'{line[0][len(line[1]) :]}", cut)
    return cut.replace("$(", "$'+N'(")


def fits(statement: str) -> bool:
    """Whether the inside of one literal will do: its quotes doubled, and nothing else to take care of."""
    doubled = statement.replace("'", "''")
    return _COMMAND.search(statement) is None and "$(" not in statement and _BACKSLASH.search(doubled) is None


_BACKSLASH = re.compile(r"\\++(?='|\Z|\n)")
"""Before a quote go-sqlcmd takes it for an escape; before a line's end the server takes both out of a literal.
Transact-SQL reference, "\\ (Line Continuation)"."""


def literal(value: str) -> str:
    """A text of ours as a literal: what a client would take for its own is spaced out."""
    spaced = value.replace("$(", "$ (").replace("'", "''")
    return "N'" + re.sub(r"\\(?='|\Z)", r"\\ ", spaced) + "'"


def exact(value: str) -> str:
    """A name as a literal, to be compared with; names with quotes, backslashes or $( are refused before."""
    return f"N'{value}'"


def comment(line: str) -> str:
    """A line of comment without what a client would take for a variable."""
    return line.replace("$(", "$ (")


def told(message: Message) -> str:
    """One line as a literal, with the space at its end that joins it to what SQL adds."""
    return literal(text(message) + (" " if str(message).endswith(" ") else ""))


def named(name: str, schema: str | None = None) -> str:
    """A name in brackets."""
    quoted = "[" + name.replace("]", "]]") + "]"
    return quoted if schema is None else f"{named(schema)}.{quoted}"
