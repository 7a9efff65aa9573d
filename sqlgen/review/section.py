"""One project in, its section of a comment on a pull request out: what its revisions do, what was found in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlgen.lint.finding import Severity
from sqlgen.markdown import code, fenced, message, prose
from sqlgen.messages import Message, listed, say, visible
from sqlgen.review.counts import rollback
from sqlgen.review.report import Entry, Part
from sqlgen.review.risk import Risk, applied, judged_as, risks, waits_told, work_told
from sqlgen.script import remarks
from sqlgen.segments import Step


@dataclass(frozen=True, slots=True)
class Detail:
    """How much is told."""

    sql_lines: int | None = None
    """Of each revision; None: all of them, 0: no SQL."""
    risks: bool = True
    """Whether it is told what each revision does, or only counted what was found in it."""
    rows: int | None = None
    """As many rows of each table are shown; None: all of them, 0: counts alone."""


NAMED = 5
"""As many revisions or projects are named in a sentence."""
_LONGEST = 200
"""As many characters of a sentence are shown where rows are left out, too."""
_NAME = 60
"""As many characters of a name are shown in a sentence."""


def name(text: str, longest: int = _NAME) -> str:
    """A name in a sentence, not longer than it may be."""
    return code(short(text, longest), in_table=False)


def short(told: str, longest: int = _LONGEST) -> str:
    """The beginning of a text, marked where it is not all."""
    shown = visible(told)
    return shown if len(shown) <= longest else f"{shown[:longest]}…"


@dataclass(frozen=True, slots=True)
class Section:
    """What is told of one project."""

    part: Part
    entries: Sequence[Entry]
    """What is to be shown of it."""
    detail: Detail
    known: dict[int, tuple[Risk, ...]]
    """id(part) → its risks, where they have been worked out already: a shorter comment has the same."""

    def lines(self) -> Iterator[str]:
        part, detail = self.part, self.detail
        yield from _compared(part)
        yield from self.risks() if detail.risks else self.counts()
        yield from self.findings()
        yield from _sql(applied(part.steps), detail)
        back = rollback(part.judged) if part.since is None else None  # a check says in its notes what going back loses
        notes = [*part.notes, *([] if back is None else [back])]
        yield from _listed([prose(self.cut(str(note)), in_table=False) for note in notes], detail)
        yield from self.incomplete()
        yield from self.told()

    def cut(self, told: str) -> str:
        return told if self.detail.rows is None else short(" ".join(told.split()))

    def risks(self) -> Iterator[str]:
        rows = self.known.get(id(self.part))
        if rows is None:
            rows = self.known[id(self.part)] = risks(
                self.part.steps, self.part.judged.dialect, self.part.server_version
            )
        if not rows:
            return
        names = (
            say("revision"), say("tables"), say("operations"), say("who waits"), say("work"), say("way back"),
            say("findings"),
        )  # fmt: skip
        found = self.by_revision()
        yield from table(names, [_risk(risk, found[_id(risk.step)]) for risk in rows], self.detail)
        if any(risk.operations for risk in rows):
            what = say(
                "Locks and work: {server}. The schema before these revisions was not looked at for this table.",
                server=judged_as(self.part.judged.dialect, self.part.server_version),
            )
            yield ""
            yield f"{what}"

    def counts(self) -> Iterator[str]:
        found = self.by_revision()
        told = [(_revision(step), _tally(found[_id(step)])) for step in applied(self.part.steps)]
        if told:
            yield from table((say("revision"), say("findings")), told, self.detail)

    def by_revision(self) -> dict[str, Counter[Severity]]:
        found: dict[str, Counter[Severity]] = {_id(step): Counter() for step in self.part.steps}
        for entry in self.entries:
            where = entry.revision or entry.file
            if where is not None and entry.allowed is None and self.is_forward(entry):
                found.setdefault(where, Counter())[entry.severity] += 1
        return found

    def is_forward(self, entry: Entry) -> bool:
        return entry.direction != "downgrade" or self.part.judged.down_only

    def findings(self) -> Iterator[str]:
        """The worst first; allowed ones last, those of the baseline not at all."""
        shown = [
            entry
            for entry in self.entries
            if entry.kind == "finding"
            and self.is_forward(entry)
            and not (entry.allowed is not None and entry.allowed.baseline)
        ]
        shown.sort(key=lambda entry: (entry.allowed is not None, -entry.severity))
        if not shown:
            return
        folders = {path.rpartition("/")[0] for entry in shown if (path := entry.path) is not None}
        folder = f"{folders.pop()}/" if len(folders) == 1 and "" not in folders else ""
        if folder:  # once, since hosts break no line in a path: a long one would leave no room for the rest
            yield ""
            yield f"{say('Found in {folder}:', folder=name(folder, _LONGEST))}"
        names = (say("severity"), say("rule"), say("where"), say("what it does"), say("what to do"))
        yield from table(names, [self.finding(entry, folder) for entry in shown], self.detail)

    def finding(self, entry: Entry, folder: str) -> tuple[str, ...]:
        severity, advice = entry.severity.label, entry.help
        allowed = entry.allowed
        if allowed is not None:
            until = say(" until {date}", date=allowed.until) if allowed.until else ""
            owner = say(" ({owner})", owner=allowed.owner) if allowed.owner else ""
            because = say("because {reason}{until}{owner}", reason=allowed.because, until=until, owner=owner)
            severity, advice = str(say("allowed")), str(because)
        where = code(self.cut(_where(entry.path, entry.line).removeprefix(folder)))
        return severity, code(entry.rule), where, prose(self.cut(entry.message)), prose(self.cut(advice))

    def incomplete(self) -> Iterator[str]:
        """What is missing of what should have been looked at."""
        shown = [one for one in self.entries if one.kind != "finding"]
        if shown:
            names = (say("missing"), say("where"), say("why"), say("what to do"))
            yield from table(names, [self.missing(entry) for entry in shown], self.detail)
        reads = [
            f"{code(step.revision, in_table=False)}{say(': ')}"
            f"{prose(self.cut(str(remarks.query(query))), in_table=False)}"
            for step in self.part.judged.row_driven
            for query in step.queries
        ]
        yield from _listed(reads, self.detail)

    def missing(self, entry: Entry) -> tuple[str, ...]:
        what = code(self.cut(entry.revision)) if entry.revision else str(say("the whole project"))
        where = code(self.cut(_where(entry.path, entry.line)))
        return what, where, prose(self.cut(entry.message)), prose(self.cut(entry.help))

    def told(self) -> Iterator[str]:
        """What the statements do not show."""
        lines = [
            f"{code(self.cut(step.revision), in_table=False)}{say(': ')}{prose(self.cut(str(told)), in_table=False)}"
            for step in self.part.judged.remarkable
            for told in (remarks.origin(step), *map(remarks.note, step.notes))
            if told is not None
        ]
        yield from _listed(lines, self.detail)


def _compared(part: Part) -> Iterator[str]:
    since = part.since
    if since is None:
        return
    base = name(since.base, _LONGEST)
    commit, fork = code(since.commit[:12], in_table=False), code(since.merge_base[:12], in_table=False)
    yield ""
    began = say("; the branch began at {fork}", fork=fork) if since.merge_base != since.commit else ""
    environment = code(part.environment, in_table=False) if part.environment else None
    where = say("; environment {environment}", environment=environment) if environment is not None else ""
    yield str(say("Compared with {base}, {commit}{began}{where}.", base=base, commit=commit, began=began, where=where))
    for what, ids in (
        (say("new"), since.new),
        (say("edited"), since.edited),
        (say("deleted"), since.deleted),
        (say("re-parented"), since.reparented),
    ):
        if ids:
            shown = ", ".join(name(id) for id in ids[:NAMED])
            more = str(say(" and {count} more", count=len(ids) - NAMED)) if len(ids) > NAMED else ""
            yield f"- {what}{say(': ')}{shown}{more}"


def _risk(risk: Risk, found: Counter[Severity]) -> tuple[str, ...]:
    unknown = str(say("not known"))
    new = str(say(" (new)"))
    tables = [code(name) + (new if name in risk.made else "") for name in risk.tables]
    operations = [f"{name} ×{count}" if count > 1 else name for name, count in risk.operations.items()]
    waits = [*map(message, waits_told(risk))]
    work = work_told(risk)
    works = [] if work is None or not risk.operations else [message(work)]
    if risk.unread:
        waits, works = [*waits, unknown], [*works, unknown]
    nothing = unknown if risk.unread else "–"
    return (
        _revision(risk.step),
        _few(tables) or nothing,
        _few([*map(prose, operations)]) or nothing,
        _few(waits) or (str(say("nobody")) if risk.operations else "–"),
        "<br>".join(works) or "–",
        str(risk.back),
        _tally(found),
    )


def _few(told: Sequence[str]) -> str:
    more = [str(say("and {count} more", count=len(told) - NAMED))] if len(told) > NAMED else []
    return "<br>".join([*told[:NAMED], *more])


def _id(step: Step) -> str:
    return step.revision or step.file or ""


def _revision(step: Step) -> str:
    message = prose(short(step.message))
    return f"{code(short(_id(step)))} {message}".strip()


def _tally(found: Counter[Severity]) -> str:
    errors, warnings, infos = found[Severity.ERROR], found[Severity.WARNING], found[Severity.INFO]
    told = (
        (errors, say("1 error"), say("{count} errors", count=errors)),
        (warnings, say("1 warning"), say("{count} warnings", count=warnings)),
        (infos, say("1 info"), say("{count} infos", count=infos)),
    )
    return str(listed(one if count == 1 else many for count, one, many in told if count)) or "–"


def _where(path: str | None, line: int | None) -> str:
    return "" if path is None else path if line is None else f"{path}:{line}"


def table(names: Sequence[Message], rows: Sequence[tuple[str, ...]], detail: Detail) -> Iterator[str]:
    """A table, of which as many rows are shown as may be."""
    yield ""
    yield f"| {' | '.join(map(str, names))} |"
    yield f"|{' --- |' * len(names)}"
    shown = rows if detail.rows is None else rows[: detail.rows]
    yield from (f"| {' | '.join(row)} |" for row in shown)
    if len(shown) < len(rows):
        yield ""
        yield f"{say('… and {count} more, which do not fit here.', count=len(rows) - len(shown))}"


def _listed(told: Sequence[str], detail: Detail) -> Iterator[str]:
    shown = told if detail.rows is None else told[: detail.rows]
    if shown:
        yield ""
        yield from (f"- {each}" for each in shown)
    if len(shown) < len(told):
        yield f"- {say('… and {count} more, which do not fit here.', count=len(told) - len(shown))}"


# ---- SQL


def _sql(steps: Sequence[Step], detail: Detail) -> Iterator[str]:
    """The statements of each revision, folded away."""
    count = sum(len(step.items) for step in steps)
    if not count:
        return
    title = say("SQL: 1 statement") if count == 1 else say("SQL: {count} statements", count=count)
    yield ""
    if detail.sql_lines == 0:
        yield f"{say('{title}, which do not fit here.', title=title)}"
        return
    yield f"<details><summary>{title}</summary>"
    for step in filter(lambda each: each.items, steps):
        lines = "\n".join(f"{item.sql};" for item in step.items).split("\n")
        shown = lines if detail.sql_lines is None else lines[: detail.sql_lines]
        yield ""
        yield f"{name(_id(step), _LONGEST)} {prose(short(step.message), in_table=False)}".rstrip()
        yield ""
        yield from fenced("\n".join(shown), "sql")
        if len(shown) < len(lines):
            yield ""
            yield f"{say('… {count} more lines, which do not fit here.', count=len(lines) - len(shown))}"
    yield ""
    yield "</details>"
