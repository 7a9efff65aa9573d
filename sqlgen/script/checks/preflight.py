"""Steps in, a read-only script out that says whether apply.sql can run: before anybody tries.

It asks what the guard of the script will ask, whether what the statements need is there and what they make is not,
whether the schema is as the revisions were told, what this user may do, who is in the way, and what the server knows of
standbys and backups. It belongs before apply.sql, and also before apply.sql is run again after an error: what the done
steps have decided is not asked then.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlgen.messages import ENGLISH, Message, say, speaking
from sqlgen.schema import Schema
from sqlgen.script.checks import preflight_postgresql
from sqlgen.script.checks import script as checks_script
from sqlgen.script.checks.claims import Claim, claims
from sqlgen.script.checks.model import Check, Report, Section
from sqlgen.script.checks.preflight_checks import Asked, Engine, need
from sqlgen.script.checks.preflight_needs import needed
from sqlgen.script.checks.preflight_touched import touched
from sqlgen.script.existence.asking import exists
from sqlgen.script.path import check, flat, heads, text
from sqlgen.script.target import Target
from sqlgen.segments import Step


@speaking(ENGLISH)
def render(steps: Sequence[Step], target: Target, before: Schema | None = None) -> str:
    """The script, ending with a newline. `before`: the schema where the range begins, where it is at hand: it knows the
    table of an index that is dropped by its name alone.

    Raises what `script.render` raises for steps, revision ids and names that can't stand in a script.
    """
    check(steps, target)
    asked = Asked(tuple(steps), target, needed(steps, target.dialect), touched(steps, target, before))
    asking = engine(target)
    count = len(asked.steps)
    off = (
        _not_asked(say("the database is not on the script's path"), -1, asking),
        _not_asked(say("all of it is done"), count, asking),
    )
    sections = (
        Section(say("the server and the database"), (*asking.identity(asked), *asking.server(asked))),
        Section(say("where the script will start"), tuple(asking.path(asked))),
        Section(say("what its statements need"), (*_needs(asked), *off)),
        Section(say("what the revisions were told of the schema"), tuple(_told(asked, asking))),
        Section(say("what this user may do"), tuple(asking.rights(asked))),
        Section(say("the tables that it touches"), tuple(asking.tables(asked))),
        Section(say("who is in the way"), tuple(asking.sessions(asked))),
        Section(say("what there is to fall back on"), tuple(asking.safety(asked))),
    )
    report = Report("PREFLIGHT", sections, (*asking.begin(asked), *asking.look(asked)))
    return checks_script.render(report, target, file="preflight", what=_what(asked))


def _what(asked: Asked) -> list[Message]:
    steps = asked.steps
    script = "apply.sql" if steps[0].direction == "upgrade" else "rollback.sql"
    start, end = heads(steps[0].before), heads(steps[-1].after)
    found = [say("whether {script} can take the database from {start} to {end}", script=script, start=start, end=end)]
    if any(step.gap is not None for step in steps):
        found.append(say("What a revision behind the gate was told is not checked."))
    return found


def _not_asked(why: Message, state: int, asking: Engine) -> Check:
    return Check(text(say("not asked")), asking.literal(text(why)), states=(state, state))


def _needs(asked: Asked) -> list[Check]:
    found = [(one, exists(one.thing, asked.target.dialect)) for one in asked.needs]
    taken = preflight_postgresql.taken if asked.target.dialect == "postgresql" else lambda _: None
    return [need(one, sql, taken(one.thing)) for one, sql in found if sql is not None]


def _told(asked: Asked, asking: Engine) -> list[Check]:
    """The server's version is asked for already, where the settings say it."""
    said = asked.target.server_version
    return [
        checks_script.claimed(claim, _where(claim), asked.target, asking.literal, (0, claim.until))
        for claim in claims(asked.steps, asked.target)
        if not (claim.what == "server version" and claim.expected == said)
    ]


def _where(claim: Claim) -> str:
    """`file:line (revision): what is asserted`, on one line."""
    line = "" if claim.line is None else f":{claim.line}"
    where = "" if claim.file is None else f"{claim.file}{line} "
    others = "" if not claim.others else f", {say('{count} more place(s)', count=claim.others)}"
    return flat(f"{where}({claim.revision}{others}): {text(claim.subject())}")


def engine(target: Target) -> Engine:
    """The engine's module, loaded when it is first asked."""
    match target.dialect:
        case "postgresql":
            return preflight_postgresql
        case "mysql" | "mariadb":
            from sqlgen.script.checks import preflight_mysql

            return preflight_mysql
        case "mssql":
            from sqlgen.script.checks import preflight_mssql

            return preflight_mssql
        case "oracle":
            from sqlgen.script.checks import preflight_oracle

            return preflight_oracle
        case _:
            from sqlgen.script.checks import preflight_sqlite

            return preflight_sqlite
