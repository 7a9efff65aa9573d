"""Steps in, plain SQL for SQLite out: DBeaver, Navicat, SQLiteStudio, Python's sqlite3, whatever hands SQL on.

The guard is that of the script for sqlite3. Whether a statement ran is found out by SQL alone: one that makes or drops
something by the catalog, one that changes rows by changes() and total_changes(), which are set before it. A statement
that could not be parsed leaves them as they were; one that failed sets changes() to 0 (measured on 3.40; vdbeaux.c,
sqlite3VdbeHalt), as one does that found no row. So the result names the statements that changed none.

A trigger can't stand in it: a tool that cuts it at its semicolons would run its END alone, which is COMMIT.

Sources: sqlite.org, lang_corefunc.html (changes, total_changes). Tested on 3.40.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.facts.vocabulary import Delete, Insert, Maintain, Select, SetOption, Update
from sqlgen.messages import Message, say
from sqlgen.script.existence.asking import holds
from sqlgen.script.form import Form
from sqlgen.script.header import banner, header
from sqlgen.script.marks import Numbers, marked
from sqlgen.script.path import after_gate, quoted, text
from sqlgen.script.plain.text import closed, has_terminator, needs
from sqlgen.script.sqlite3.guard import (
    ENTER,
    before_begin,
    begin,
    commit,
    finish,
    leave,
    look,
    passed,
    pins,
    stamp,
    start,
    tables,
    things,
)
from sqlgen.script.sqlite3.plan import Plan
from sqlgen.script.sqlite3.result import result
from sqlgen.script.sqlite3.things import asked_of
from sqlgen.script.target import Target
from sqlgen.script.things import after
from sqlgen.segments import Item, Step


def render(steps: Sequence[Step], target: Target, form: Form, run: str) -> str:
    """The whole script, ending with a newline."""
    plan = Plan.of(steps, target)
    lines = [
        *header(
            steps,
            target,
            title=form.title,
            run=run,
            needs=(*_needs(), *needs(steps)),
            result=_result_help(),
            after_gate=after_gate(steps),
        ),
        *pins(),
        f"PRAGMA busy_timeout = {target.lock_timeout_ms or 2147483647};",
        "",
        "-- The guard: does this script belong to this database, as it stands?",
        *tables(plan),
        *before_begin(plan),
        *begin(plan),
        *start(plan),
        *things(plan),
        *passed(),
    ]
    numbers = Numbers()
    for number, step in enumerate(plan.runnable, start=1):
        lines += banner(step, number, len(steps), say("in the one transaction of the script"))
        for item in step.items:
            lines += [ENTER, *_statement(item, numbers.next()), leave(plan)]
        lines += stamp(step, plan)
    lines += [*finish(plan), *look("end", plan.checks.after), *commit(plan), *result(plan, _doubts())]
    return closed(lines, numbers)


def _needs() -> tuple[Message, ...]:
    return (
        say("a tool that commits by itself (auto-commit), with no transaction open; SQLite 3.16 or newer"),
        say("not DB Browser for SQLite: it keeps a transaction open, in which this script refuses to run"),
        say("no other writer for longer than the timeout below; those who read may go on until COMMIT"),
    )


def _result_help() -> Message:
    return say(
        'the LAST result, "sqlgen result: …", tells: APPLIED, ALREADY APPLIED or NOT APPLIED.\n'
        "Where the tool stops at an error there is none: then the error tells, and nothing was applied.\n"
        "Run ROLLBACK then, or disconnect: the transaction may still be open. Remove the cause and run it all again."
    )


def _statement(item: Item, number: int) -> Iterator[str]:
    """The statement between what tells whether it ran: a row 'ran', with how many rows it changed, where it counts."""
    made = after(item)
    changes = bool(item.facts) and all(isinstance(fact, Insert | Update | Delete) for fact in item.facts)
    if changes:
        yield f"INSERT INTO temp.sqlgen_guard SELECT 'armed', {number}, total_changes();"
    yield marked(item, number)
    if changes:
        more = " AND changes() > 0" if _must_hit(item) else ""
        yield f"INSERT INTO temp.sqlgen_guard SELECT 'ran', {number}, changes() FROM temp.sqlgen_guard"
        yield f"  WHERE what = 'armed' AND found = {number}"
        yield f"  AND NOT (changes() = 1 AND total_changes() = wanted + 1){more};"
    elif made and all(asked_of(thing) for thing, _ in made):
        yield f"INSERT INTO temp.sqlgen_guard SELECT 'ran', {number}, 1 WHERE {holds(made, 'sqlite')};"
    else:
        known = bool(item.facts) and all(isinstance(fact, Select | SetOption | Maintain) for fact in item.facts)
        yield f"INSERT INTO temp.sqlgen_guard VALUES ('ran', {number}, {1 if known else 'NULL'});"


def _must_hit(item: Item) -> bool:
    """Whether a run that changes no row has failed."""
    return any(isinstance(fact, Insert) and bool(fact.rows) and not fact.guarded for fact in item.facts)


def _doubts() -> str:
    """SQL for what the result says of statements that may have failed while their errors were ignored."""
    none = text(say("; these statements changed no row, which is an error only where the tool showed one: "))
    unseen = text(say("; whether these statements ran is not known: "))
    found = "FROM temp.sqlgen_guard WHERE what = 'ran' AND wanted"
    numbers = "group_concat(found, ', ')"
    listed = f"SELECT substr({numbers}, 1, 40) || CASE WHEN length({numbers}) > 40 THEN ' …' ELSE '' END"
    return (
        f"coalesce({quoted(none + ' ')} || ({listed} {found} = 0), '')\n"
        f"    || coalesce({quoted(unseen + ' ')} || ({listed} {found} IS NULL), '')"
    )


def problems(item: Item) -> Iterator[tuple[Message, Message]]:
    """A body with semicolons."""
    if has_terminator(item, "sqlite"):
        yield (
            say("it has semicolons in it, at which some tools cut it, and an END alone is COMMIT"),
            say("Run it with sqlite3: make the script without --client plain."),
        )
