"""Steps in, a script for sqlite3 out: one transaction for the whole range.

The guard is a temporary table with triggers. At the start it aborts a statement only, so that with `.bail on` lost the
transaction stays open and the check at the end, which rolls back, still finds it; a rollback at the start would let
the rest run outside of any transaction. Each user statement leaves a row behind on the line it ends on: the shell runs
what stands on one line up to its first error, so a statement that failed leaves none, and the end check rolls back.

Sources: SQLite manual, CREATE TRIGGER (RAISE), PRAGMA foreign_keys (a no-op inside a transaction), Command Line Shell.
Tested on 3.40.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.messages import Message, say
from sqlgen.script.form import Form
from sqlgen.script.header import banner, header, left_out, unbound
from sqlgen.script.marks import end_mark, marked
from sqlgen.script.path import Heads, after_gate, braces, file_of, first_gap, gate, named, quoted, shell, stamps, text
from sqlgen.script.target import Target
from sqlgen.segments import Step


def render(steps: Sequence[Step], target: Target, form: Form) -> str:
    """The whole script, ending with a newline."""
    gap = first_gap(steps)
    runnable = steps if gap is None else steps[:gap]
    end = steps[0].before if not runnable else runnable[-1].after
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
        *_session(target),
        *_guard(steps, gap, end, target),
    ]
    count = 0
    for number, step in enumerate(runnable, start=1):
        lines += banner(step, number, len(steps), say("in the one transaction of the script"))
        for item in step.items:
            count += 1
            lines.append(marked(item, count, f"; INSERT INTO temp.sqlgen_guard VALUES ('ran', {count}, {count});"))
        lines += _stamp(step, target)
    lines += [*_finish(runnable, end, target), *_result(steps, gap, end, target), end_mark(count)]
    return "\n".join(lines) + "\n"


def command(target: Target, file: str) -> str:
    """The shell command that runs a script of this name."""
    database = "DATABASE.db" if target.database is None else shell(target.database)
    return f"sqlite3 -batch -bail -safe -init /dev/null {database} < {file}.sql > {file}.log 2>&1"


def _needs() -> tuple[Message, ...]:
    return (
        say("sqlite3 3.37 or newer for -safe, which keeps the script inside this one database (3.26 without it)"),
        say("the file sqlite3 itself: another tool does not know .bail and may run on after an error"),
    )


def _result_help() -> Message:
    return say(
        'the LAST line with "sqlgen result:" tells: APPLIED, ALREADY APPLIED or NOT APPLIED.\n'
        "sqlite3 ends with 0 for APPLIED, else with 1 (also for ALREADY APPLIED).\n"
        "The script is one transaction: after an error nothing of it stands."
    )


def _table(target: Target) -> str:
    return named(target.version_table, target.version_table_schema or "main")


def _master(target: Target) -> str:
    return named("sqlite_master", target.version_table_schema or "main")


def _session(target: Target) -> Iterator[str]:
    timeout = target.lock_timeout_ms or 2147483647
    yield ".bail on"
    yield ".echo off"
    yield ".headers off"
    yield ".mode list"
    yield f".timeout {timeout}"
    yield "-- Off for the transaction, as a table that is rebuilt is dropped for a moment; checked at the end instead."
    yield "PRAGMA foreign_keys = OFF;"
    yield "PRAGMA legacy_alter_table = OFF;"


def _rows(target: Target) -> str:
    """SQL for the version table's rows, sorted by bytes, with a comma between them; a NULL row shows as NULL."""
    inner = f"SELECT coalesce(version_num, 'NULL') AS row FROM {_table(target)} ORDER BY 1"
    return f"(SELECT coalesce(group_concat(row, ','), '') FROM ({inner}))"


def _state(target: Target) -> str:
    """SQL for what the guard compares: how many rows, and the rows."""
    return f"(SELECT count(*) FROM {_table(target)}) || ':' || {_rows(target)}"


def _wanted(rows: Heads) -> str:
    return f"{len(rows)}:{','.join(rows)}"


def _trigger(name: str, condition: str, action: str, message: str) -> Iterator[str]:
    yield f"CREATE TEMP TRIGGER sqlgen_{name} BEFORE INSERT ON sqlgen_guard"
    yield f"WHEN {condition}"
    yield f"BEGIN SELECT RAISE({action}, {quoted(message)}); END;"


