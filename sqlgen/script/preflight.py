"""Steps in, a read-only script out that checks what they rely on: whether the database is as the revisions were told.

It prints a line for each assertion, what was expected and what was found where they differ, and a result; it ends with
an error when one does not hold. It belongs before apply.sql, on a database that stands where the range begins.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlgen.messages import Message, say
from sqlgen.script import preflight_mysql, preflight_psql, preflight_sqlite3
from sqlgen.script.claims import Claim, claims
from sqlgen.script.header import bound
from sqlgen.script.path import flat, heads, text
from sqlgen.script.target import Target
from sqlgen.segments import Step


def render(steps: Sequence[Step], target: Target) -> str:
    """The script, ending with a newline; one line of comment when there is nothing to check."""
    found = claims(steps, target)
    if not found:
        return f"-- {text(say('sqlgen: nothing to check: no revision was told anything of the schema it starts at'))}\n"
    lines = [
        "-- " + text(say("sqlgen: assertions for {client}", client=target.client)),
        "--",
        f"-- What:        {text(_what(steps, found))}",
        f"-- Database:    {text(bound(target))}",
        f"-- Run it with: {_command(target)}",
        "-- Result:      " + text(say('the LAST line with "sqlgen result:" tells: PREFLIGHT OK or PREFLIGHT FAILED;')),
        "--              "
        + text(say("the client ends with 0 for the first one. Catalogs are read, nothing is changed.")),
        "--",
    ]
    if any(step.gap is not None for step in steps):
        lines += ["-- " + text(say("What a revision behind the gate was told is not checked.")), "--"]
    match target.client:
        case "psql":
            lines += preflight_psql.body(found, steps[0].before, target, _told)
        case "mysql":
            lines += preflight_mysql.body(found, steps[0].before, target, _told)
        case _:
            lines += preflight_sqlite3.body(found, steps[0].before, target, _told)
    return "\n".join(lines) + "\n"


def _what(steps: Sequence[Step], found: Sequence[Claim]) -> Message:
    return say(
        "what the revisions of {start} -> {end} were told of the schema at {start}: {count} assertion(s)",
        start=heads(steps[0].before),
        end=heads(steps[-1].after),
        count=len(found),
    )


def _command(target: Target) -> str:
    match target.client:
        case "psql":
            return preflight_psql.command(target)
        case "mysql":
            return preflight_mysql.command(target)
        case _:
            return preflight_sqlite3.command(target)


def _told(claim: Claim) -> str:
    """`file:line (revision): what is asserted`, on one line."""
    line = "" if claim.line is None else f":{claim.line}"
    where = "" if claim.file is None else f"{claim.file}{line} "
    others = "" if not claim.others else f", {say('{count} more place(s)', count=claim.others)}"
    return flat(f"{where}({claim.revision}{others}): {_subject(claim)}")


def _subject(claim: Claim) -> Message:
    name = claim.name if claim.schema is None else f"{claim.schema}.{claim.name}"
    match claim.what:
        case "server version":
            return say("the server's version")
        case "relation":
            return say("table or view {name}", name=name)
        case "index":
            return say("index {index} of {name}", index=claim.part, name=name)
        case "sequence" | "type" | "schema":
            return say("{what} {name}", what=claim.what, name=name)
        case "tables" | "views" | "materialized views" | "sequences" | "enums":
            without = f", {say('without {names}', names=', '.join(claim.without))}" if claim.without else ""
            return say("all {what}{within}{without}", what=claim.what, within=_within(claim), without=without)
        case _:
            return say("{what} of {name}", what=claim.what, name=name)


def _within(claim: Claim) -> str:
    return "" if claim.schema is None else str(say(" in {schema}", schema=claim.schema))
