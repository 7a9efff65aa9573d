"""A whole SQL file in, the file laid out, out: comments, terminators and client lines stay."""

from __future__ import annotations

from dataclasses import dataclass

from sqlgen.layout.proof import same_but_for_layout
from sqlgen.layout.statement import layout
from sqlgen.messages import Message, say
from sqlgen.statements.model import Statement, TokenKind
from sqlgen.statements.scan import scan
from sqlgen.statements.split import split

__all__ = ["LaidScript", "format_script"]


@dataclass(frozen=True, slots=True)
class LaidScript:
    """A file laid out."""

    text: str
    notes: tuple[Message, ...]
    """One for each statement, or the file, that was left exactly as it was: where, and why."""


def format_script(text: str, dialect: str) -> LaidScript:
    """Lay out every statement of a file, each beginning a line, with at most one blank line between two.

    Comments keep their text and their lines; terminators other than `;`, client lines and COPY data are not touched.
    """
    parts: list[str] = []
    notes: list[Message] = []
    for statement in split(text, dialect):
        parts.append(_leading(statement, dialect, first=not parts))
        if not statement.text:
            continue
        laid = layout(statement, dialect)
        if laid.note is not None:
            notes.append(say("line {line} is left as it was: {why}", line=statement.line, why=laid.note))
        parts += (laid.text, _terminator(statement))
    made = "".join(parts)
    if made and not made.endswith("\n"):
        made += "\n"
    if made != text and not same_but_for_layout(scan(text, dialect), scan(made, dialect)):
        return LaidScript(text, (say("the file is left as it was: its tokens would change"),))
    return LaidScript(made, tuple(notes))


def _leading(statement: Statement, dialect: str, *, first: bool) -> str:
    """What stands before a statement, with its blank lines in order."""
    tokens = scan(statement.leading, dialect)
    if any(token.kind not in (TokenKind.SPACE, TokenKind.COMMENT) for token in tokens):
        return statement.leading
    parts: list[str] = []
    gap = ""
    for token in tokens:
        if token.kind is TokenKind.SPACE:
            gap += token.text
            continue
        begins = first and not parts
        parts += ("" if begins else _lines(gap) or " ", token.text)
        gap = ""
    if statement.text and (parts or not first):
        # A comment that ends on the statement's line stays there; otherwise a statement begins a line.
        parts.append(_lines(gap) or (" " if parts else "\n"))
    return "".join(parts)


def _lines(gap: str) -> str:
    """The line breaks of some white space: none, one, or one blank line. PostgreSQL takes a bare CR for one."""
    return "\n" * min(2, gap.count("\n") or gap.count("\r"))


def _terminator(statement: Statement) -> str:
    return ";" if statement.terminator.strip() == ";" else statement.terminator
