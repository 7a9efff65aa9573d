"""Steps in, a script for psql out.

The session is read-only until a guard opens it. A guard at the top finds out where the database stands on the path of
the script; each step stands in a transaction of its own, guarded again inside, so that neither a pasted script (client
commands lost, errors ignored) nor a second runner gets past it. Steps that are done are skipped, so a run resumes.

Sources: PostgreSQL manual, psql; 13.3.5 Advisory Locks; default_transaction_read_only (20.11.1). Tested on 15.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.messages import Message, say
from sqlgen.script.form import Form
from sqlgen.script.header import banner, header, left_out, unbound
from sqlgen.script.marks import Numbers, end_mark
from sqlgen.script.path import braces, file_of, gap_reason, named, quoted, shell, text
from sqlgen.script.plan import in_parts, mark_prefix, mode, parts
from sqlgen.script.psql import guard as psql_guard
from sqlgen.script.psql import parts as psql_parts
from sqlgen.script.psql import session as psql_session
from sqlgen.script.psql import undo as psql_undo
from sqlgen.script.psql.blocks import (
    Entry,
    array,
    asked,
    block,
    ended,
    guard,
    query_heads,
    query_mark,
    regclass,
    running,
    setting,
    stamp,
    write_mark,
)
from sqlgen.script.psql.place import statements
from sqlgen.script.target import Target
from sqlgen.script.undo import Undo
from sqlgen.segments import Step


def render(steps: Sequence[Step], target: Target, form: Form) -> str:
    """The whole script, ending with a newline."""
    numbers = Numbers()
    lines = [
        *header(
            steps,
            target,
            title=form.title,
            run=command(target, file_of(steps)),
            needs=_needs(target),
            result=_result_help(),
            after_gate=say("Bring the database to what it says there; run this script again for the rest."),
        ),
        *psql_session.client(steps),
        *psql_guard.guard(steps, target, form),
        *_steps(steps, target, form, numbers),
        *_result(steps, target, form.part),
        end_mark(numbers.count),
    ]
    return "\n".join(lines) + "\n"


def command(target: Target, file: str) -> str:
    """The shell command that runs a script of this name."""
    database = shell(target.databases[0]) if len(target.databases) == 1 else "DATABASE"
    return f"psql -X -v ON_ERROR_STOP=1 -d {database} -f {file}.sql > {file}.log 2>&1"


def _needs(target: Target) -> tuple[Message, ...]:
    server = (
        say("PostgreSQL 10 or newer")
        if target.server_version is None
        else say("PostgreSQL {version}, for which it was checked", version=target.server_version)
    )
    direct = say("a direct connection: not a pooler that shares sessions; no psql option -1")
    client = say("psql 10 or newer, {server}", server=server)
    if target.environment is None or len(target.databases) != 1:
        return client, direct
    marked = "ALTER DATABASE {database} SET sqlgen.environment = '{name}'"
    mark = say(
        "a database that is not marked for another environment. Mark it once: {command}",
        command=marked.format(database=named(target.databases[0]), name=target.environment.replace("'", "''")),
    )
    return client, direct, mark


def _result_help() -> Message:
    return say(
        'the LAST line with "sqlgen result:" tells: APPLIED, ALREADY APPLIED or NOT APPLIED.\n'
        "psql ends with 0 for the first two, else with 3 (an SQL error), 2 (connection lost) or 1.\n"
        "After an error the failed step is rolled back and the steps before it stand; remove the cause\n"
        "and run this script again: it goes on where it stopped. A psql in which it was typed (\\i) stays\n"
        "read-only after an error: end it, or RESET default_transaction_read_only there."
    )


def _steps(steps: Sequence[Step], target: Target, form: Form, numbers: Numbers) -> Iterator[str]:
    """Each step under a condition that skips it where it is done; those that share a transaction stand in one."""
    for group in _groups(steps, target):
        shared = len(group) > 1
        if shared:
            yield ""
            yield f"-- steps {group[0] + 1} to {group[-1] + 1} are one transaction"
            yield from asked(f"{setting('sqlgen.at')} < {group[-1] + 1}")
            yield "BEGIN READ WRITE;"
            yield r"\endif"
        for index in group:
            yield from _step(steps, index, target, form, numbers, shared=shared)
        if shared:
            yield from _commit(group, len(steps))


def _groups(steps: Sequence[Step], target: Target) -> Iterator[list[int]]:
    """The indexes of the steps: those that are one transaction together, each other step by itself."""
    whole = mode(target) == "range"
    group: list[int] = []
    for index, step in enumerate(steps):
        if whole and step.gap is None and not in_parts(step, target):
            group.append(index)
            continue
        yield from ([group] if group else [])
        yield [index]
        group = []
    yield from ([group] if group else [])


def _commit(group: list[int], total: int) -> Iterator[str]:
    values = {"first": group[0] + 1, "last": group[-1] + 1, "total": total}
    good = say("sqlgen: steps {first} to {last} of {total} are committed", **values)
    bad = say("sqlgen: steps {first} to {last} of {total} are NOT confirmed to be committed", **values)
    yield from asked(f"{setting('sqlgen.at')} < {group[-1] + 1}")
    yield "COMMIT;"
    yield f"SELECT CASE current_setting('sqlgen.stood', true) WHEN '{group[-1] + 1}'"
    yield f"  THEN {quoted(text(good))} ELSE {quoted(text(bad))} END;"
    yield r"\endif"


def _step(
    steps: Sequence[Step], index: int, target: Target, form: Form, numbers: Numbers, *, shared: bool
) -> Iterator[str]:
    step, number, total = steps[index], index + 1, len(steps)
    way = psql_undo.of(step, form.undo)
    yield from banner(step, number, total, _note(step, target, way, shared=shared))
    yield from asked(f"{setting('sqlgen.at')} < {number}")
    if step.gap is not None:
        yield from _gate(step, target)
    elif in_parts(step, target):
        yield from psql_parts.render(step, number, total, target, way, numbers, form.part)
    else:
        yield from _transaction(step, number, total, target, way, numbers, shared=shared)
    yield r"\else"
    yield rf"\echo [sqlgen] step {number} of {total}: {step.revision} was done before, skipped"
    yield r"\endif"


def _note(step: Step, target: Target, way: Undo | None, *, shared: bool) -> Message:
    back = say("") if way is None else psql_undo.note(way)
    if step.gap is not None:
        return say("GATE: could not be rendered")
    if in_parts(step, target):
        count = len(parts(step, target))
        return say(
            "{count} part(s) that commit one by one; a repeated run goes on after the last{back}",
            count=count,
            back=back,
        )
    if shared:
        return say("in the transaction of its neighbours{back}", back=back)
    return say("one transaction{back}", back=back)


def _transaction(
    step: Step, number: int, total: int, target: Target, way: Undo | None, numbers: Numbers, *, shared: bool
) -> Iterator[str]:
    """Guard, statements, stamp. A shared transaction is begun before the first of its steps, ended behind the last."""
    values = {"number": number, "total": total, "revision": step.revision}
    found = () if way is None else tuple(psql_undo.as_found(target))
    entry = Entry(psql_undo.heads(step, way), psql_undo.shown(step, way), more=found)
    if not shared:
        yield "BEGIN READ WRITE;"
    yield from guard(step, number, target, entry)
    if shared:
        yield running(number, total, step, say("all of its transaction is rolled back if it fails"), at=None, back=None)
    else:
        at, back = say("{heads}", heads=braces(step.before)), psql_undo.middle(step, way)
        yield running(number, total, step, say("it is rolled back if it fails"), at=at, back=back)
    yield from statements(step.items, 0, way, numbers)
    clear = () if way is None else tuple(write_mark(target, "''"))
    yield from stamp(step, number, target, first=clear, back=way is not None)
    bad = say("sqlgen: step {number} of {total} ({revision}) is NOT confirmed to be done", **values)
    if shared:
        yield ended(
            str(number), say("sqlgen: step {number} of {total} ({revision}) ran, uncommitted, in", **values), bad
        )
    else:
        yield "COMMIT;"
        yield ended(str(number), say("sqlgen: step {number} of {total} ({revision}) done in", **values), bad)


def _gate(step: Step, target: Target) -> Iterator[str]:
    fact = say(
        "NOT APPLIED: at {at}; the script stops before revision {revision}",
        at=braces(step.before),
        revision=step.revision,
    )
    hint = say(
        "Bring the database to {reached} by hand or with alembic ({table} must show it), then run this script again.",
        reached=braces(step.after),
        table=target.version_table,
    )
    yield from block(
        f"  RAISE EXCEPTION USING MESSAGE = {quoted(f'sqlgen result: {text(fact)}' + unbound(target))},",
        f"    DETAIL = {quoted(gap_reason(step))},",
        f"    HINT = {quoted(text(hint))};",
    )


def _result(steps: Sequence[Step], target: Target, part: int | None) -> Iterator[str]:
    """The last line; after a success the session is as free as it was before. `part`: what the script ends with, where
    that is not its last step's end."""
    half = () if part is None or part == len(parts(steps[0], target)) else _half(steps[0], part, target)
    yield ""
    yield "-- The result, computed from the database."
    yield from block(
        f"  IF {regclass(target)} IS NOT NULL THEN",
        f"    {query_heads(target)}",
        f"    found_mark := {query_mark(target)};",
        "  END IF;",
        "  PERFORM set_config('sqlgen.result', CASE",
        "    WHEN coalesce(current_setting('sqlgen.at', true), '') = ''",
        "      THEN 'NOT APPLIED: the guard at the top refused'",
        *half,
        f"    WHEN found_heads <> {array(steps[-1].after)} OR found_mark <> '' THEN 'NOT APPLIED'",
        f"    WHEN current_setting('sqlgen.at') = '{len(steps)}' THEN 'ALREADY APPLIED'",
        "    ELSE 'APPLIED' END || ': database ' || quote_ident(current_database())",
        f"    || ' is at ' || found_heads::text{_about(steps, target)}, false);",
        "  IF current_setting('sqlgen.result') NOT LIKE 'NOT %' THEN",
        "    PERFORM set_config('sqlgen.at', '', false), set_config(name, reset_val, false),",
        f"      pg_advisory_unlock({psql_guard.lock_keys(target)})",
        "    FROM pg_settings WHERE name = 'default_transaction_read_only';",
        "  END IF;",
        declare=("found_heads text[] := '{}';", "found_mark text := '';"),
    )
    yield "SELECT 'sqlgen result: ' || current_setting('sqlgen.result');"


def _half(step: Step, part: int, target: Target) -> Iterator[str]:
    """Of a part that is not the last: whether it stands, by the record."""
    count = len(parts(step, target))
    stands = (quoted(f"{mark_prefix(step)}{number} of {count} stands") for number in range(part, count))
    up_to = say("APPLIED up to part {part} of {count} of {revision}", part=part, count=count, revision=step.revision)
    yield f"    WHEN found_heads = {array(step.before)} AND found_mark IN ({', '.join(stands)})"
    yield f"      THEN CASE WHEN current_setting('sqlgen.done')::int < {part} THEN '' ELSE 'ALREADY ' END"
    yield f"        || {quoted(text(up_to))}"


def _about(steps: Sequence[Step], target: Target) -> str:
    about = unbound(target) + left_out(steps)
    return f" || {quoted(about)}" if about else ""
