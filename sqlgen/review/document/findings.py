"""What was judged in; findings as the review shows them, and what nobody may overlook, out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlgen.lint.finding import Finding
from sqlgen.messages import Message, apart, listed, say
from sqlgen.review.counts import on_the_way_back, shown
from sqlgen.review.document import model
from sqlgen.review.document.places import placed
from sqlgen.review.document.source import Source
from sqlgen.script import remarks
from sqlgen.script.header import unproven
from sqlgen.segments import Step


def findings(source: Source) -> tuple[model.Finding, ...]:
    """On what is applied, then on the way back; those of the baseline are left out."""
    judged = source.judged
    back = () if judged.down_only else on_the_way_back(judged)
    return tuple(_finding(source, each) for each in (*shown(judged), *back))


def _finding(source: Source, found: Finding) -> model.Finding:
    allowed = found.allowed
    return model.Finding(
        rule=found.rule,
        severity=_SEVERITIES[found.severity.label],
        message=str(found.message),
        help=str(found.help),
        direction="downgrade" if found.direction == "downgrade" else "upgrade",
        revision=found.revision,
        statement=found.statement,
        place=placed(source, found.file, found.line, found.end_line),
        allowed=None
        if allowed is None
        else model.Allowed(str(allowed.because), allowed.until, allowed.where, allowed.owner),
    )


_SEVERITIES: dict[str, model.Severity] = {"error": "error", "warning": "warning", "info": "info"}


# ---- what nobody may overlook


def cautions(source: Source) -> tuple[model.Caution, ...]:
    """Gates and emergencies first; then what is missing, overridden, assumed, or not what Alembic says."""
    return tuple(_cautions(source))


def _cautions(source: Source) -> Iterator[model.Caution]:
    up, down = source.range.up, source.range.down
    yield from (_gate(source, step) for step in up if step.gap is not None)
    if source.emergency:
        yield _caution("emergency", say("This is an emergency: fewer people sign, and a review must follow."))
    yield from (_caution("override", text) for text in source.overrides)
    yield from (_row_driven(source, step) for step in (*up, *down) if step.row_driven)
    yield from _no_way_back(source, down)
    for step in (*up, *down):
        yield from _origin(source, step)
        yield from _volatile(source, step)
    for step in up:
        yield from _assumptions(source, step)
    if (warning := unproven(source.range.target)) is not None:
        yield _caution("unproven", warning)


def _caution(
    kind: model.CautionKind,
    text: Message | str,
    step: Step | None = None,
    at: model.Place | None = None,
    what_to_do: Message | None = None,
) -> model.Caution:
    todo = None if what_to_do is None else str(what_to_do)
    return model.Caution(kind, str(text), None if step is None else step.revision, at, todo)


def _gate(source: Source, step: Step) -> model.Caution:
    assert step.gap is not None
    at = placed(source, step.gap.file or step.file, step.gap.line)
    text = say("{revision} can't be rendered: {reason}", revision=step.revision, reason=step.gap.reason)
    todo = say(
        "The script stops before it and says NOT APPLIED. Do by hand what it does; the script goes on once the version "
        "table shows {revision}.",
        revision=step.revision,
    )
    return _caution("gate", text, step, at, todo)


def _no_way_back(source: Source, down: Sequence[Step]) -> Iterator[model.Caution]:
    """One for each reason: whole histories have no downgrade(), and a hundred times the same hides the rest."""
    reasons: defaultdict[str, list[Step]] = defaultdict(list)
    for step in down:
        if step.gap is not None:
            reasons[str(step.gap.reason)].append(step)
    for reason, (first, *more) in reasons.items():
        revisions = listed(step.revision for step in (first, *more))
        text = say("There is no way back over {revision}: {reason}", revision=revisions, reason=reason)
        assert first.gap is not None
        at = placed(source, first.gap.file or first.file, first.gap.line)
        yield _caution("gate", text) if more else _caution("gate", text, first, at)


def _row_driven(source: Source, step: Step) -> model.Caution:
    first = next((query.place for query in step.queries if query.place is not None), None)
    at = placed(source, step.file) if first is None else placed(source, first.file, first.line)
    looked = apart(remarks.query(query) for query in step.queries)
    text = say(
        "{revision} ({direction}) depends on rows, and what it does for each of them is not in the script: {queries}",
        revision=step.revision,
        direction=step.direction,
        queries=looked,
    )
    return _caution("incomplete", text, step, at, remarks.row_driven(step))


def _origin(source: Source, step: Step) -> Iterator[model.Caution]:
    if step.gap is not None:
        return
    if (origin := remarks.origin(step)) is not None:
        kind: model.CautionKind = "handwritten" if step.override is not None else "recorded"
        yield _caution(kind, origin, step, placed(source, step.file))
    for note in step.notes:
        at = None if note.place is None else placed(source, note.place.file, note.place.line)
        yield _caution("note", remarks.note(note), step, at)


def _volatile(source: Source, step: Step) -> Iterator[model.Caution]:
    for item in step.items:
        for value in dict.fromkeys(item.volatile):
            text = say("{value} is another one each time it is rendered; this one will run", value=value)
            at = None if item.place is None else placed(source, item.place.file, item.place.line)
            yield _caution("volatile", text, step, at)


def _assumptions(source: Source, step: Step) -> Iterator[model.Caution]:
    """One for the revision: reflection asks much, and preflight.sql asks it all again."""
    if not step.assumptions:
        return
    asked: dict[str, dict[str, None]] = {}
    for each in step.assumptions:
        named = ", ".join(name for name in each.arguments if name is not None)
        asked.setdefault(named, {})[each.question] = None
    told = apart(
        say("{what}: {text}", what=named or "*", text=", ".join(questions)) for named, questions in asked.items()
    )
    text = say(
        "it was told of the schema at the start, which preflight.sql asks again: {questions}",
        questions=told,
    )
    first = next((each.place for each in step.assumptions if each.place is not None), None)
    at = placed(source, step.file) if first is None else placed(source, first.file, first.line)
    yield _caution("assumption", text, step, at)
