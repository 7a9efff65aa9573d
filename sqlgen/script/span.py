"""Steps in, what of them a script runs, and what its results say of that out; for clients that can't skip a step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from sqlgen.messages import say
from sqlgen.script.header import left_out, unbound
from sqlgen.script.path import Heads, first_gap, gate, rest, text
from sqlgen.script.target import Target
from sqlgen.segments import Step

__all__ = ["Span"]


@dataclass(frozen=True, slots=True)
class Span:
    """What a script is made of."""

    steps: tuple[Step, ...]
    target: Target
    runnable: tuple[Step, ...]
    """Those before the first that could not be rendered."""
    end: Heads
    """Where they lead."""

    @classmethod
    def of(cls, steps: Sequence[Step], target: Target) -> Self:
        """Cut where the script stops."""
        gap = first_gap(steps)
        runnable = tuple(steps if gap is None else steps[:gap])
        return cls(tuple(steps), target, runnable, runnable[-1].after if runnable else steps[0].before)

    @property
    def start(self) -> Heads:
        """Where it begins."""
        return self.steps[0].before

    @property
    def about(self) -> str:
        """What each result says besides."""
        return unbound(self.target) + left_out(self.steps)

    @property
    def gate(self) -> str | None:
        """What it says where it stops before a step that could not be rendered."""
        gap = first_gap(self.steps)
        return None if gap is None else text(gate(self.steps, gap)) + self.about

    def on_the_way(self) -> Iterator[tuple[Heads, str]]:
        """States between its start and its end, each with what to say of the script that begins there."""
        client = " --client plain" if self.target.client == "plain" else ""
        for index, step in enumerate(self.steps[:-1]):
            if step.after != self.end:
                command = rest(self.steps, index) + client
                yield step.after, text(say("; from there run the script made by: {command}", command=command))
