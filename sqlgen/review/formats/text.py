"""Findings as text for terminals and logs: the place first, then the harm, the call and what it emits, what to do.

    migrations/versions/0013_drop_phone.py:24:5: error drop-column
        dropping users.phone destroys the values in it
         24 |     op.drop_column("users", "phone")
            |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        SQL | ALTER TABLE users DROP COLUMN phone
        help: …

Terminals and editors open `file:line:column`. What stands right above is not shown again: several findings on one
statement share the call and the SQL. Of an .sql file the frame is the SQL. The last line is always the counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from sqlgen.lint.finding import Finding
from sqlgen.messages import Message, joined, place, say, visible
from sqlgen.review.counts import closing, not_checked, on_the_way_back, rollback, shown, summary
from sqlgen.review.formats import Style
from sqlgen.review.frame import WIDTH, Row, Sources, frame
from sqlgen.review.report import Part, Report, Since, Trouble
from sqlgen.segments import Note, Query

_Placed = TypeVar("_Placed", Query, Note)

_SQL_LINES = 4
_SQL_WIDTH = 400
"""Characters of a line that are shown: a script may be one line, with a finding for each of its statements."""
_GUTTER = 11
"""Cells before a line of code, where its number has up to four digits."""
_NARROW = 40
"""Code is not cut to less, however narrow the terminal is."""
_ALIKE = 3
"""As many rollbacks that lack the same thing are told one by one."""
_NAMED = 5
"""As many projects are named where they have nothing to say."""
_IDS = 8
"""As many revisions are named of those that a branch brings."""


def render(report: Report, style: Style) -> str:
    """Part by part. Of several, each that has something to say gets a heading; the others share a line."""
    if len(report.parts) == 1:
        (part,) = report.parts
        blocks = [*_Writer(report, part, style).blocks(), str(closing(report))]
        return "\n\n".join(blocks) + "\n"
    blocks = []
    for part in report.parts:
        if _has_something(part):
            end = not_checked(part) if part.trouble else summary(part.judged)
            blocks += [style.paint("bold", _heading(part)), *_Writer(report, part, style).blocks(), str(end)]
    quiet = [part for part in report.parts if not _has_something(part)]
    blocks.append("\n".join([*_quiet(quiet, style), str(closing(report))]))
    return "\n\n".join(blocks) + "\n"


def _has_something(part: Part) -> bool:
    judged = part.judged
    found = shown(judged) or on_the_way_back(judged) or judged.holes or judged.remarkable or part.trouble
    return bool(found or (part.notes and not _nothing_new(part)))


def _nothing_new(part: Part) -> bool:
    """Whether the branch changes nothing, and one sentence says so; others would say something else."""
    since = part.since
    changed = since is not None and (since.new or since.edited or since.deleted or since.reparented)
    return since is not None and not changed and len(part.notes) <= 1


def _heading(part: Part) -> str:
    environment = f" ({visible(part.environment)})" if part.environment else ""
    return f"== {visible(part.name)}{environment}"


def _quiet(parts: Sequence[Part], style: Style) -> Iterator[str]:
    """A line for the projects where nothing was found, and one for those that the branch does not touch."""
    alike: dict[str | None, list[str]] = {}
    for part in sorted(parts, key=_nothing_new):
        base = part.since.base if part.since is not None and _nothing_new(part) else None
        alike.setdefault(base, []).append(visible(part.name))
    for since, names in alike.items():
        what = say("clean") if since is None else say("nothing new since {base}", base=since)
        yield f"{style.paint('good', str(what))}{say(': ')}{_listed(names, _NAMED)}"


def _listed(names: Sequence[str], most: int) -> str:
    if len(names) <= most + 1:  # "and 1 more" is no shorter than its name
        return ", ".join(names)
    return str(say("{names} and {count} more", names=", ".join(names[:most]), count=len(names) - most))


@dataclass(frozen=True, slots=True)
class _Writer:
    """What one part has to say."""

    report: Report
    part: Part
    style: Style
    sources: Sources = field(default_factory=Sources)

    def blocks(self) -> Iterator[str]:
        """Paragraphs: what was compared, findings in the order of the run, the way back, what is incomplete, …"""
        part, judged = self.part, self.part.judged
        if part.since is not None:
            yield self.style.paint("dim", str(_compared(part.since)))
        before: Finding | None = None
        for finding in shown(judged):
            yield "\n".join(self._finding(finding, before))
            before = finding if finding.allowed is None else None
        back = rollback(judged) if part.since is None else None  # a check says in its notes what going back loses
        if back is not None:
            yield str(back)
        yield from self._holes()
        yield from self._row_driven()
        yield from self._remarks()
        yield from (f"{self.style.paint('info', str(say('note')))} {note}" for note in part.notes)
        if part.trouble is not None:
            yield self._trouble(part.trouble)

    # ---- findings

    def _finding(self, finding: Finding, before: Finding | None) -> Iterator[str]:
        paint, severity = self.style.paint, finding.severity.label
        down = say(" (downgrade)") if finding.direction == "downgrade" else ""
        allowed = finding.allowed
        label = paint(severity, severity) if allowed is None else paint("dim", f"{say('allowed')} {severity}")
        rule = paint("bold", visible(finding.rule))
        yield f"{self._place(finding.file, finding.line, finding.column)}{label} {rule}{down}"
        yield f"    {finding.message}"
        if allowed is None:
            yield from self._evidence(finding, before)
            yield f"    {say('help: {help}', help=finding.help)}"
            return
        until = say(" until {date}", date=allowed.until) if allowed.until else ""
        owner = say(", {owner}", owner=allowed.owner) if allowed.owner else ""
        yield "    " + str(
            say(
                "because: {reason}{until}{owner} ({where})",
                reason=allowed.because,
                until=until,
                owner=owner,
                where=self._where(allowed.where),
            )
        )

    def _evidence(self, finding: Finding, before: Finding | None) -> Iterator[str]:
        """The call in its file and what it emits, as far as they do not stand right above."""
        frame = self._frame(finding)
        above = before is not None and (finding.sql, finding.statement) == (before.sql, before.statement)
        in_frame = bool(frame) and not _is_python(finding)
        sql = [] if above or in_frame or not finding.sql else list(_sql(finding.sql))
        if before is not None and _at(finding) == _at(before):
            frame = ()
        width = max([3 if sql else 0, *(len(str(row.number)) for row in frame if row.number is not None)])
        paint = self.style.paint
        for row in frame:
            gutter = paint("dim", f"    {'' if row.number is None else row.number:>{width}} |")
            marked = paint(finding.severity.label, row.mark) if row.mark else ""
            yield f"{gutter} {marked}{row.text}".rstrip()
        for number, line in enumerate(sql):
            yield paint("dim", f"    {'' if number else 'SQL':>{width}} | {line}".rstrip())

    def _frame(self, finding: Finding) -> tuple[Row, ...]:
        if finding.file is None or finding.line is None or finding.file.startswith("<"):
            return ()
        lines = self.sources.lines(self.part.folder / finding.file)
        sql = None if _is_python(finding) else finding.sql
        width = WIDTH if self.style.width is None else max(self.style.width - _GUTTER, _NARROW)
        return frame(lines, finding.line, finding.end_line, finding.column, sql, width=width)

    # ---- what is not a finding

    def _holes(self) -> Iterator[str]:
        """What could not be rendered, one by one; but rollbacks that lack the same thing, which a team without
        downgrades lacks everywhere, in one paragraph."""
        holes = self.part.judged.holes
        down = [hole for hole in holes if hole.direction == "downgrade"]
        alike = Counter(hole.gap.reason for hole in down)
        told = set()
        for hole in holes:
            where, reason = self._place(hole.gap.file, hole.gap.line), hole.gap.reason
            if hole.direction == "upgrade":
                what = say("revision {revision} can't be rendered", revision=hole.revision)
            elif alike[reason] <= _ALIKE:
                what = say("{revision} can't be rolled back", revision=hole.revision)
            elif reason in told:
                continue
            else:
                told.add(reason)
                names = ", ".join(one.revision for one in down if one.gap.reason == reason)
                where = ""
                what = say("{count} revisions can't be rolled back: {names}", count=alike[reason], names=names)
            yield f"{where}{self._incomplete()} {what}\n    {visible(str(reason))}"

    def _row_driven(self) -> Iterator[str]:
        steps = self.part.judged.row_driven
        if steps:
            from sqlgen.script import remarks  # with all that scripts are made of, which a file of SQL does not need
        for step in steps:
            at = step.queries[0].place
            where = self._place(step.file) if at is None else self._place(at.file, at.line)
            what = say("revision {revision} depends on rows", revision=step.revision)
            if step.direction == "downgrade":
                what = say("the rollback of {revision} depends on rows", revision=step.revision)
            lines = [remarks.row_driven(step), *map(remarks.query, map(self._seen, step.queries))]
            yield "\n    ".join([f"{where}{self._incomplete()} {what}", *map(str, lines)])

    def _remarks(self) -> Iterator[str]:
        """Where statements come from, and other things that they do not show."""
        steps = self.part.judged.remarkable
        if steps:
            from sqlgen.script import remarks
        for step in steps:
            origin = remarks.origin(step)
            notes = map(remarks.note, map(self._seen, step.notes))
            for told in [*([] if origin is None else [origin]), *notes]:
                down = say(" (downgrade)") if step.direction == "downgrade" else ""
                yield f"{self.style.paint('info', str(say('note')))} {visible(step.revision)}{down}{say(': ')}{told}"

    def _trouble(self, trouble: Trouble) -> str:
        where = self._place(trouble.file, trouble.line)
        error, hint = self.style.paint("error", str(say("error"))), say("help: {help}", help=trouble.hint)
        return f"{where}{error} {visible(str(trouble.message))}\n    {hint}"

    def _incomplete(self) -> str:
        return self.style.paint("error", str(say("incomplete")))

    # ---- places, as seen from where one stands

    def _place(self, file: str | None, line: int | None = None, column: int | None = None) -> str:
        return place(None if file is None else self._file(file), line, column)

    def _where(self, where: str) -> str:
        """Of an allowance: `file:line`, or the key of the settings as it is."""
        file, _, line = where.rpartition(":")
        return f"{self._file(file)}:{line}" if file and line.isdecimal() else where

    def _file(self, file: str) -> str:
        return self.report.path(self.part, file, of=self.style.here)

    def _seen(self, told: _Placed) -> _Placed:
        at = told.place
        return told if at is None else replace(told, place=replace(at, file=self._file(at.file)))


def _is_python(finding: Finding) -> bool:
    return finding.file is not None and finding.file.endswith(".py")


def _at(finding: Finding) -> tuple[str | None, int | None, int | None, int | None]:
    return finding.file, finding.line, finding.end_line, finding.column


def _sql(text: str) -> Iterator[str]:
    """The beginning of a statement."""
    lines = text.split("\n", _SQL_LINES)
    for line in lines[:_SQL_LINES]:
        yield visible(line if len(line) <= _SQL_WIDTH else f"{line[:_SQL_WIDTH]} …")
    if len(lines) > _SQL_LINES:
        count = lines[_SQL_LINES].rstrip("\n").count("\n") + 1
        yield str(say("… 1 more line") if count == 1 else say("… {count} more lines", count=count))


def _compared(since: Since) -> Message:
    changes = (
        (say("new"), since.new),
        (say("edited"), since.edited),
        (say("deleted"), since.deleted),
        (say("re-parented"), since.reparented),
    )
    told = [say("; {what}: {text}", what=what, text=_listed(ids, _IDS)) for what, ids in changes if ids]
    return say(
        "compared with {base}, merge base {commit}{changes}",
        base=since.base,
        commit=since.merge_base[:8],
        changes=joined(told, ""),
    )
