"""What the review says so far in, the traffic light and its reasons out: the worst first.

Red: stop. Something is missing, an error is open, data goes for good, no order of code and script works, or others wait
while every row of a table is read or written. Yellow: read it before you sign. Green: none of these.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from sqlgen.messages import Message, apart, say
from sqlgen.review.document import model
from sqlgen.review.document.guide import losses
from sqlgen.review.document.source import Source
from sqlgen.review.document.waiting import waiting

_CAUTIONS: tuple[model.CautionKind, ...] = ("emergency", "override", "unproven", "handwritten", "recorded", "volatile")
"""What stands for itself; gates and what is incomplete are looked up in the steps, and notes and assumptions have a
check of their own."""

_SHOWN = 5
"""So many things stand in a sentence."""


def verdict(
    source: Source,
    forward: Sequence[model.Statement],
    findings: Sequence[model.Finding],
    cautions: Sequence[model.Caution],
    deploy: model.Deploy,
    transactions: Sequence[model.Transaction],
) -> model.Verdict:
    """The light is that of its worst reason."""
    direction = "downgrade" if source.down_only else "upgrade"
    applied = [found for found in findings if found.direction == direction]
    found = [
        *_missing(source),
        *_found(applied),
        *_lost(source, applied),
        *_order(deploy),
        *waiting(source.range.target.dialect, forward, transactions, applied),
        *_cautions(cautions),
        *_unread(forward),
        *_back(source),
    ]
    reasons = (*(one for one in found if one.light == "red"), *(one for one in found if one.light == "yellow"))
    light: model.Light = reasons[0].light if reasons else "green"
    return model.Verdict(light, str(_title(light)), reasons)


def _title(light: model.Light) -> Message:
    match light:
        case "red":
            return say("RED: stop, and read why")
        case "yellow":
            return say("YELLOW: read this before you sign")
        case "green":
            return say("GREEN: nothing was found that stands against it")


def _reason(light: model.Light, text: Message | str, statements: Iterable[int] = ()) -> model.Reason:
    return model.Reason(light, str(text), tuple(sorted(set(statements))))


def _missing(source: Source) -> Iterator[model.Reason]:
    """Revisions that are applied, and of which something is not in the script."""
    if gates := [step.revision for step in source.range.up if step.gap is not None]:
        named = ", ".join(gates)
        yield _reason("red", say("the script stops before what could not be rendered: {revisions}", revisions=named))
    if driven := [step.revision for step in source.range.up if step.row_driven]:
        named = ", ".join(driven)
        yield _reason("red", say("what is done for each row is not in the script: {revisions}", revisions=named))


def _found(findings: Sequence[model.Finding]) -> Iterator[model.Reason]:
    """Open errors and warnings, those of one rule together."""
    lights: tuple[tuple[model.Severity, model.Light], ...] = (("error", "red"), ("warning", "yellow"))
    for severity, light in lights:
        rules: defaultdict[str, list[model.Finding]] = defaultdict(list)
        for found in findings:
            if found.severity == severity and found.allowed is None:
                rules[found.rule].append(found)
        for rule, (first, *more) in rules.items():
            numbers = [each.statement for each in (first, *more) if each.statement is not None]
            text = _told(severity, rule, first.message, len(more))
            yield _reason(light, text, numbers)


def _told(severity: model.Severity, rule: str, message: str, more: int) -> Message:
    told = {"rule": rule, "message": message, "count": more}
    if severity == "error":
        if more:
            return say("open error {rule}: {message} (and {count} more of this rule)", **told)
        return say("open error {rule}: {message}", **told)
    if more:
        return say("open warning {rule}: {message} (and {count} more of this rule)", **told)
    return say("open warning {rule}: {message}", **told)


def _lost(source: Source, findings: Sequence[model.Finding]) -> Iterator[model.Reason]:
    """Data that is destroyed: red where nobody said that it may be, or where nothing leads back at all."""
    lost = losses(source)
    open_ = {each.statement for each in findings if each.allowed is None and each.severity != "info"}
    open_ -= {None, *(each.statement for each in findings if each.allowed is not None)}
    nowhere = source.range.losses.nowhere and not source.down_only
    lights: tuple[tuple[model.Light, bool], ...] = (("red", True), ("yellow", False))
    for light, red in lights:
        some = [each for each in lost if (nowhere or each.statement in open_) is red]
        if some:
            shown = apart(each.what for each in some[:_SHOWN])
            more = len(some) - _SHOWN
            text = say("data is destroyed: {what}", what=shown)
            if more > 0:
                text = say("data is destroyed: {what}; and {count} more", what=shown, count=more)
            yield _reason(light, text, [each.statement for each in some if each.statement is not None])


def _order(deploy: model.Deploy) -> Iterator[model.Reason]:
    reasons = (*deploy.old_code, *deploy.new_code)
    numbers = [each.statement for each in reasons if each.certain and each.statement is not None]
    match deploy.when:
        case "stop":
            yield _reason("red", deploy.title, numbers)
        case "after" | "split" | "unknown":
            yield _reason("yellow", deploy.title, numbers)
        case "before" | "either":
            return


def _cautions(cautions: Sequence[model.Caution]) -> Iterator[model.Reason]:
    for kind in _CAUTIONS:
        for each in cautions:
            if each.kind == kind:
                text = each.text if each.revision is None else _of(each.revision, each.text)
                yield _reason("yellow", text)


def _of(revision: str, text: str) -> Message:
    return say("{revision}: {what}", revision=revision, what=text)


def _unread(forward: Sequence[model.Statement]) -> Iterator[model.Reason]:
    """Statements of which something is not known, those with the same reason together."""
    whys: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for each in forward:
        if each.unknown:
            whys[each.unknown].append(each.number)
    for why, numbers in whys.items():
        yield _reason("yellow", say("what it does is not known: {why}", why=apart(why)), numbers)


def _back(source: Source) -> Iterator[model.Reason]:
    if source.down_only:
        return
    down = source.range.down
    if source.range.losses.nowhere or not down:
        yield _reason("yellow", say("there is no way back by script"))
    elif holes := [step.revision for step in down if step.incomplete]:
        named = ", ".join(holes)
        yield _reason("yellow", say("the way back is not whole: {revisions}", revisions=named))
