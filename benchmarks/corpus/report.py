"""What was found in, a Markdown table and its details out; and whether the limits hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from corpus.measure import Counted, Found
from corpus.rendering import POLICIES, Policy
from corpus.stock import Direction

LIMITS: dict[Policy, float] = {"exact": 91.0, "empty": 97.5, "shadow": 99.5}
"""Per cent of the revisions that Alembic runs online on an empty database of that dialect."""


def table(found: Sequence[Found]) -> Iterator[str]:
    yield "| project | dialect | revisions | online | exact | empty | shadow | stock | exit | as online | values |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- |"
    for each in found:
        counted = each.counted["upgrade"]
        start = f"| {each.case.project.name} | {each.case.dialect} | {each.revisions} | {counted.online}"
        yield f"{start} | {_shares([counted])} | {each.code} | {_equal(each)} | {_values(counted)} |"
    for direction in ("upgrade", "downgrade"):
        every = _every(found, direction)
        online = sum(each.online for each in every)
        yield f"| **all {direction}s** | | | {online} | {_shares(every)} | | | |"
    for each in found:
        if "downgrade" in each.counted:
            counted = each.counted["downgrade"]
            start = f"| {each.case.project.name} down | {each.case.dialect} | {each.revisions} | {counted.online}"
            yield f"{start} | {_shares([counted])} | | | {_values(counted)} |"


def details(found: Sequence[Found]) -> Iterator[str]:
    """What is behind the numbers, so that each can be mended."""
    for each in found:
        lines = list(_details(each))
        if lines:
            yield f"\n## {each.case.name}\n"
            yield from lines


def verdicts(found: Sequence[Found]) -> Iterator[tuple[bool, str]]:
    """(whether it holds, the limit in words)"""
    for direction in ("upgrade", "downgrade"):
        every = _every(found, direction)
        for policy, limit in LIMITS.items():
            share = _share(every, policy)
            if share is not None:
                yield share >= limit, f"{direction}s, {policy}: at least {limit} %: {share:.2f} %"
        fewer = [e.case.name for e in found if direction in e.counted and _fewer(e.counted[direction])]
        yield not fewer, f"{direction}s: never fewer than stock Alembic renders: {_or_none(fewer)}"
    codes = [f"{each.case.name}: {each.code}" for each in found if each.code not in (0, 4)]
    yield not codes, f"emit base:heads ends with 0 or 4: {', '.join(codes) or 'all'}"
    unnamed = [f"{each.case.name}: {', '.join(each.unnamed)}" for each in found if each.unnamed]
    yield not unnamed, f"every revision that is not rendered is named: {'; '.join(unnamed) or 'all'}"
    unsteady = [each.case.name for each in found if not each.same]
    yield not unsteady, f"two runs give the same bytes: differs in {_or_none(unsteady)}"
    applied = [each for each in found if each.applied]
    differ = [each.case.name for each in applied if any(not result.equal for result in each.applied.values())]
    compared = f"{len(applied)} of {len(found)} applied, differs in {_or_none(differ)}"
    yield applied == list(found) and not differ, f"the script gives what an online upgrade gives: {compared}"
    worse = [each.case.name for each in found if _more_gates(each)]
    yield not worse, f"a range that begins later renders what the whole history renders: fewer in {_or_none(worse)}"
    values = [each.case.name for each in found if any(counted.values for counted in each.counted.values())]
    yield not values, f"every statement is what was sent online: differs in {_or_none(values)}"
    rollbacks = [each.case.name for each in found if each.rollback]
    yield not rollbacks, f"every rollback is what was sent online: differs in {_or_none(rollbacks)}"


def _every(found: Iterable[Found], direction: Direction) -> list[Counted]:
    return [each.counted[direction] for each in found if direction in each.counted]


def _share(every: Sequence[Counted], policy: Policy) -> float | None:
    """In per cent; None where nothing runs online."""
    online = sum(each.online for each in every)
    return 100 * sum(each.rendered(policy) for each in every) / online if online else None


def _shares(every: Sequence[Counted]) -> str:
    cells = []
    for policy in POLICIES:
        share = _share(every, policy)
        number = sum(each.rendered(policy) for each in every)
        cells.append("–" if share is None else f"{number} ({share:.1f} %)")
    stock, online = sum(each.stock for each in every), sum(each.online for each in every)
    cells.append(f"{stock} ({100 * stock / online:.1f} %)" if online else "–")
    return " | ".join(cells)


def _fewer(counted: Counted) -> bool:
    return counted.rendered("exact") < counted.stock


def _more_gates(each: Found) -> list[str]:
    """The revisions before which a script stopped that began behind the base, though they are rendered from there."""
    gaps = each.counted["upgrade"].gaps["exact"]
    return [gate for gate in each.applied["exact"].gates if gate not in gaps] if "exact" in each.applied else []


def _or_none(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _equal(each: Found) -> str:
    cells = []
    for policy, applied in each.applied.items():
        how = f"{policy}: " + ("yes" if applied.equal else "NO")
        cells.append(how + (f", {len(applied.gates)} gates" if applied.gates else ""))
    return "; ".join(cells) or "–"


def _values(counted: Counted) -> str:
    return f"{counted.compared - len(counted.values)} of {counted.compared} the same"


def _details(each: Found) -> Iterator[str]:
    for direction, counted in each.counted.items():
        for policy, gaps in counted.gaps.items():
            for revision, reason in gaps.items():
                yield f"* {direction}, {policy}: {revision} not rendered: {reason}"
        for value in counted.values:
            yield f"* {direction}, another statement: {value}"
    for gate in _more_gates(each):
        yield f"* script: stops before {gate}, which is rendered when the script begins at the base"
    for value in each.rollback:
        yield f"* rollback, another statement: {value}"
    for policy, applied in each.applied.items():
        for failed in applied.failed:
            yield f"* script, {policy}: failed: {failed}"
        for line in applied.schema[:200]:
            yield f"* script, {policy}: schema: {line}"
        for line in applied.data:
            yield f"* script, {policy}: data: {line}"
