"""What was judged in, one line of counts out: how every report for people ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlgen.lint.finding import Finding, Severity
from sqlgen.messages import Message, listed, say
from sqlgen.review.report import Part, Report
from sqlgen.review.summary import Judged


def summary(judged: Judged) -> Message:
    """One line of counts on one project."""
    return _line(_found([judged]), str(_looked([judged])), [judged])


def closing(report: Report) -> Message:
    """The last line of a report: of the one project, or the total of many."""
    (first, *others) = report.parts or (None,)
    if first is None:
        return say("no project")
    if not others:
        return not_checked(first) if first.trouble is not None else summary(first.judged)
    all_judged = [part.judged for part in report.parts]
    failed = sum(1 for part in report.parts if part.trouble is not None)
    found = _found(all_judged, failed)
    looked = say("{projects} projects, {looked}", projects=len(report.parts), looked=_looked(all_judged))
    return _line(found, str(looked), all_judged)


def not_checked(part: Part) -> Message:
    """In place of the counts of a project that could not be checked: what was found until then is not all."""
    if not (part.judged.findings or part.judged.incomplete):
        return say("not checked")
    return say("not checked to the end: {summary}", summary=summary(part.judged))


def rollback(judged: Judged) -> Message | None:
    """One line on the way back; None where there is nothing to tell, or nothing else to tell."""
    told = on_the_way_back(judged)
    if not told or judged.down_only:
        return None
    rules = Counter(finding.rule for finding in told)
    named = ", ".join(f"{rule} {count}" for rule, count in sorted(rules.items()))
    return say("rollback: {rules} (--output-format json lists them)", rules=named)


def shown(judged: Judged) -> tuple[Finding, ...]:
    """Findings that a list shows one by one: all but those of the baseline; see Judged.listed."""
    return tuple(finding for finding in judged.listed if not _in_baseline(finding))


def on_the_way_back(judged: Judged) -> tuple[Finding, ...]:
    """Findings on the rollback, but for those of the baseline."""
    return tuple(finding for finding in judged.rollback if not _in_baseline(finding))


def _in_baseline(finding: Finding) -> bool:
    return finding.allowed is not None and finding.allowed.baseline


def _line(found: str, looked: str, all_judged: Sequence[Judged]) -> Message:
    dialects = ", ".join(sorted({judged.dialect for judged in all_judged if judged.dialect}))
    if not dialects:
        return say("{found} · {looked}", found=found, looked=looked)
    return say("{found} · {looked}, {dialect}", found=found, looked=looked, dialect=dialects)


def _found(all_judged: Sequence[Judged], failed: int = 0) -> str:
    counts: Counter[str] = Counter()
    for judged in all_judged:
        counts.update({severity.label: judged.count(severity) for severity in Severity})
        counts["baseline"] += sum(map(_in_baseline, judged.findings))
        counts["allowed"] += judged.allowed - sum(map(_in_baseline, judged.forward))
        counts["rollback"] += len(on_the_way_back(judged))
        counts["holes"] += judged.incomplete
    told = (
        (failed, say("1 project not checked"), say("{count} projects not checked", count=failed)),
        (counts["error"], say("1 error"), say("{count} errors", count=counts["error"])),
        (counts["warning"], say("1 warning"), say("{count} warnings", count=counts["warning"])),
        (counts["info"], say("1 info"), say("{count} infos", count=counts["info"])),
        (counts["allowed"], say("1 allowed"), say("{count} allowed", count=counts["allowed"])),
        (counts["baseline"], say("1 in the baseline"), say("{count} in the baseline", count=counts["baseline"])),
        (counts["rollback"], say("1 on the rollback"), say("{count} on the rollback", count=counts["rollback"])),
        (counts["holes"], say("1 incomplete revision"), say("{count} incomplete revisions", count=counts["holes"])),
    )
    return str(listed(one if count == 1 else many for count, one, many in told if count)) or str(say("nothing found"))


def _looked(all_judged: Sequence[Judged]) -> Message:
    in_all, revised = sum(judged.statements for judged in all_judged), sum(judged.revisions for judged in all_judged)
    statements = say("1 statement") if in_all == 1 else say("{count} statements", count=in_all)
    if not revised:
        return statements
    revisions = say("1 revision") if revised == 1 else say("{count} revisions", count=revised)
    return say("{statements} in {revisions}", statements=statements, revisions=revisions)
