"""What is asked of a database, and how its answer is judged: the same for every client.

A script of checks is read-only. It prints a line for each: `ok`, `FAIL` or `WARN` with what was expected and what was
found, or `note` for what is only told; then a result line, and it ends with an error where something failed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlgen.messages import Message, say
from sqlgen.script.path import text

__all__ = ["INDENT", "NOT_VISIBLE", "Check", "Report", "Section", "result"]


@dataclass(frozen=True, slots=True)
class Check:
    """One question, and what must come out."""

    told: str
    """What is asserted, or what is told; one line."""
    found: str
    """SQL for a text; NULL where this user may not see it, which is said and never passed as ok."""
    expected: str | None = None
    """None: nothing is expected, what was found is a note."""
    level: Literal["fail", "warn"] = "fail"
    states: tuple[int, int] | None = None
    """It is asked only where as many steps of the script are done; None: always. Half a step counts as a half."""
    when: str | None = None
    """It is asked only where this SQL is true, too."""
    shows: bool = False
    """Where it holds, the line says what was expected too."""

    def due(self, at: str) -> str | None:
        """SQL that is true where it is asked; None: always. `at`: SQL for how many steps are done."""
        states = () if self.states is None else (f"{at} BETWEEN {self.states[0]} AND {self.states[1]}",)
        conditions = (*states, *(() if self.when is None else (self.when,)))
        return " AND ".join(conditions) or None

    @property
    def fine(self) -> str:
        """The line where it holds, without its `ok`."""
        return f"{self.told}: {self.expected}" if self.shows else self.told


@dataclass(frozen=True, slots=True)
class Section:
    """Checks under a heading."""

    title: Message
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All that a script asks."""

    word: Literal["PREFLIGHT", "POSTCHECK"]
    """Of its result line."""
    sections: tuple[Section, ...]
    begin: tuple[str, ...] = ()
    """SQL that finds out first what checks are about: where on its path the script would start."""

    @property
    def lines(self) -> tuple[str | Check, ...]:
        """Headings and checks, in their order. Of equal checks the first."""
        found: dict[str | Check, None] = {}
        for section in self.sections:
            if section.checks:
                found[f"[sqlgen] {text(section.title)}"] = None
                found.update(dict.fromkeys(section.checks))
        return tuple(found)


_FAILED, _ASKED, _WARNED = "<failed>", "<asked>", "<warned>"


def result(word: str, failed: str, asked: str, warned: str) -> tuple[list[str], list[str]]:
    """The result line where all holds, and where something failed: pieces of text and, in between, the three given
    pieces of SQL. Texts stand at even places, SQL at odd ones."""
    advice = {
        "PREFLIGHT": say("do not run the script before each FAIL above is understood"),
        "POSTCHECK": say("the database is not what the revisions make of it"),
    }[word]
    good = say("{word} OK: {asked} check(s) hold, {warned} warning(s)", word=word, asked=_ASKED, warned=_WARNED)
    bad = say(
        "{word} FAILED: {failed} of {asked} check(s) do not hold, {warned} warning(s); {advice}",
        word=word,
        failed=_FAILED,
        asked=_ASKED,
        warned=_WARNED,
        advice=advice,
    )
    values = {_FAILED: failed, _ASKED: asked, _WARNED: warned}
    return _pieces(f"sqlgen result: {text(good)}", values), _pieces(f"sqlgen result: {text(bad)}", values)


def _pieces(line: str, values: dict[str, str]) -> list[str]:
    found = [line]
    while (place := _first(found[-1], values)) is not None:
        before, mark, after = found[-1].partition(place)
        found[-1:] = [before, values[mark], after]
    return found


def _first(line: str, values: dict[str, str]) -> str | None:
    places = [(line.index(mark), mark) for mark in values if mark in line]
    return min(places)[1] if places else None


NOT_VISIBLE = say("not visible to this user")
INDENT = " " * 17
"""Before each further line of what was found, so that nothing in it begins a line."""
