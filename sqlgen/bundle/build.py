"""Steps, findings and a review in, the files of a bundle out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlgen.bundle import evidence
from sqlgen.bundle.manifest import (
    DOES_NOTHING,
    AllowedFinding,
    Assumed,
    Hotfix,
    IncompleteRevision,
    Manifest,
    NoWayBack,
    OverriddenRevision,
    PromotedFrom,
    RecordedRevision,
    RevisionFile,
    RowDrivenRevision,
    VolatileValue,
)
from sqlgen.review import faces, formats, report
from sqlgen.review.document import stats
from sqlgen.review.document.make import make
from sqlgen.review.document.source import Source
from sqlgen.review.document.told import of_range
from sqlgen.review.summary import Judged
from sqlgen.script import folder
from sqlgen.script.header import unproven
from sqlgen.script.losses.range import WayBack
from sqlgen.script.runbook.folding import where
from sqlgen.segments import Step

STATS = "evidence/stats.json"
"""The statistics by which the review estimates, where somebody gave any."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a bundle records of how it was built, besides what it holds and what its review says."""

    created: str | None
    expires: str | None
    revisions: Sequence[RevisionFile]
    """In the order in which they are applied."""
    rules: Mapping[str, str]
    """Rule id → sha256 of the rule's file."""
    overrides: Sequence[str]
    """The flags of refusals that were overridden."""
    options: Sequence[str]
    built_with: Mapping[str, str]
    x_names: Sequence[str]
    ticket: str | None
    breakglass: str | None
    promoted_from: PromotedFrom | None
    hotfix: Hotfix | None


def build(source: Source, about: Circumstances) -> dict[str, bytes]:
    """All files of the bundle by name, but for SHA256SUMS. `source.range` has the same range in both directions.

    Raises SqlgenError for a statement that can't stand in a script for the client.
    """
    range = source.range
    scripts, known = folder.files(range), of_range(range)
    texts = {
        "MANIFEST.json": _manifest(source, about).to_text(),
        **scripts,
        **faces.files(make(source, known), scripts, beside=True),
        "evidence/findings.json": formats.render("json", report.of(source.judged)),
        **evidence.files(range, scripts, known),
    }
    if source.stats is not None:
        texts[STATS] = stats.write(source.stats)
    return {name: (_without_del(text) if name.endswith(".json") else text).encode() for name, text in texts.items()}


def _without_del(text: str) -> str:
    """JSON whose texts hold no DEL: json leaves it as it is, and a bundle holds no control character."""
    return text.replace("\x7f", r"\u007f")


def _manifest(source: Source, about: Circumstances) -> Manifest:
    range, judged = source.range, source.judged
    up, target, lost = range.up, range.target, range.losses
    both = (*up, *range.down)
    warning = unproven(target)
    return Manifest(
        content_id=range.content_id,
        environment=target.environment,
        dialect=target.dialect,
        server_version=target.server_version,
        client=target.client,
        database=target.database,
        lower=up[0].before,
        upper=up[-1].after,
        revisions=tuple(about.revisions),
        commit=source.commit,
        project=source.project,
        created=about.created,
        expires=about.expires,
        required_roles=dict(source.roles),
        rules=dict(about.rules),
        allowances=tuple(_allowed(judged)),
        incomplete=tuple(
            IncompleteRevision(hole.revision, hole.gap.file, hole.gap.line, str(hole.gap.reason))
            for hole in judged.holes
            if hole.direction == "upgrade"
        ),
        row_driven=tuple(_row_driven(step) for step in both if step.row_driven),
        recorded=tuple(RecordedRevision(step.revision, step.direction) for step in both if step.origin == "recorded"),
        handwritten=tuple(
            OverriddenRevision(step.revision, step.direction, step.override.name, step.override.sha256)
            for step in both
            if step.override is not None
        ),
        destroys=tuple(map(str, lost.tables_up)),
        no_way_back=tuple(_no_way_back(way) for way in lost.back if way.state != "runs"),
        no_rollback=lost.nowhere,
        not_run=None if warning is None else str(warning),
        transaction=target.transaction,
        schema=target.schema,
        identity=target.identity,
        tenants=target.tenants,
        tenants_are=target.tenants_are if target.tenants else None,
        overrides=tuple(about.overrides),
        language=source.language,
        tools=dict(source.tools),
        options=tuple(about.options),
        built_with=dict(about.built_with),
        x_names=tuple(about.x_names),
        assumptions=tuple(_assumed(up)),
        breakglass=about.breakglass,
        hotfix=about.hotfix,
        promoted_from=about.promoted_from,
        service=source.service,
        ticket=about.ticket,
        volatile=tuple(_volatile(both)),
    )


def _no_way_back(way: WayBack) -> NoWayBack:
    reason = DOES_NOTHING if way.step.gap is None else way.step.gap.reason
    return NoWayBack(way.step.revision, where(way.step), str(reason))


def _assumed(up: Sequence[Step]) -> Iterator[Assumed]:
    for step in up:
        for each in dict.fromkeys((a.question, a.arguments, a.place) for a in step.assumptions):
            question, arguments, at = each
            yield Assumed(step.revision, question, arguments, where(step) if at is None else f"{at.file}:{at.line}")


def _volatile(steps: Sequence[Step]) -> Iterator[VolatileValue]:
    for step in steps:
        for value in dict.fromkeys(value for item in step.items for value in item.volatile):
            yield VolatileValue(step.revision, step.direction, value)


def _row_driven(step: Step) -> RowDrivenRevision:
    first = step.queries[0]
    file, line = (step.file, None) if first.place is None else (first.place.file, first.place.line)
    return RowDrivenRevision(step.revision, step.direction, first.sql, file, line)


def _allowed(judged: Judged) -> list[AllowedFinding]:
    return [
        AllowedFinding(
            finding.rule, finding.revision, str(finding.allowed.because), finding.allowed.until, finding.allowed.where
        )
        for finding in judged.findings
        if finding.allowed is not None
    ]
