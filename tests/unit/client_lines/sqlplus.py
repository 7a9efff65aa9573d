"""A script in, what SQL*Plus would run of it out, and what it would stumble over.

Sources: SQL*Plus User's Guide and Reference: "Entering and Executing Commands" (a SQL statement ends by ; at the end of
a line, by / alone, or by a blank line with SQLBLANKLINES OFF; a PL/SQL block by / alone, and is dropped by . alone;
/ at the prompt runs the buffer again), "Continuing a Long SQL*Plus Command on Additional Lines" (a hyphen at the end of
any line), SET DEFINE, SET SQLPREFIX, SET SQLBLANKLINES; SP2-0027 (more than 2499 characters: the line is passed over),
SP2-0552 (a bind variable that is not declared). It keeps no track of literals.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_BLOCK = re.compile(
    r"(?:DECLARE|BEGIN|<<|CREATE\s+(?:OR\s+REPLACE\s+)?(?:(?:NON)?EDITIONABLE\s+)?"
    r"(?:PROCEDURE|FUNCTION|PACKAGE|TRIGGER|TYPE|LIBRARY|JAVA)\b)",
    re.IGNORECASE,
)
_COMMAND = re.compile(
    r"(?:SET\s+(?!TRANSACTION|ROLE|CONSTRAINT)|WHENEVER|EXIT|QUIT|PROMPT|REM(?:ARK)?|SPOOL|DEFINE|UNDEFINE|ACCEPT|CONNECT"
    r"|HOST|START|VARIABLE|PRINT|SHOW|COLUMN|EXEC(?:UTE)?|EDIT|GET|RUN|SAVE|STORE|[@!$])(?:\b|(?<=[@!$]))",
    re.IGNORECASE,
)
_LONGEST = 2499


@dataclass
class Read:
    """What SQL*Plus makes of a script."""

    run: list[str] = field(default_factory=list)
    """Statements and blocks, one after the other, each as often as it is run."""
    commands: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """What is passed over, asked for, drawn up, or left over."""


def read(script: str) -> Read:
    """Line by line."""
    found, settings = Read(), {"DEFINE": "ON", "SQLBLANKLINES": "OFF", "SQLPREFIX": "#"}
    buffer: list[str] = []
    mode, last = "", ""
    lines = iter(script.splitlines())
    for raw in lines:
        line = raw
        if len(line.encode()) > _LONGEST:
            found.faults.append(f"SP2-0027: {line[:60]}")
            continue
        while line.rstrip().endswith("-"):
            found.faults.append(f"drawn up: {line[:60]}")
            line = line.rstrip()[:-1] + next(lines, "")
        if settings["DEFINE"] == "ON" and "&" in line:
            found.faults.append(f"asks for a value: {line[:60]}")
        bare = line.strip()
        if mode and line.lstrip().startswith(settings["SQLPREFIX"]):
            found.commands.append(bare)
        elif not mode and bare == "/":
            found.run.append(last)
        elif not mode and (not bare or bare.startswith("--")):
            continue
        elif not mode and _COMMAND.match(bare):
            _command(bare, settings, found)
        elif (mode == "block" and bare in ("/", ".")) or (
            mode == "sql" and (bare == "/" or (not bare and settings["SQLBLANKLINES"] == "OFF"))
        ):
            last = "\n".join(buffer)
            (found.run if bare == "/" else found.faults).append(last)
            buffer, mode = [], ""
        else:
            mode = mode or ("block" if _BLOCK.match(bare) else "sql")
            buffer.append(line)
            if mode == "sql" and bare.endswith(";"):
                last = "\n".join(buffer).rstrip().removesuffix(";")
                found.run.append(last)
                buffer, mode = [], ""
    if buffer:
        found.faults.append("left over: " + buffer[0])
    found.faults += [f"SP2-0552: {name}" for text in found.run for name in _binds(text)]
    return found


def _command(line: str, settings: dict[str, str], found: Read) -> None:
    found.commands.append(line)
    words = line.upper().split()
    if words[0] == "SET" and len(words) == 3 and words[1] in settings:
        settings[words[1]] = words[2]


def _binds(text: str) -> list[str]:
    outside = re.sub(r"'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*|/\*.*?\*/", " ", text, flags=re.DOTALL)
    return re.findall(r":([A-Za-z0-9_]+)", outside)


def executed(block: str) -> list[str]:
    """What each EXECUTE IMMEDIATE of literals in a block hands to the server."""
    part = r"(?:TO_CLOB\()?'(?:[^']|'')*'\)?"
    found = re.finditer(rf"EXECUTE IMMEDIATE ({part}(?:\s*\|\|\s*{part})*)", block)
    return ["".join(text.replace("''", "'") for text in re.findall(r"'((?:[^']|'')*)'", one[1])) for one in found]
