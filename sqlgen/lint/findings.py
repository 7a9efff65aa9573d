"""What rules said and where in, Findings in their order out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from sqlgen.lint.book import BookRule
from sqlgen.lint.finding import Allowed, Finding
from sqlgen.lint.rule import Advice
from sqlgen.messages import Message
from sqlgen.segments import Item, Step
from sqlgen.statements import scan


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
    revision: str = ""
    """The one that an entry of the settings names."""


class Findings:
    """Collects findings, and gives each a fingerprint of its own."""

    def __init__(self, dialect: str, project: str = ""):
        self._dialect = dialect
        self._project = project
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
            text="" if item is None else _lasting(item, self._dialect),
            allowed=allowed,
        )

    def at_comment(self, rule: BookRule, said: Message | Advice, spot: Spot, comment: CommentAt) -> None:
        """What a rule says of an allowance. One that stands in no file of a revision is about the revision that it
        names, or about none: what a range ends with has nothing to do with it."""
        inside = comment.file is not None and comment.file == spot.step.file
        revision = spot.step.revision if inside else comment.revision
        self._add(
            rule,
            said,
            replace(spot, step=replace(spot.step, revision=revision, file=comment.file)),
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
            project=self._project,
        )
        self._found.append(((spot.step_number, spot.statement, rule.id), finding))

    def ordered(self) -> tuple[Finding, ...]:
        """By step, statement and rule."""
        return tuple(finding for _, finding in sorted(self._found, key=lambda keyed: keyed[0]))


def _lasting(item: Item, dialect: str) -> str:
    """The statement without the values that another rendering would not have: now() would change each fingerprint."""
    if not item.volatile:
        return item.sql
    if any(item.sql in value for value in item.volatile):
        return ""
    return "".join("?" if token.text in item.volatile else token.text for token in scan(item.sql, dialect))
