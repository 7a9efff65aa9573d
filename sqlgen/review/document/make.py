"""What the stages found in, the document out: the order in which its parts are made, each from those before it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlgen.effects import OLDEST
from sqlgen.messages import heads, speaking
from sqlgen.review.counts import summary
from sqlgen.review.document import model
from sqlgen.review.document.deploy import deploy
from sqlgen.review.document.evidence import evidence
from sqlgen.review.document.findings import cautions, findings
from sqlgen.review.document.guide import guide, losses, sign_off, way_back
from sqlgen.review.document.revisions import revisions
from sqlgen.review.document.source import Source
from sqlgen.review.document.statements import statements
from sqlgen.review.document.tables import tables
from sqlgen.review.document.timeline import timeline
from sqlgen.review.document.told import Known, Told, told
from sqlgen.review.document.verdict import verdict


def make(source: Source, known: Known | None = None) -> model.Document:
    """The review of a range, in its language. `known`: told(source), where somebody has it already."""
    with speaking(source.language):
        return _make(source, *(known or told(source)))


def _make(source: Source, up: Sequence[Told], down: Sequence[Told]) -> model.Document:
    forward, back = statements(source, up, down)
    transactions, forward = timeline(source, up, forward)
    found = findings(source)
    warned = cautions(source)
    order = deploy(source, forward)
    return model.Document(
        language="zh-CN" if source.language == "zh-CN" else "en",
        about=_about(source),
        verdict=verdict(source, forward, found, warned, order, transactions),
        deploy=order,
        statements=forward,
        rollback=back,
        transactions=transactions,
        revisions=revisions(source, forward, back),
        tables=tables(source),
        findings=found,
        summary=str(summary(source.judged)),
        cautions=warned,
        losses=losses(source),
        way_back=way_back(source),
        guide=guide(source),
        evidence=evidence(source),
        roles=dict(source.roles),
        sign_off=str(sign_off(source)),
    )


def _about(source: Source) -> model.About:
    target, up = source.range.target, source.range.up
    return model.About(
        lower=heads(up[0].before) if up else "base",
        upper=heads(up[-1].after) if up else "base",
        environment=target.environment,
        database=target.database,
        dialect=target.dialect,
        server_version=target.server_version,
        judged_as=target.server_version or ".".join(map(str, OLDEST[target.dialect])),
        client=target.client,
        content_id=source.range.content_id,
        commit=source.commit,
        project=source.project,
        service=source.service,
        down_only=source.down_only,
        rows=tuple(model.Row(str(name), str(text)) for name, text in source.asked),
    )
