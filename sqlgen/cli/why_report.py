"""What made a table or column what it is in; text for people, or JSON (`sqlgen.why/1`) out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlgen.errors import Message, say
from sqlgen.messages import listed, place, visible

if TYPE_CHECKING:
    from sqlgen.bundle.ledger import Approval
    from sqlgen.why import Blind, Told, Why
    from sqlgen.why.applied import Applied
    from sqlgen.why.traces import Verb

Paint = Callable[[str, str], str]
_LINES = 6
"""Of a statement, without -v."""
_BLIND = 5
"""Places at which the history can't tell, without -v."""


def text(found: Why, paint: Paint, *, verbose: bool) -> str:
    """A paragraph for each revision, oldest first; the runs that they name; then where the history can't tell."""
    parts = [f"{paint('bold', visible(str(found.thing)))}\n"]
    for _, told in groupby(found.told, key=lambda each: each.touch.step):
        parts.append("".join(f"{line}\n" for line in _revision(list(told), found, paint, verbose=verbose)))
    if not found.told:
        parts.append(f"{say('no statement of the history has to do with it')}\n")
    parts.extend("".join(f"{line}\n" for line in lines) for lines in _ledgers(found, paint))
    if found.blind:
        parts.append("".join(f"{line}\n" for line in _blind(found.blind, verbose=verbose)))
    if found.environments is None:
        parts.append(f"{say('where it was applied is not known: --trust TRUST, or trust in the settings, says it')}\n")
    return "\n".join(parts)


def _revision(told: list[Told], found: Why, paint: Paint, *, verbose: bool) -> Iterator[str]:
    step = told[0].step
    yield f"{paint('bold', visible(step.revision))}  {visible(step.message)}"
    for each in told:
        yield from _statement(each, verbose=verbose)
    if told[0].changed:
        yield f"    {paint('warning', str(say('changed')))} {say('the file is not the one that was applied')}"
    for environment in found.environments or ():
        own = [run for run in told[0].applied if run.environment == environment]
        named = {each.number: each for run in own for each in (run.receipt, run.restored) if each is not None}
        kinds = [str(say("{kind} (entry {number})", kind=named[each].kind, number=each)) for each in sorted(named)]
        said = ", ".join(kinds)
        yield f"  {say('{environment}: {runs}', environment=environment, runs=said or say('no run in the ledger'))}"


def _statement(each: Told, *, verbose: bool) -> Iterator[str]:
    at = "" if each.place is None else place(*each.place)
    verbs = str(listed(_verb(verb) for verb in each.touch.verbs))
    was = "" if each.touch.was is None else f" ({each.touch.was} -> {each.touch.thing})"
    yield f"  {at}{verbs}{visible(was)}"
    if each.touch.why is not None:
        yield f"    {say('it names it, and nobody can tell what it does: {why}', why=each.touch.why)}"
    lines = each.item.sql.splitlines()
    shown = lines if verbose or len(lines) <= _LINES else lines[: _LINES - 1]
    yield from (f"    | {visible(line)}" for line in shown)
    if len(shown) < len(lines):
        yield f"    | {say('… {count} lines more (-v shows them)', count=len(lines) - len(shown))}"
    if each.author is not None:
        written = say(
            "written by {author}, {day}, commit {commit}",
            author=each.author.author,
            day=f"{each.author.time:%Y-%m-%d}",
            commit=each.author.commit[:12],
        )
        yield f"    {written}"
    for rule, allowed in each.allowed:
        owner = "" if allowed.owner is None else f", {allowed.owner}"
        because = say("{because}{owner} ({where})", because=allowed.because, owner=owner, where=allowed.where)
        yield f"    {say('allowed: {rule}, because {because}', rule=rule, because=because)}"


def _ledgers(found: Why, paint: Paint) -> Iterator[list[str]]:
    """For each environment the entries that the revisions above name, once."""
    for environment in found.environments or ():
        named = [run for told in found.told for run in told.applied if run.environment == environment]
        runs = {run.receipt.number: run for run in named}
        if runs:
            head = paint("bold", str(say("in the ledger of {environment}", environment=environment)))
            yield [head, *(line for number in sorted(runs) for line in _run(runs[number], paint))]


