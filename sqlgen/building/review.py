"""A draft in, what its review is made from out: the same for a bundle, and before there is one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlgen import pipeline, script
from sqlgen.bundle.content import identify
from sqlgen.lint.finding import Finding
from sqlgen.messages import Message, say
from sqlgen.review.document.source import Node, Source
from sqlgen.review.summary import judge
from sqlgen.script import folder
from sqlgen.script.runbook.page import Range
from sqlgen.segments import Step

if TYPE_CHECKING:
    from sqlgen.building.make import Draft
    from sqlgen.script.target import Target


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The review of a range before there is a bundle."""

    source: Source
    scripts: Mapping[str, str]
    """File → text, of what would run."""


def for_bundle(draft: Draft) -> Source:
    """What the review in a bundle is made from. Raises what pipeline.target raises."""
    target = pipeline.target(draft.workspace, draft.emission)
    content = identify(draft.up, draft.down, target)
    range = Range.of(draft.up, draft.down, target, draft.before(), content, signed=True)
    return _source(draft, range)


def before_a_bundle(draft: Draft, *, down: bool = False) -> Reviewed:
    """The review of a draft against which something may stand; `down`: of its way back alone.

    Where the client can't run a statement faithfully, its revision is a gate: the review comes, and says why. Raises
    SettingsError for a client or a name that no script can be made for.
    """
    target = pipeline.target(draft.workspace, draft.emission)
    try:
        return _before(draft, draft.up, draft.down, draft.judged.findings, target, down=down)
    except script.Unfaithful:  # one revision never hides the rest
        left = {way: _left(steps, target) for way, steps in (("upgrade", draft.up), ("downgrade", draft.down))}
        found = [_numbered(each, left[each.direction]) for each in draft.judged.findings]
        up, back = ([step for step, _ in left[way]] for way in ("upgrade", "downgrade"))
        return _before(draft, up, back, found, target, down=down)


def _before(
    draft: Draft, up: Sequence[Step], back: Sequence[Step], found: Sequence[Finding], target: Target, *, down: bool
) -> Reviewed:
    range = Range.of(up, back, target, draft.before(), identify(up, back, target))
    if not down:
        source = replace(_source(draft, range), judged=judge(found, (*up, *back), target.dialect))
        return Reviewed(source, _scripts(range))
    alone = Range.of(back, (), target, folder.end(range), range.content_id)
    judged = judge([each for each in found if each.direction == "downgrade"], back, target.dialect)
    source = replace(_source(draft, alone), judged=judged, down_only=True)
    return Reviewed(source, {"rollback.sql": folder.rollback(range)})


def _left(steps: Sequence[Step], target: Target) -> list[tuple[Step, int]]:
    """The steps, those that the client can't run as gaps without statements; each with how many statements it had."""
    gated = zip(script.without_unfaithful(steps, target), steps, strict=True)
    return [(step if step.gap is None else replace(step, items=()), len(was.items)) for step, was in gated]


def _numbered(found: Finding, left: Sequence[tuple[Step, int]]) -> Finding:
    """With the number that its statement has among those that are left, if it is."""
    if found.statement is None:
        return found
    number, gone = found.statement, 0
    for step, count in left:
        if number <= count:
            return replace(found, statement=None if step.gap is not None else found.statement - gone)
        number -= count
        gone += count - len(step.items)
    raise ValueError(f"statement {found.statement} is in no step")


def _scripts(range: Range) -> Mapping[str, str]:
    if range.losses.nowhere:
        return {"apply.sql": folder.apply(range)}
    return {"apply.sql": folder.apply(range), "rollback.sql": folder.rollback(range)}


def _source(draft: Draft, range: Range) -> Source:
    from sqlgen import __version__

    workspace, order, origin = draft.workspace, draft.order, draft.origin
    settings, environment = workspace.settings, workspace.environment
    below = f"{origin.project}/" if origin.project else ""
    tools = {name: version for name, version in draft.emission.versions if name != "python"}
    return Source(
        range=range,
        judged=draft.judged,
        language=settings.written_in,
        graph=dict(_nodes(draft)),
        model=draft.emission.model,
        commit=origin.commit,
        project=origin.project,
        service=settings.service,
        source_url=settings.source_url,
        changed=frozenset({*draft.sources.changed, *(below + name for name in draft.more)}),
        # Of an emergency the breakglass policy of the trust folder asks other roles.
        roles=dict(environment.roles) if environment and order.breakglass is None else {},
        emergency=order.breakglass is not None,
        overrides=[each.override for each in draft.refusals if each.overridden],
        asked=tuple(_asked(draft)),
        rules=sum(rule.severity is not None for rule in draft.rules.rules),
        tools={**tools, "sqlgen": __version__},
        rehearsed=() if order.promoted_from is None else (order.promoted_from.environment,),
        stats=order.stats,
    )


def _nodes(draft: Draft) -> Iterator[tuple[str, Node]]:
    graph = draft.workspace.graph
    for step in draft.up:
        if step.revision in graph.by_id:
            found = graph.by_id[step.revision]
            needed = tuple(graph.labels.get(each, each) for each in found.depends_on)
            yield step.revision, Node(found.down, needed, found.labels)
        else:  # a hotfix
            yield step.revision, Node(step.before)


def _asked(draft: Draft) -> Iterator[tuple[Message, Message | str]]:
    """Why there is this bundle, as the first page of the review says it."""
    order = draft.order
    if order.breakglass is not None:
        yield say("BREAKGLASS"), say("{why}; a review must follow", why=order.breakglass)
    if order.ticket is not None:
        yield say("ticket"), order.ticket
    if draft.hotfix is not None:
        yield say("hotfix"), say("SQL by hand, outside of the history: {file}", file=draft.hotfix.file)
    if order.promoted_from is not None:
        came = order.promoted_from
        yield say("promoted from"), say("{environment}, bundle {id}", environment=came.environment, id=came.bundle)
