"""The command line's parser in, its help and its errors in our words, and in the language of the terminal, out.

The parser (typer, over its own copy of click) writes English, measures text in characters and breaks lines at blanks.
Chinese has no blanks, and its characters take two cells.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Sequence

import typer
from typer._click.core import Command, Context
from typer._click.formatting import HelpFormatter
from typer.core import TyperArgument, TyperOption

from sqlgen.errors import Message, say
from sqlgen.messages import ENGLISH, cells, spoken, translated

_BETWEEN = 2
"""Blanks between what is said of an option and its name."""
_MOST = 30
"""Cells of a name, before what is said of it begins in a line of its own: as the parser has it."""
_NO_BEGIN = "，。：；？！）”’、…》%,.:;?!)]}"
"""No line begins with these (GB/T 15834-2011, 5.1)."""
_NO_END = "（“‘《([{"
_WIDE = r"\u2e80-\u303f\u3040-\u9fff\uff00-\uffef“”‘’…"
_WORD = re.compile(rf" +|(?<![^ {_WIDE}])\[[^\[\] ]+\](?![^ {_WIDE}])|[{_WIDE}]|[^ {_WIDE}]+")
"""Blanks, `[默认：alembic]`, one wide character, or what must not be cut."""


def in_our_words(command: Command) -> None:
    """Let a command, and those below it, which were made while English was spoken, speak the language that is spoken
    now."""
    command.context_class = _Context
    for parameter in command.params:
        if isinstance(parameter, TyperOption | TyperArgument) and parameter.help:
            parameter.help = translated(parameter.help)
    if command.help is not None and spoken() != ENGLISH:
        command.help = "\n\n".join(map(translated, paragraphs(command.help)))
        command.short_help = paragraphs(command.help)[0].partition("。")[0]
    for each in getattr(command, "commands", {}).values():
        in_our_words(each)


_HELP = "Show this message and exit."


def paragraphs(doc: str) -> list[str]:
    r"""What a translator sees of a docstring: paragraphs, each one line, but for those that begin with \b."""
    parts = inspect.cleandoc(doc).split("\n\n")
    return [part if part.startswith("\b") else " ".join(part.split("\n")) for part in parts]


class _Formatter(HelpFormatter):
    """The parser's, by cells, with its own words in ours."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        begin = f"{say('Usage: ')}{prog} "
        lines = wrapped(args, self.width - cells(begin))
        self.write("".join(f"{' ' * cells(begin) if number else begin}{line}\n" for number, line in enumerate(lines)))

    def write_heading(self, heading: str) -> None:
        self.write(f"{' ' * self.current_indent}{_heading(heading)}{say(':')}\n")

    def write_text(self, text: str) -> None:
        indent = " " * self.current_indent
        blocks = []
        for paragraph in paragraphs(text):
            if paragraph.startswith("\b"):
                lines = paragraph.split("\n")[1:]
            else:
                lines = wrapped(paragraph, self.width - len(indent))
            blocks.append("".join(f"{indent}{line}\n" for line in lines))
        self.write("\n".join(blocks))

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = _MOST, col_spacing: int = _BETWEEN) -> None:
        rows = list(rows)
        indent = " " * self.current_indent
        column = min(max(cells(first) for first, _ in rows), col_max) + col_spacing
        for first, second in rows:
            begin = indent + first
            room = column - cells(first)
            lines = wrapped(_extra(second), max(self.width - column - 2, 10))
            if not second:
                self.write(f"{begin}\n")
            elif room >= col_spacing:
                self.write(f"{begin}{' ' * room}{lines[0]}\n")
            else:
                self.write(f"{begin}\n{indent}{' ' * column}{lines[0]}\n")
            self.write("".join(f"{indent}{' ' * column}{line}\n" for line in lines[1:]))


class _Context(Context):
    formatter_class = _Formatter


def _heading(word: str) -> Message:
    known = {"Options": say("Options"), "Arguments": say("Arguments"), "Commands": say("Commands")}
    return known[word]


def _extra(text: str) -> str:
    """What the parser adds behind the help of an option: `[default: 1]`, `[required]`, `[x>=1]`."""
    if text == _HELP:
        return str(say("Show this message and exit."))
    found = re.search(r"(?:^|  )\[(?:default: (?P<default>[^\]]*?)(?P<more>; [^\]]+)?|required)\]$", text)
    if found is None:
        return text
    begin = text[: found.start()] + "  " * bool(text[: found.start()])
    if found["default"] is None:
        return f"{begin}[{say('required')}]"
    return f"{begin}[{say('default: {value}', value=found['default'])}{found['more'] or ''}]"


def wrapped(text: str, width: int) -> list[str]:
    """Lines of so many cells at most, cut at blanks and between wide characters. What is too long alone stays whole."""
    lines = [""]
    for piece in _pieces(text):
        if lines[-1] and cells(lines[-1]) + cells(piece.rstrip()) > width:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [*lines[:-1], lines[-1].rstrip()]


def _pieces(text: str) -> Iterator[str]:
    """What must not be cut: a word with the blanks behind it, a wide character with the mark that follows it."""
    held = ""
    for piece in _WORD.findall(text):
        mark = piece[0] in _NO_BEGIN and held[-1:] != " "
        if held and not (mark or piece[0] == " " or held[-1] in _NO_END):
            yield held
            held = ""
        held += piece
    if held:
        yield held


# ---- errors


def mistake(error: typer.TyperException) -> Message:
    """What is wrong with a command line, as the parser found it, in our own words."""
    text = error.format_message().strip().rstrip(".")
    if found := re.fullmatch(r"No such option: (\S+)(?: \(Possible options: (.+)\))?", text):
        if found[2]:
            return say("no such option: {option} (Possible options: {known})", option=found[1], known=found[2])
        return say("no such option: {option}", option=found[1])
    if found := re.fullmatch(r"No such command '(.*?)'(?:\. Did you mean (.+)\?)?", text):
        if found[2]:
            return say("no such command '{command}'. Did you mean {close}?", command=found[1], close=found[2])
        return say("no such command '{command}'", command=found[1])
    if found := re.fullmatch(r"Missing (argument|option) (.+)", text):
        if found[1] == "argument":
            return say("missing argument {name}", name=found[2])
        return say("missing option {name}", name=found[2])
    if text == "Missing command":
        return say("missing command")
    if found := re.fullmatch(r"Option (.+) requires an argument", text):
        return say("option {option} requires an argument", option=found[1])
    if found := re.fullmatch(r"Option (.+) does not take a value", text):
        return say("option {option} does not take a value", option=found[1])
    if found := re.fullmatch(r"Got unexpected extra argument(?:\(s\)|s)? \((.+)\)", text):
        return say("got unexpected extra argument(s) ({words})", words=found[1])
    if found := re.fullmatch(r"Invalid value for (.+?): (.+)", text):
        return say("invalid value for {option}: {why}", option=found[1], why=_no_value(found[2]))
    return say("{text}", text=text[:1].lower() + text[1:] if text[1:2].islower() else text)


def _no_value(text: str) -> Message:
    if found := re.fullmatch(r"(.+) is not a valid int(?:eger|eger range| range)", text):
        return say("{value} is not a valid integer", value=found[1])
    if found := re.fullmatch(r"(.+) is not in the range (.+)", text):
        return say("{value} is not in the range {range}", value=found[1], range=found[2])
    return say("{text}", text=text)
