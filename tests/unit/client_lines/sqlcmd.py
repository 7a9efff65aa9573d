"""A script in, the batches and commands that go-sqlcmd, or a client that keeps no track of literals, makes of it.

Sources: github.com/microsoft/go-sqlcmd: pkg/sqlcmd/batch.go (Next), parse.go (readString, readMultilineComment,
readCommand, readVariableReference), commands.go (the expressions). ODBC's sqlcmd and Management Studio are not open:
`heedless` stands for the worst that they could do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_COLON = "OUT ERROR R SETVAR LISTVAR RESET LIST CONNECT XML HELP SERVERLIST PERFTRACE"
_WITHOUT = "EXIT QUIT ED RESET"
_COMMAND = re.compile(
    rf"[ \t]*(?::(?:{'|'.join(_COLON.split())})(?:[ \t]|$)|:?(?:{'|'.join(_WITHOUT.split())})(?:[ \t(]|$)|:?!!"
    r"|:?ON ERROR(?:[ \t]|$))",
    re.IGNORECASE,
)
_GO = re.compile(r"[ \t]*GO(?:[ \t]+\S.*|[ \t]*)$", re.IGNORECASE)


@dataclass
class Read:
    """What a client makes of a script."""

    batches: list[str] = field(default_factory=list)
    """What is sent to the server, one after the other."""
    commands: list[str] = field(default_factory=list)
    """Lines that it takes for itself, GO left out."""
    rest: str = ""
    """What stands behind the last GO."""
    variables: list[str] = field(default_factory=list)
    open: str = ""
    """The quote, or /*, in which the client believes itself to be at the end."""


def heedless(script: str) -> Read:
    """Every line that looks like a command is one, wherever it stands, and each $( is a variable."""
    found, lines = Read(), []
    for line in script.splitlines():
        found.variables += re.findall(r"\$\(", line)
        if _GO.match(line):
            found.batches.append("\n".join(lines))
            lines = []
        elif _COMMAND.match(line) or re.match(r"[ \t]*:", line):
            found.commands.append(line.strip())
        else:
            lines.append(line)
    found.rest = "\n".join(lines)
    return found


def go_sqlcmd(script: str) -> Read:
    """Commands count outside of literals and comments, at the first character of a line that is none of these."""
    found, lines = Read(), []
    quote = ""
    for line in script.splitlines():
        command = not quote and (_GO.match(line) or _COMMAND.match(line))
        if command and _GO.match(line):
            found.batches.append("\n".join(lines))
            lines = []
            continue
        if command:
            found.commands.append(line.strip())
            continue
        quote = _scan(line, quote, found)
        lines.append(line)
    found.rest, found.open = "\n".join(lines), quote
    return found


def _scan(line: str, quote: str, found: Read) -> str:
    """The state behind a line: in a literal a backslash takes the next character with it, a comment does not nest."""
    at = 0
    while at < len(line):
        two = line[at : at + 2]
        if quote == "/*":
            end = line.find("*/", at)
            if end < 0:
                return quote
            quote, at = "", end + 2
        elif quote:
            if two == "$(":
                found.variables.append(line[at:])
            if quote == "'" and (line[at] == "\\" or two == "''"):
                at += 2
                continue
            if line[at] == quote:
                quote = ""
            at += 1
        elif two == "--":
            return ""
        elif two == "/*":
            quote, at = "/*", at + 2
        else:
            if two == "$(":
                found.variables.append(line[at:])
            if line[at] in "'\"":
                quote = line[at]
            at += 1
    return quote


def executed(batch: str) -> str | None:
    """What EXEC of literals in a batch, or of the variable that they are put in, hands to the server; None where there
    is none. In a literal a backslash at the end of a line goes, with the line's end."""
    literals = re.search(r"EXEC \(((?:N'(?:[^']|'')*'(?:\s*\+\s*)?)+)\)", batch)
    joined = re.search(r"CAST\(N'' AS nvarchar\(max\)\)((?:\s*\+\s*(?:N'(?:[^']|'')*'|NCHAR\(92\)))+);", batch)
    found = literals or (joined if joined and "EXEC (@sqlgen)" in batch else None)
    if found is None:
        return None
    text = ""
    for part in re.finditer(r"N'((?:[^']|'')*)'|NCHAR\(92\)", found[1]):
        text += "\\" if part[1] is None else part[1].replace("\\\n", "").replace("''", "'")
    return text