def _told(message: Message) -> str:
    return "sqlgen result: " + text(message)


def _guard(steps: Sequence[Step], gap: int | None, end: Heads, target: Target) -> Iterator[str]:
    """RAISE takes a literal only (before 3.47), so what the table holds is printed before the guard looks at it."""
    start, name = steps[0].before, target.version_table
    yield "-- The guard: does this script belong to this database, as it stands?"
    yield "CREATE TEMP TABLE sqlgen_guard (what TEXT NOT NULL, found, wanted);"
    if target.database is not None:
        told = say(
            "NOT APPLIED: this script is for the database file {database}; nothing was changed",
            database=target.database,
        )
        yield from _trigger("database", "NEW.what = 'database' AND NEW.found IS NOT NEW.wanted", "ABORT", _told(told))
    if start:
        told = say("NOT APPLIED: there is no table {table} in this database; nothing was changed", table=name)
        yield from _trigger("table", "NEW.what = 'table' AND NEW.found IS NOT NEW.wanted", "ABORT", _told(told))
    about = unbound(target) + left_out(steps)
    already = f"ALREADY APPLIED: the database is at {braces(end)}{about}; nothing was changed"
    if gap is not None:
        already = _gate(steps, gap, target)
    condition = f"NEW.what = 'start' AND NEW.found IS {quoted(_wanted(end))}"
    yield from _trigger("already", condition, "ABORT", "sqlgen result: " + already)
    told = say(
        "NOT APPLIED: this script goes from {start} to {end}, the line above says what {table} holds; "
        "nothing was changed",
        start=braces(start),
        end=braces(end),
        table=name,
    )
    condition = f"NEW.what = 'start' AND NEW.found IS NOT NEW.wanted AND NEW.found IS NOT {quoted(_wanted(end))}"
    yield from _trigger("start", condition, "ABORT", _told(told))
    told = say("NOT APPLIED: a stamp did not hit exactly one row; nothing was changed")
    yield from _trigger("stamp", "NEW.what = 'stamp' AND NEW.found IS NOT NEW.wanted", "ABORT", _told(told))
    told = say("NOT APPLIED: the guard, a statement or a stamp failed; everything was rolled back")
    yield from _trigger("whole", "NEW.what = 'whole' AND NEW.found IS NOT NEW.wanted", "ROLLBACK", _told(told))
    told = say("NOT APPLIED: the final check failed; everything was rolled back")
    condition = (
        "NEW.what = 'end' AND (NEW.found IS NOT NEW.wanted\n"
        "  OR NOT EXISTS (SELECT 1 FROM temp.sqlgen_guard WHERE what = 'whole'))"
    )
    yield from _trigger("end", condition, "ROLLBACK", _told(told))
    told = say("NOT APPLIED: there are new violations of foreign keys; everything was rolled back")
    condition = (
        "NEW.what = 'keys after' AND NEW.found > (SELECT found FROM temp.sqlgen_guard WHERE what = 'keys before')"
    )
    if gap is not None:
        yield from _trigger("gate", "NEW.what = 'gate'", "ABORT", "sqlgen gate: the line above says what to do")
    yield from _trigger("keys", condition, "ROLLBACK", _told(told))
    if target.database is not None:
        end_of_path = f"replace(substr('/' || file, -{len(target.database) + 1}), '\\', '/')"
        yield "INSERT INTO temp.sqlgen_guard SELECT 'database', 1, EXISTS (SELECT 1 FROM pragma_database_list"
        yield f"  WHERE name = 'main' AND {end_of_path} = {quoted('/' + target.database)});"
    yield "BEGIN IMMEDIATE;"
    if start:
        yield f"INSERT INTO temp.sqlgen_guard SELECT 'table', count(*), 1 FROM {_master(target)}"
        yield f"  WHERE type = 'table' AND name = {quoted(name)};"
    else:
        constraint = named(f"{name}_pkc")
        yield f"CREATE TABLE IF NOT EXISTS {_table(target)} ("
        yield f"  version_num VARCHAR(32) NOT NULL, CONSTRAINT {constraint} PRIMARY KEY (version_num)"
        yield ");"
    yield f"SELECT {quoted(f'sqlgen: {name} holds {{')} || {_rows(target)} || '}}';"
    yield f"INSERT INTO temp.sqlgen_guard SELECT 'start', {_state(target)}, {quoted(_wanted(start))};"
    yield "INSERT INTO temp.sqlgen_guard SELECT 'keys before', count(*), 0 FROM pragma_foreign_key_check;"
    told = say(
        "NOT APPLIED yet: at {start}; if this is the last such line, an error stopped the script; nothing of it stands",
        start=braces(start),
    )
    yield f"SELECT {quoted(_told(told))} WHERE EXISTS (SELECT 1 FROM temp.sqlgen_guard WHERE what = 'start');"


