"""Steps in, a read-only script out that says whether the database is what they make of it: behind apply.sql or
rollback.sql.

The catalogs are compared with the schema that replaying the steps gives, table by table. What is not known is said.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlgen.messages import ENGLISH, say, speaking
from sqlgen.schema import Schema
from sqlgen.script.checks import script as checks_script
from sqlgen.script.checks.index_words import MAY_BE_CUT
from sqlgen.script.checks.model import Check, Report, Section
from sqlgen.script.checks.postcheck_claims import There, Unsure, expected
from sqlgen.script.checks.preflight import engine
from sqlgen.script.checks.preflight_checks import Asked, Engine, existing, holds
from sqlgen.script.existence.asking import exists
from sqlgen.script.path import check, flat, heads, text
from sqlgen.script.target import Target
from sqlgen.segments import Step


@speaking(ENGLISH)
def render(steps: Sequence[Step], target: Target, before: Schema) -> str:
    """The script, ending with a newline. `before`: the schema where the steps begin.

    Raises what `script.render` raises for steps, revision ids and names that can't stand in a script.
    """
    check(steps, target)
    asked = Asked(tuple(steps), target, (), ())
    asking = engine(target)
    claims, rest, unsure = expected(steps, target, before)
    compared = [
        checks_script.claimed(claim, flat(f"({claim.revision}): {text(claim.subject())}"), target, asking.literal)
        for claim in claims
    ]
    sections = (
        Section(say("the database"), tuple(asking.identity(asked))),
        Section(say("the version table"), tuple(_stamped(asked, asking))),
        Section(say("the schema that the revisions make"), (*compared, *_things(rest, target))),
        Section(say("what is not compared"), tuple(_not_compared(unsure, target, asking))),
    )
    report = Report("POSTCHECK", sections, tuple(asking.begin(asked)))
    script = "apply.sql" if steps[0].direction == "upgrade" else "rollback.sql"
    start, end = heads(steps[0].before), heads(steps[-1].after)
    what = say(
        "whether the database is what {script} makes of it, {start} -> {end}", script=script, start=start, end=end
    )
    return checks_script.render(report, target, file="postcheck", what=[what])


def _stamped(asked: Asked, asking: Engine) -> list[Check]:
    end = heads(asked.steps[-1].after)
    same = f"{asking.HEADS} = {asking.literal(end)}"
    told = say("the revision that the database is at")
    return [holds(told, same, end, asking.HEADS, asking.literal), *asking.record(asked)]


def _things(rest: Sequence[There], target: Target) -> list[Check]:
    found = [(one, exists(one.thing, target.dialect)) for one in rest]
    return [existing(one.thing, one.there, f"({one.revision})", sql) for one, sql in found if sql is not None]


def _not_compared(unsure: Sequence[Unsure], target: Target, asking: Engine) -> list[Check]:
    notes = [(one.about, one.revision) for one in unsure]
    shown = [Check(f"({revision})", asking.literal(text(about))) for about, revision in notes]
    of_indexes = say("expressions, predicates, classes of operators, collations and storage")
    general = say("defaults, comments, the text of CHECK constraints and of views, functions, rights and rows")
    if target.dialect in ("mysql", "mariadb"):
        of_indexes = say("expressions, methods, DESC, and prefixes of {length} and more", length=MAY_BE_CUT)
        general = say(
            "defaults, comments, character sets, the text of CHECK constraints and of views, functions, rights and rows"
        )
    if target.dialect == "sqlite":
        of_indexes = say("expressions, predicates and collations")
        general = say(
            "CHECK constraints, the length of types, defaults, what PRIMARY KEY alone makes NOT NULL, "
            "the text of views and triggers, and rows"
        )
    if target.dialect in ("mssql", "oracle"):
        of_indexes = say("all but names, columns and UNIQUE")
    return [
        *shown,
        Check(text(say("of all tables")), asking.literal(text(general))),
        Check(text(say("of all indexes")), asking.literal(text(of_indexes))),
    ]
