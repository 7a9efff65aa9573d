"""What rules said and where in, Findings in their order out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlgen.lint.book import BookRule
from sqlgen.lint.finding import Allowed, Finding
from sqlgen.lint.rule import Advice
from sqlgen.messages import Message
from sqlgen.segments import Item, Step


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the run stands."""

    step: Step
    step_number: int
    item: Item | None = None
    item_number: int = -1
    """In its step, from 0."""
    statement: int = 0
    """Over all steps, from 1; 0: before the first statement of the step."""


@dataclass(frozen=True, slots=True)
class CommentAt:
    """A place in a file that is no statement's: that of an allowance."""

    file: str | None
    line: int | None
    text: str


class Findings:
    """Collects findings, and gives each a fingerprint of its own."""

    def __init__(self, dialect: str):
        self._dialect = dialect
        self._found: list[tuple[tuple[int, int, str], Finding]] = []
        self._occurrences: Counter[tuple[str, str, str, str]] = Counter()
        self._text, self._folded = "", ""
        """The last statement, and the same with its white space folded: thousands of findings may share a long one."""

    def at_statement(self, rule: BookRule, said: Message | Advice, spot: Spot, allowed: Allowed | None) -> None:
        """What a rule says of a statement, or of a whole step when the spot has no statement."""
        item = spot.item
        place = None if item is None else item.place
        self._add(
            rule,
            said,
            spot,
            file=spot.step.file if place is None else place.file,
            line=None if place is None else place.line,
            end_line=None if place is None else place.end_line,
            column=None if place is None else place.column,
            statement=None if item is None else spot.statement,
            sql="" if item is None else item.sql,
            text="" if item is None else item.sql,
            allowed=allowed,
        )

    def at_comment(self, rule: BookRule, said: Message | Advice, spot: Spot, comment: CommentAt) -> None:
        """What a rule says of an allowance."""
        self._add(
            rule,
            said,
            spot,
            file=comment.file,
            line=comment.line,
            end_line=comment.line,
            column=None,
            statement=None,
            sql="",
            text=comment.text,
            allowed=None,
        )

    def _add(
        self,
        rule: BookRule,
        said: Message | Advice,
        spot: Spot,
        *,
        file: str | None,
        line: int | None,
        end_line: int | None,
        column: int | None,
        statement: int | None,
        sql: str,
        text: str,
        allowed: Allowed | None,
    ) -> None:
        assert rule.severity is not None, "only rules that are on are asked"
        message, help = (said.message, said.help) if isinstance(said, Advice) else (said, rule.rule.help)
        step = spot.step
        # Two .sql files are told apart by their names, as two revisions are by their ids.
        if text != self._text:
            self._text, self._folded = text, " ".join(text.split())
        key = (rule.id, step.revision or step.file or "", step.direction, self._folded)
        occurrence = self._occurrences[key]
        self._occurrences[key] += 1
        finding = Finding(
            rule=rule.id,
            severity=rule.severity,
            message=message,
            help=help,
            file=file,
            line=line,
            end_line=end_line,
            column=column,
            revision=step.revision,
            direction=step.direction,
            dialect=self._dialect,
            statement=statement,
            sql=sql,
            identity=(*key, occurrence),
            allowed=allowed,
        )
        self._found.append(((spot.step_number, spot.statement, rule.id), finding))

    def ordered(self) -> tuple[Finding, ...]:
        """By step, statement and rule."""
        return tuple(finding for _, finding in sorted(self._found, key=lambda keyed: keyed[0]))