def _gate(steps: Sequence[Step], gap: int, target: Target) -> str:
    return text(gate(steps, gap)) + unbound(target)


def _stamp(step: Step, target: Target) -> Iterator[str]:
    """changes() counts the rows of the statement before it."""
    for one in stamps(step.before, step.after):
        if one.old is None:
            yield f"INSERT INTO {_table(target)} (version_num) VALUES ({quoted(one.new or '')});"
        elif one.new is None:
            yield f"DELETE FROM {_table(target)} WHERE version_num = {quoted(one.old)};"
        else:
            where = f"WHERE version_num = {quoted(one.old)}"
            yield f"UPDATE {_table(target)} SET version_num = {quoted(one.new)} {where};"
        yield "INSERT INTO temp.sqlgen_guard SELECT 'stamp', changes(), 1;"


def _finish(steps: Sequence[Step], end: Heads, target: Target) -> Iterator[str]:
    """The first check does not read the version table: where that is missing, a check that does would not even start,
    and what ran would be committed."""
    items = sum(len(step.items) for step in steps)
    stamped = sum(len(stamps(step.before, step.after)) for step in steps)
    before = ("start",) if target.database is None else ("database", "start")
    kinds = ", ".join(quoted(kind) for kind in (*before, "ran", "stamp"))
    yield ""
    yield "-- The end: everything ran, the version table holds what it must, no foreign key was broken."
    yield "INSERT INTO temp.sqlgen_guard"
    yield f"  SELECT 'whole', count(*), {len(before) + items + stamped} FROM temp.sqlgen_guard WHERE what IN ({kinds});"
    yield "INSERT INTO temp.sqlgen_guard SELECT 'keys after', count(*), 0 FROM pragma_foreign_key_check;"
    yield f"INSERT INTO temp.sqlgen_guard SELECT 'end', {_state(target)}, {quoted(_wanted(end))};"
    yield "COMMIT;"


def _result(steps: Sequence[Step], gap: int | None, end: Heads, target: Target) -> Iterator[str]:
    at = f"': the database is at {{' || {_rows(target)} || {quoted('}' + unbound(target) + left_out(steps))}"
    yield ""
    yield "-- The result, computed from the database."
    yield "SELECT 'sqlgen result: ' || CASE"
    if gap is not None:  # its text says itself where the database is
        reached = f"{_state(target)} IS {quoted(_wanted(end))}"
        if target.database is not None:
            reached += " AND EXISTS (SELECT 1 FROM temp.sqlgen_guard WHERE what = 'database')"
        yield f"  WHEN {reached}"
        yield f"  THEN {quoted(_gate(steps, gap, target))}"
        yield f"  ELSE 'NOT APPLIED' || {at} END;"
        yield "INSERT INTO temp.sqlgen_guard VALUES ('gate', 0, 0);"
        return
    if target.database is not None:
        yield "  WHEN NOT EXISTS (SELECT 1 FROM temp.sqlgen_guard WHERE what = 'database') THEN 'NOT APPLIED'"
    yield f"  WHEN {_state(target)} IS NOT {quoted(_wanted(end))} THEN 'NOT APPLIED'"
    yield "  WHEN EXISTS (SELECT 1 FROM temp.sqlgen_guard WHERE what = 'end') THEN 'APPLIED'"
    yield f"  ELSE 'ALREADY APPLIED' END || {at};"
