"""Allowances and the place of the run in, which of them cover it and which were never used out."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from sqlgen.lint.allowances import Allowance, Lines, OneRevision, OneStatement
from sqlgen.segments import Place, Step


class Coverage:
    """Which allowances hold at a statement: looked up by file, revision or statement, never by going through all."""

    def __init__(self, held: Sequence[Allowance]):
        self._held = tuple(held)
        self._by_key: dict[object, list[int]] = {}
        self._by_line: dict[str, list[tuple[int, int]]] = {}
        """File → (line, number of the allowance), sorted."""
        for number, each in enumerate(held):
            match each.scope:
                case Lines(file, lines):
                    self._by_line.setdefault(file, []).extend((line, number) for line in lines)
                case OneStatement(step, item):
                    self._by_key.setdefault((step, item), []).append(number)
                case OneRevision(revision):
                    self._by_key.setdefault(("revision", revision), []).append(number)
        for lines_of_file in self._by_line.values():
            lines_of_file.sort()
        self._covered: set[int] = set()
        """Allowances in files and statements that something stood at; those of the settings are judged by `_Seen`."""
        self._here: list[int] = []
        self._spared: set[int] = set()
        self._used: set[tuple[int, str]] = set()
        self.named: frozenset[str] = frozenset()
        """The rules that an allowance names for the statement that was entered last."""

    def enter(self, step: int, item: int, revision: str, place: Place | None) -> None:
        """Go to a statement."""
        self._here = list(self._at(step, item, revision, place)) if self._held else []
        self._covered.update(n for n in self._here if not isinstance(self._held[n].scope, OneRevision))
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
        seen = _Seen(steps)
        for number, each in enumerate(self._held):
            if number not in self._spared and (number in self._covered or seen.all_of(each)):
                for rule in each.rules:
                    if (number, rule) not in self._used:
                        yield each, rule

    def _at(self, step: int, item: int, revision: str, place: Place | None) -> Iterator[int]:
        if not self._held:
            return
        yield from self._by_key.get((step, item), ())
        if place is not None:
            yield from self._in_file(place)
        yield from self._by_key.get(("revision", revision), ())
        yield from self._by_key.get(("revision", None), ())

    def _in_file(self, place: Place) -> list[int]:
        lines = self._by_line.get(place.file, [])
        first, behind = bisect_left(lines, (place.line, 0)), bisect_left(lines, (place.end_line + 1, 0))
        return sorted({number for _, number in lines[first:behind]})


class _Seen:
    """What a run has seen, so that an allowance which covers nothing of it can be told from one that was not asked."""

    def __init__(self, steps: Sequence[Step]):
        self._files: dict[tuple[str | None, str | None], bool] = {}
        self._upgraded: set[str] = set()
        for step in steps:
            whole = step.gap is None
            for key in ((step.file, step.direction), (step.file, None)):
                self._files[key] = self._files.get(key, True) and whole
            if whole and step.direction == "upgrade":
                self._upgraded.add(step.revision)

    def all_of(self, allowance: Allowance) -> bool:
        """Whether everything that it could cover was there to be covered."""
        match allowance.scope:
            case Lines(astray=True):
                return True
            case Lines(file, _, direction, conditional):
                if direction is None and file.endswith(".py"):
                    return False  # in a helper: which way calls it, if any, is not known until a statement stands there
                return not conditional and self._files.get((file, direction), False)
            case OneStatement():
                return True
            case OneRevision(revision):
                # What a downgrade finds never fails a check, so an allowance of the settings is for the upgrade.
                return revision in self._upgraded