def _run(run: Applied, paint: Paint) -> Iterator[str]:
    receipt = run.receipt
    told = say(
        "entry {number}: {kind} {at} by {name}, bundle {bundle}{ticket}",
        number=receipt.number,
        kind=receipt.kind,
        at=receipt.at,
        name=receipt.name,
        bundle=receipt.bundle[:12],
        ticket="" if receipt.ticket is None else say(", ticket {ticket}", ticket=receipt.ticket),
    )
    yield f"  {told}"
    yield f"    {say('result: {result}', result=receipt.result or '-')}"
    people = str(listed(_approval(each) for each in receipt.signatures))
    if receipt.verified:
        yield f"    {say('approved by: {people}', people=people)}"
    else:
        yield f"    {paint('warning', str(say('not verified:')))} {visible(receipt.why_not or '')}"
    if receipt.breakglass:
        yield f"    {say('an emergency: {why}', why=receipt.breakglass)}"
    for review in run.reviews:
        told = say("reviewed {at} by {name}: {because}", at=review.at, name=review.name, because=review.because)
        yield f"    {told}"
    if run.restored is not None:
        back = run.restored
        rows = ", ".join(back.rows) or "base"
        told = say(
            "set back {at} by {name}, to {rows} (entry {number}): {because}",
            at=back.at,
            name=back.name,
            rows=rows,
            number=back.number,
            because=back.because,
        )
        yield f"    {told}"
    if run.review_due:
        yield f"    {paint('warning', str(say('not reviewed:')))} {say('nobody has looked at the emergency since')}"


def _approval(each: Approval) -> Message:
    if each.carried:
        return say("{role} {name} (carried from the bundle that it renews)", role=each.role, name=each.name)
    return say("{role} {name}", role=each.role, name=each.name)


def _blind(blind: tuple[Blind, ...], *, verbose: bool) -> Iterator[str]:
    yield str(say("the history can't tell what these do, and they may have to do with it:"))
    shown = blind if verbose else blind[:_BLIND]
    for each in shown:
        yield f"  {place(each.file, each.line)}{visible(each.revision)}: {visible(str(each.why))}"
    if len(shown) < len(blind):
        yield f"  {say('… {count} more (-v lists them)', count=len(blind) - len(shown))}"


def _verb(verb: Verb) -> Message:
    match verb:
        case "created":
            return say("created")
        case "dropped":
            return say("dropped")
        case "renamed":
            return say("renamed")
        case "column-added":
            return say("column added")
        case "column-dropped":
            return say("column dropped")
        case "column-renamed":
            return say("column renamed")
        case "altered":
            return say("altered")
        case "rebuilt":
            return say("rebuilt")
        case "data":
            return say("rows changed")
        case "perhaps":
            return say("perhaps")


# ---- JSON


def json_text(found: Why) -> str:
    """JSON text, ASCII only, with a final newline."""
    document = {
        "schema": "sqlgen.why/1",
        "table": found.thing.table[1],
        "table_schema": found.thing.table[0],
        "column": found.thing.column,
        "environments": None if found.environments is None else list(found.environments),
        "revisions": [_json_revision(list(told)) for _, told in groupby(found.told, key=lambda each: each.touch.step)],
        "unknown": [
            {"revision": each.revision, "file": each.file, "line": each.line, "why": str(each.why)}
            for each in found.blind
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def _json_revision(told: list[Told]) -> dict[str, Any]:
    step = told[0].step
    return {
        "revision": step.revision,
        "message": step.message,
        "file": step.file,
        "changed_since": told[0].changed,
        "statements": [_json_statement(each) for each in told],
        "applied": [_json_run(run) for run in told[0].applied],
    }


def _json_statement(each: Told) -> dict[str, Any]:
    author = each.author
    return {
        "file": None if each.place is None else each.place[0],
        "line": None if each.place is None else each.place[1],
        "what": list(each.touch.verbs),
        "name": str(each.touch.thing),
        "was": None if each.touch.was is None else str(each.touch.was),
        "why_not_known": None if each.touch.why is None else str(each.touch.why),
        "sql": each.item.sql,
        "author": None if author is None else author.author,
        "date": None if author is None else author.time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "commit": None if author is None else author.commit,
        "allowed": [
            {
                "rule": rule,
                "because": one.because,
                "owner": one.owner,
                "until": None if one.until is None else one.until.isoformat(),
                "where": one.where,
            }
            for rule, one in each.allowed
        ],
    }


def _json_run(run: Applied) -> dict[str, Any]:
    receipt = run.receipt
    return {
        "environment": run.environment,
        "entry": receipt.number,
        "kind": receipt.kind,
        "at": receipt.at,
        "by": receipt.name,
        "bundle": receipt.bundle,
        "result": receipt.result,
        "ticket": receipt.ticket,
        "breakglass": receipt.breakglass,
        "verified": receipt.verified,
        "approved": [
            {"role": each.role, "name": each.name, "key": each.key, "carried": each.carried}
            for each in receipt.signatures
        ],
        "reviews": [{"by": each.name, "at": each.at, "because": each.because} for each in run.reviews],
        "set_back": None
        if run.restored is None
        else {
            "entry": run.restored.number,
            "at": run.restored.at,
            "by": run.restored.name,
            "rows": list(run.restored.rows),
            "because": run.restored.because,
        },
    }
