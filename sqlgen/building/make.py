"""An order in; a draft, with what stands against it; and then the files of the bundle out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial

from sqlgen import pipeline
from sqlgen.building import origin as origins
from sqlgen.building.order import Order, Refusal
from sqlgen.building.origin import Origin
from sqlgen.building.refusals import refusals
from sqlgen.building.review import for_bundle
from sqlgen.building.sources import Sources, look
from sqlgen.bundle.build import Circumstances, build
from sqlgen.bundle.manifest import Hotfix, check_ticket
from sqlgen.bundle.verify import utc
from sqlgen.errors import UsageError, say
from sqlgen.history import Range, between
from sqlgen.lint.book import Book
from sqlgen.linting import load_book
from sqlgen.messages import speaking
from sqlgen.pipeline import Emission
from sqlgen.review.summary import Judged
from sqlgen.schema import Schema
from sqlgen.segments import Step
from sqlgen.workspace import Workspace, open_workspace


@dataclass(frozen=True, slots=True)
class Draft:
    """A bundle that was rendered and judged, and not yet put together."""

    order: Order
    workspace: Workspace
    emission: Emission
    up: Sequence[Step]
    down: Sequence[Step]
    judged: Judged
    rules: Book
    origin: Origin
    before: Callable[[], Schema]
    """The schema where the range begins."""
    sources: Sources
    refusals: tuple[Refusal, ...]
    hotfix: Hotfix | None = None
    more: Mapping[str, bytes] = field(default_factory=dict)
    """Files of the bundle besides those that every bundle has: the hotfix, as it was written."""

    @property
    def open(self) -> tuple[Refusal, ...]:
        """Those that nobody has overridden: no bundle is built."""
        return tuple(each for each in self.refusals if not each.overridden)

    @property
    def expires(self) -> datetime | None:
        """The first moment at which it is no longer valid; None: never."""
        return expiry(self.order, self.origin)

    @property
    def incomplete(self) -> bool:
        """Whether a revision is not applied, or not wholly."""
        return any(each.flag == "--allow-incomplete" for each in self.refusals)


def drafted(order: Order, progress: pipeline.Progress | None = None) -> Draft:
    """Render and judge what is ordered: a range or a hotfix. Raises what the stages raise."""
    if order.hotfix is None:
        return draft(order, progress)
    from sqlgen.building import hotfix

    return hotfix.draft(order, progress)


def draft(order: Order, progress: pipeline.Progress | None = None) -> Draft:
    """Render and judge what is ordered. Raises what the stages raise."""
    workspace = open_workspace(order.rendering)
    with speaking(workspace.settings.written_in):
        return _draft(workspace, order, progress)


def _draft(workspace: Workspace, order: Order, progress: pipeline.Progress | None) -> Draft:
    assert order.range is not None
    origin = origins.origin(workspace.project.root, order)
    check(order, origin)
    up = pipeline.resolve(workspace, order.range)
    down = between(workspace.graph, up.lower, up.upper, down=True)
    rules = load_book(workspace.settings, workspace.project.root, workspace.environment)
    emission = pipeline.emit(
        workspace, (*up.steps, *down.steps), progress, models=True, inputs=origin.repository is not None
    )
    return judge(order, workspace, up, emission, rules, origin)


def judge(
    order: Order,
    workspace: Workspace,
    range: Range,
    emission: Emission,
    rules: Book,
    origin: Origin,
    *,
    hotfix: Hotfix | None = None,
    more: Mapping[str, bytes] | None = None,
) -> Draft:
    """Judge what was rendered: steps of the range, and their way back."""
    before = cache(partial(pipeline.schema_at, workspace, emission.dialect, emission.versions, range.lower))
    texts = {name: data.decode() for name, data in (more or {}).items() if name.endswith(".sql")}
    judged = pipeline.lint(workspace, emission, rules, today=origin.today, before=before, texts=texts)
    steps = emission.steps
    given = [] if order.hotfix is None else [path for path in (order.hotfix.sql, order.hotfix.rollback) if path]
    sources = look(origin.repository, workspace, emission, rules, own=more or {}, given=given)
    return Draft(
        order,
        workspace,
        emission,
        [step for step in steps if step.direction == "upgrade"],
        [step for step in steps if step.direction == "downgrade"],
        judged,
        rules,
        origin,
        before,
        sources,
        refusals(order, workspace, range, steps, judged, sources.changed),
        hotfix,
        more or {},
    )


def files(draft: Draft) -> dict[str, bytes]:
    """All files of the bundle by name, but for SHA256SUMS.

    Raises UsageError while a refusal stands, SqlgenError for a statement that can't stand in a script for the client.
    """
    if draft.open:
        raise UsageError(say("no bundle was built: {why}", why=draft.open[0].message), hint=draft.open[0].hint)
    with speaking(draft.workspace.settings.written_in):
        made = build(for_bundle(draft), _circumstances(draft))
    return {**made, **draft.order.evidence, **draft.more}


def _circumstances(draft: Draft) -> Circumstances:
    order = draft.order
    return Circumstances(
        created=_stamp(draft.origin.created),
        expires=_stamp(draft.expires),
        revisions=draft.sources.revisions,
        rules={rule.id: rule.sha256 for rule in draft.rules.rules if rule.severity is not None},
        overrides=[each.flag for each in draft.refusals],
        options=order.options(),
        built_with=order.built_with(),
        x_names=sorted(pair.partition("=")[0] for pair in draft.workspace.request.x),
        ticket=order.ticket,
        breakglass=order.breakglass,
        promoted_from=order.promoted_from,
        hotfix=draft.hotfix,
    )


def check(order: Order, origin: Origin) -> None:
    """Raises UsageError for what no manifest can hold, before anything is rendered."""
    expiry(order, origin)
    if order.ticket is not None:
        check_ticket(order.ticket)
    elif order.breakglass is not None:
        raise UsageError(
            say("an emergency needs a ticket"),
            hint=say("Say where it is written down: --ticket OPS-99. No verifier accepts it without."),
        )


def expiry(order: Order, origin: Origin) -> datetime | None:
    """When the bundle expires; None: never. Raises UsageError for what is no time, or is over before the commit."""
    if order.expires is None:
        return order.expires_at
    return origins.expiry(order.expires, origin.created)


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else utc(moment)
