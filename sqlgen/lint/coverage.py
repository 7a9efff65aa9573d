"""Allowances and the place of the run in, which of them cover it and which were never used out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.lint.allowances import Allowance, Lines, OneRevision, OneStatement
from sqlgen.segments import Place, Step


class Coverage:
    """Which allowances hold at a statement: looked up by file, revision or statement, never by going through all."""

    def __init__(self, held: Sequence[Allowance]):
        self._held = tuple(held)
        self._by_key: dict[object, list[int]] = {}
        for number, each in enumerate(held):
            self._by_key.setdefault(_key(each), []).append(number)
        self._covered: set[int] = set()
        self._here: list[int] = []
        self._spared: set[int] = set()
        self._used: set[tuple[int, str]] = set()
        self.named: frozenset[str] = frozenset()
        """The rules that an allowance names for the statement that was entered last."""

    def enter(self, step: int, item: int, revision: str, place: Place | None) -> None:
        """Go to a statement."""
        self._here = list(self._at(step, item, revision, place)) if self._held else []
        self._covered.update(self._here)
        self.named = frozenset(rule for number in self._here for rule in self._held[number].rules)

    def spare(self) -> None:
        """Say that the statement was let pass because its object is new: its allowances may be needed another time."""
        self._spared.update(self._here)

    def use(self, rule: str, step: int, item: int, revision: str, place: Place | None) -> Allowance | None:
        """The allowance that covers a finding of this rule at this statement, which counts it as used."""
        for number in self._at(step, item, revision, place):
            if rule in self._held[number].rules:
                self._used.add((number, rule))
                return self._held[number]
        return None

    def unused(self, steps: Sequence[Step]) -> Iterator[tuple[Allowance, str]]:
        """The allowances that found nothing to allow, as far as this run can tell."""
        for number, each in enumerate(self._held):
            if number not in self._spared and self._judged(number, each, steps):
                for rule in each.rules:
                    if (number, rule) not in self._used:
                        yield each, rule

    def _at(self, step: int, item: int, revision: str, place: Place | None) -> Iterator[int]:
        if not self._held:
            return
        keys: list[object] = [(step, item), ("revision", revision), ("revision", None)]
        if place is not None:
            keys.insert(1, place.file)
        for key in keys:
            for number in self._by_key.get(key, ()):
                if self._held[number].covers(step, item, revision, place):
                    yield number

    def _judged(self, number: int, each: Allowance, steps: Sequence[Step]) -> bool:
        """Whether the run has seen all that an allowance is for, so that what it did not use is unused."""
        match each.scope:
            case Lines(file, _, direction, conditional):
                if number in self._covered:
                    return True
                seen = [step for step in steps if step.file == file and direction in (None, step.direction)]
                return bool(seen) and not conditional and all(step.gap is None for step in seen)
            case OneStatement():
                return True
            case OneRevision(revision):
                # What a downgrade finds never fails a check, so an allowance of the settings is for the upgrade.
                return any(s.revision == revision and s.direction == "upgrade" and s.gap is None for s in steps)


def _key(allowance: Allowance) -> object:
    match allowance.scope:
        case Lines(file):
            return file
        case OneStatement(step, item):
            return (step, item)
        case OneRevision(revision):
            return ("revision", revision)
