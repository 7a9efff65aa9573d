"""Steps in, a script for sqlite3 out: one transaction for the whole range.

Each user statement leaves a row behind on the line it ends on: the shell runs what stands on one line up to its first
error, so a statement that failed leaves none, and the check at the end, which counts them, rolls everything back. The
rest of the guard is guard's.

The states of a database on the way are the start, the end and the place before a gate. From none of the others, which
are other scripts' ends, can it go on: a script of this client can't skip a step, so it names the one that begins there.

Sources: sqlite.org, cli.html. Tested on 3.40.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.messages import Message, say
from sqlgen.script.form import Form
from sqlgen.script.header import banner, header
from sqlgen.script.marks import Numbers, end_mark, marked
from sqlgen.script.path import after_gate, braces, file_of, quoted, shell, text
from sqlgen.script.sqlite3.guard import (
    ENTER,
    KEYS_BEFORE,
    KEYS_NOW,
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
from sqlgen.script.sqlite3.plan import AT, Plan, hint
from sqlgen.script.sqlite3.result import result
from sqlgen.script.target import Target
from sqlgen.segments import Step


def render(steps: Sequence[Step], target: Target, form: Form) -> str:
    """The whole script, ending with a newline."""
    plan = Plan.of(steps, target)
    lines = [
        *header(
            steps,
            target,
            title=form.title,
            run=command(target, file_of(steps)),
            needs=_needs(),
            result=_result_help(),
            after_gate=after_gate(steps),
        ),
        *_client(target),
        *pins(),
        *_guard(plan),
    ]
    numbers = Numbers()
    for number, step in enumerate(plan.runnable, start=1):
        lines += _step(step, number, plan, numbers)
    lines += [*_finish(plan), *result(plan), *_gate(plan), end_mark(numbers.count)]
    return "\n".join(lines) + "\n"


def command(target: Target, file: str) -> str:
    """The shell command that runs a script of this name."""
    names = target.databases
    database = shell(names[0]) if len(names) == 1 else "DATABASE.db"
    return f"sqlite3 -batch -bail -safe -init /dev/null {database} < {file}.sql > {file}.log 2>&1"


def _needs() -> tuple[Message, ...]:
    return (
        say("sqlite3 3.37 or newer for -safe, which keeps the script inside this one database (3.26 without it)"),
        say("no other writer for longer than the timeout below; those who read may go on until COMMIT"),
    )


def _result_help() -> Message:
    return say(
        'the LAST line with "sqlgen result:" tells: APPLIED, ALREADY APPLIED or NOT APPLIED.\n'
        "sqlite3 ends with 0 for APPLIED, else with 1 (also for ALREADY APPLIED).\n"
        "The script is one transaction: after an error nothing of it stands; remove the cause and run it again.\n"
        "Typed at the prompt (.read), an error in a step leaves the transaction open: type ROLLBACK; then."
    )


def _client(target: Target) -> Iterator[str]:
    """The shell's own switches, whatever its options and ~/.sqliterc say."""
    yield "-- What sqlite3 must do, whatever its options and .sqliterc say."
    yield from (".bail on", ".echo off", ".headers off", ".mode list", ".changes off", ".timer off", ".eqp off")
    yield from (".stats off", f".timeout {target.lock_timeout_ms or 2147483647}")


_PASSED = "3 = (SELECT count(*) FROM temp.sqlgen_guard WHERE what IN ('passed', 'start', 'things'))"


def _told(message: Message) -> str:
    return quoted(f"sqlgen result: {text(message)}")


def _guard(plan: Plan) -> Iterator[str]:
    """A constraint's name is a literal, so what the database holds is printed before the guard looks at it."""
    table, seconds = plan.target.version_table, plan.target.lock_timeout_ms / 1000
    waits = say("for up to {seconds} s", seconds=f"{seconds:g}") if seconds else say("as long as it takes")
    waiting = say("NOT APPLIED yet: waiting, {time}, for the right to write to the database", time=waits)
    yield ""
    yield "-- The guard: does this script belong to this database, as it stands?"
    yield from tables(plan)
    yield "SELECT 'sqlgen: the database file is ' || file FROM pragma_database_list WHERE name = 'main';"
    yield from before_begin(plan)
    yield f"SELECT {_told(waiting)}{_CLOCK};"
    yield from begin(plan)
    yield f"SELECT {quoted(f'sqlgen: {table} holds {{')} || {AT} || '}}' || {hint(plan)};"
    yield from start(plan)
    yield "SELECT 'sqlgen: ' || told FROM temp.sqlgen_things WHERE what = 'start' AND NOT holds"
    yield "  AND EXISTS (SELECT 1 FROM temp.sqlgen_guard WHERE what = 'start');"
    yield from things(plan)
    yield from passed()


_CLOCK = " || strftime(' (%H:%M:%S)', 'now', 'localtime')"


def _step(step: Step, number: int, plan: Plan, numbers: Numbers) -> Iterator[str]:
    total = len(plan.steps)
    yield from banner(step, number, total, say("in the one transaction of the script"))
    running = say(
        "NOT APPLIED yet: at {at}; step {number} of {total} ({revision}) is running; nothing stands before the end",
        at=braces(plan.start),
        number=number,
        total=total,
        revision=step.revision,
    )
    yield f"SELECT {_told(running)}{_CLOCK} WHERE {_PASSED};"
    yield f"INSERT INTO temp.sqlgen_guard VALUES ('began', {number}, julianday('now'));"
    for item in step.items:
        count = numbers.next()
        yield ENTER
        yield marked(item, count, f"; INSERT INTO temp.sqlgen_guard VALUES ('ran', {count}, {count});")
        yield leave(plan)
    yield from stamp(step, plan)
    took = text(say("sqlgen: step {number} of {total} ({revision}) took ", number=number, total=total,
                    revision=step.revision))  # fmt: skip
    yield f"SELECT {quoted(took + ' ')} || printf('%.1f s', 86400 * (julianday('now') - wanted))"
    yield f"  FROM temp.sqlgen_guard WHERE what = 'began' AND found = {number} AND {_PASSED};"


def _finish(plan: Plan) -> Iterator[str]:
    yield from finish(plan)
    yield "SELECT 'sqlgen: ' || count(*) || ' row(s) of ' || child || ' refer to nothing in ' || parent"
    yield f"  FROM temp.sqlgen_keys WHERE {KEYS_NOW} > {KEYS_BEFORE} GROUP BY child, parent;"
    yield from look("end", plan.checks.after)
    yield "SELECT 'sqlgen: ' || told FROM temp.sqlgen_things WHERE what = 'end' AND NOT holds"
    yield "  AND EXISTS (SELECT 1 FROM temp.sqlgen_guard WHERE what = 'whole');"
    yield from commit(plan)


def _gate(plan: Plan) -> Iterator[str]:
    """An error, so that sqlite3 ends with 1."""
    if plan.gate is not None:
        yield "INSERT INTO temp.sqlgen_guard VALUES ('gate', 0, 0);"
