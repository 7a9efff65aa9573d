"""What stands against building a bundle: findings, holes, a dirty tree, several heads, values that change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.building.order import Order, Refusal
from sqlgen.errors import ExitCode, Message, say
from sqlgen.history import Range
from sqlgen.messages import visible
from sqlgen.review.summary import Judged, fails
from sqlgen.segments import Step
from sqlgen.workspace import Workspace


def refusals(
    order: Order, workspace: Workspace, range: Range, steps: Sequence[Step], judged: Judged, changed: Sequence[str]
) -> tuple[Refusal, ...]:
    """All of them, overridden or not, in the order in which they are told. `changed`: files that git has otherwise."""
    return (
        *_dirty(order, changed),
        *_heads(order, workspace, range),
        *_holes(order, judged),
        *_volatile(order, steps),
        *_findings(order, workspace, judged),
    )


def _dirty(order: Order, changed: Sequence[str]) -> Iterator[Refusal]:
    if not changed:
        return
    named = _some(changed)
    yield Refusal(
        "--allow-dirty",
        say("the working tree is not what was committed: {files}", files=named),
        say(
            "Commit or stash it, so that others can build the same bundle (what revisions and env.py read or import "
            "counts, ignored or not); or add --allow-dirty."
        ),
        say("built although the working tree was not what was committed: {files}", files=named),
        "--allow-dirty" in order.allow,
        ExitCode.USAGE,
    )


def _heads(order: Order, workspace: Workspace, range: Range) -> Iterator[Refusal]:
    heads = sorted(workspace.graph.effective_heads)
    if order.hotfix is not None or len(heads) < 2:
        return
    named = ", ".join(heads)
    held = workspace.graph.ancestors(range.upper)
    left = [head for head in heads if head not in held]
    yield Refusal(
        "--allow-heads",
        say("the history has several heads: {heads}", heads=named)
        if not left
        else say("the history has several heads: {heads}; this range leaves out {left}", heads=named, left=_some(left)),
        say("Merge them: alembic merge heads -m merge; or add --allow-heads where branches are meant to stay apart."),
        say("built although the history has several heads: {heads}", heads=named),
        "--allow-heads" in order.allow,
        ExitCode.USAGE,
    )


def _holes(order: Order, judged: Judged) -> Iterator[Refusal]:
    holes = [hole.revision for hole in judged.holes if hole.direction == "upgrade"]
    driven = [step.revision for step in judged.row_driven if step.direction == "upgrade"]
    if not holes and not driven:
        return
    if holes:
        message = say("{revisions} can't be rendered", revisions=", ".join(holes + driven))
        hint = say("Mend the revision, cut the range around it, or add --allow-incomplete: the script stops there.")
        override = say("built although revisions can't be rendered")
    else:
        message = say("what is done for each row is missing in {revisions}", revisions=", ".join(driven))
        hint = say(
            "Write such a revision as a SQL file ([tool.sqlgen.revision.{revision}]), or add --allow-incomplete: "
            "script and review then say what is missing.",
            revision=driven[0],
        )
        override = say("built although something of a revision is missing")
    given = "--allow-incomplete" in order.allow
    yield Refusal("--allow-incomplete", message, hint, override, given, ExitCode.INCOMPLETE)


def _volatile(order: Order, steps: Sequence[Step]) -> Iterator[Refusal]:
    revisions = dict.fromkeys(step.revision for step in steps if any(item.volatile for item in step.items))
    if not revisions:
        return
    named = ", ".join(revisions)
    yield Refusal(
        "--allow-volatile",
        say(
            "{revisions} would have other values in another rendering, such as those of uuid4() or now()",
            revisions=named,
        ),
        say("Let the database make them (gen_random_uuid(), now()), or write them down; or add --allow-volatile."),
        say("built although {revisions} would have other values in another rendering", revisions=named),
        "--allow-volatile" in order.allow,
        ExitCode.USAGE,
    )


def _findings(order: Order, workspace: Workspace, judged: Judged) -> Iterator[Refusal]:
    limit = workspace.settings.limit(workspace.environment)
    asked = order.fail_on or limit
    if not fails(judged.findings, limit) and not fails(judged.findings, asked):
        return
    stands = fails(judged.findings, asked)
    yield Refusal(
        "--fail-on",
        say("findings at or above {limit} stand open", limit=asked if stands else limit),
        say("Mend them, allow them with a reason, or build with --fail-on never: the manifest then says so."),
        say("built although findings at or above {limit} stand open", limit=limit),
        not stands,
        ExitCode.FINDINGS,
    )


def _some(names: Sequence[str]) -> Message | str:
    shown = ", ".join(map(visible, names[:5]))
    return shown if len(names) <= 5 else say("{shown} and {more} more", shown=shown, more=len(names) - 5)
