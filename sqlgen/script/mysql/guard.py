"""Steps in, the guard of a mysql script out: does it belong to this database, and where on its path does that stand?

@sqlgen_step counts the steps that are done, @sqlgen_done the parts of the step after them. In a rollback that starts in
the middle of an upgrade @sqlgen_undo is 1 and @sqlgen_behind says how many parts of the upgrade stood: the version
table is then where that step ends.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.messages import Message, say
from sqlgen.script.header import left_out, unbound
from sqlgen.script.mysql.blocks import ROWS, keep, literal, prepared, progress, quoted_name, stop, table, unlock
from sqlgen.script.mysql.engines import question as engines
from sqlgen.script.mysql.engines import reason as without_transactions
from sqlgen.script.mysql.parts import blocks, carried, records
from sqlgen.script.mysql.path import Script, counted, where
from sqlgen.script.mysql.server import NOTHING, questions, reasons
from sqlgen.script.path import braces, gate, heads, text
from sqlgen.script.plan import progress_table
from sqlgen.script.target import Target
from sqlgen.segments import Step


def guard(script: Script) -> Iterator[str]:
    """From the session to @sqlgen_ok, and the tables that the script needs."""
    target, start = script.target, script.steps[0].before
    yield ""
    yield "-- The guard: does this script belong to this database, as it stands?"
    yield "SET @sqlgen_ok = 0, @sqlgen_why = '', @sqlgen_rows = 0, @sqlgen_at = '', @sqlgen_mark = '';"
    yield "SET @sqlgen_step = NULL, @sqlgen_from = NULL, @sqlgen_done = 0, @sqlgen_undo = 0, @sqlgen_behind = 0;"
    yield from questions(script.steps, target)
    yield from _read(target)
    yield from where(script)
    yield from engines(script)
    yield "SET @sqlgen_why = CASE"
    yield from (f"  {line}" for line in reasons(target))
    yield from (f"  {line}" for line in _reasons(script))
    yield "  ELSE '' END;"
    yield "SET @sqlgen_ok = (@sqlgen_why = ''), @sqlgen_from = @sqlgen_step;"
    yield from _opened(script)
    yield from stop("@sqlgen_ok = 1", "sqlgen guard: stopped, the line above says why")
    begins = f"@sqlgen_ok = 1 AND @sqlgen_step < {len(script.steps)}"
    if not start:
        yield from _made(target, f"{begins} AND @sqlgen_table = 0", table(target), _version_table(target))
    if script.recorded:
        columns = "one TINYINT NOT NULL PRIMARY KEY, record VARCHAR(500) NOT NULL"
        yield from _made(target, begins, progress(target), f"({columns}) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4")


def _version_table(target: Target) -> str:
    constraint = quoted_name(f"{target.version_table}_pkc")
    return f"(version_num VARCHAR(32) NOT NULL, CONSTRAINT {constraint} PRIMARY KEY (version_num)) ENGINE = InnoDB"


def _made(target: Target, condition: str, name: str, columns: str) -> Iterator[str]:
    """CREATE TABLE IF NOT EXISTS, where the condition holds; where it fails, nothing more runs."""
    yield f"SET @sqlgen_run = COALESCE({condition}, 0);"
    yield unlock(target, "@sqlgen_run = 1")
    create = literal(f"CREATE TABLE IF NOT EXISTS {name} {columns}")
    yield f"SET @sqlgen_sql = IF(@sqlgen_run = 1,\n  {create}, 'DO 0');"
    yield "PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;"
    yield "SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @@error_count = 0), 0);"
    yield "DEALLOCATE PREPARE sqlgen_sql;"


def read_version(target: Target) -> Iterator[str]:
    """@sqlgen_table: whether there is a version table; @sqlgen_rows and @sqlgen_at: what it holds."""
    yield f"SELECT COUNT(*) INTO @sqlgen_table {_of(target)} {literal(target.version_table)};"
    rows = literal(f"SELECT {ROWS} INTO @sqlgen_rows, @sqlgen_at FROM {table(target)}")
    yield from prepared(f"IF(@sqlgen_table = 1,\n  {rows}, 'DO 0')")


def _of(target: Target) -> str:
    schema = "DATABASE()" if target.version_table_schema is None else literal(target.version_table_schema)
    return f"FROM information_schema.tables WHERE table_schema = {schema} AND table_name ="


def _read(target: Target) -> Iterator[str]:
    """What the version table and the record say."""
    yield from read_version(target)
    yield f"SELECT COUNT(*) INTO @sqlgen_records {_of(target)} {literal(progress_table(target))};"
    record = literal(f"SELECT COALESCE(MAX(record), '') INTO @sqlgen_mark FROM {progress(target)}")
    yield from prepared(f"IF(@sqlgen_records = 1,\n  {record}, 'DO 0')")


# ---- why it refuses


def _reasons(script: Script) -> Iterator[str]:
    target, steps = script.target, script.steps
    if steps[0].before:
        told = say("NOT APPLIED: there is no table {table} in database ", table=target.version_table)
        yield f"WHEN @sqlgen_table = 0\n  THEN CONCAT({literal(keep(told))}, DATABASE(), {literal('.' + NOTHING)})"
    yield from without_transactions()
    if script.how == "plain":
        yield from _plain_only(script)
    else:
        yield from _half_done(script)
    told = say(
        "NOT APPLIED: this script goes from {start} to {end}; {table} holds {{",
        start=braces(steps[0].before),
        end=braces(script.end),
        table=target.version_table,
    )
    yield f"WHEN @sqlgen_step IS NULL\n  THEN CONCAT({literal(keep(told))}, @sqlgen_at, {literal('}.' + NOTHING)})"


def _off_path(script: Script) -> str:
    states = [script.steps[0].before, *(step.after for step in script.steps)]
    known = ", ".join(f"CAST({literal(counted(state))} AS BINARY)" for state in states)
    return f"CAST(@sqlgen_rows_at AS BINARY) NOT IN ({known})"


def _plain_only(script: Script) -> Iterator[str]:
    """The plain form starts at the start alone; from all other states on its path another form goes on."""
    steps, end = script.steps, heads(script.steps[-1].after)
    half = say(
        "NOT APPLIED: an earlier run stopped in the middle of a step (",
    )
    way = say(
        "). Run resume.sql of the bundle, or the script made by: sqlgen emit {start}:{end} --resume -o resume.sql",
        start=heads(steps[0].before),
        end=end,
    )
    yield "WHEN @sqlgen_mark <> ''"
    yield f"  THEN CONCAT({literal(keep(half))}, SUBSTRING(@sqlgen_mark, 9), {literal(text(way) + '.' + NOTHING)})"
    if script.gap is not None:
        stopped = literal(text(gate(steps, script.gap)) + unbound(script.target))
        yield f"WHEN @sqlgen_step = {len(steps)}\n  THEN {stopped}"
    else:
        about = literal(f" is at {braces(script.end)}{unbound(script.target)}{left_out(steps)}")
        yield f"WHEN @sqlgen_step = {len(steps)}\n  THEN CONCAT('ALREADY APPLIED: database ', DATABASE(), {about})"
    told = say("NOT APPLIED: an earlier run got as far as {{")
    yield f"WHEN @sqlgen_step IS NULL AND NOT ({_off_path(script)})"
    yield f"  THEN CONCAT({literal(keep(told))}, @sqlgen_at, {literal('}' + text(way)[1:] + '.' + NOTHING)})"


def _half_done(script: Script) -> Iterator[str]:
    target = script.target
    other = say("NOT APPLIED: a step was left half done by another script: ")
    finish = say(". Run that script to its end first; or clean up by hand, then drop the table {table}.",
                 table=progress(target))  # fmt: skip
    yield f"WHEN @sqlgen_step IS NULL AND @sqlgen_mark <> '' AND NOT ({_off_path(script)})"
    yield f"  THEN CONCAT({literal(keep(other))}, SUBSTRING(@sqlgen_mark, 9), {literal(text(finish) + NOTHING)})"
    yield from _person(target)
    for index, step in enumerate(script.steps):
        undo = script.form.undo.get(step.revision)
        if undo is not None and step.gap is None:
            known = ", ".join(map(str, sorted(undo.possible)))
            told = say(
                "NOT APPLIED: no way back is known from the middle of revision {revision} (", revision=step.revision
            )
            hint = say("). Finish it first with apply.sql (or resume.sql), then run this script.")
            yield f"WHEN @sqlgen_step = {index} AND @sqlgen_undo = 1 AND @sqlgen_behind NOT IN ({known})"
            yield f"  THEN CONCAT({literal(keep(told))}, SUBSTRING(@sqlgen_mark, 9), {literal(text(hint) + NOTHING)})"
        unsafe = carried(blocks(step, target)) if records(step, target) else ()
        if unsafe:
            yield f"WHEN @sqlgen_step = {index} AND @sqlgen_done IN ({', '.join(map(str, sorted(unsafe)))})"
            yield f"  THEN {literal(text(_lost(step)) + NOTHING)}"


def _person(target: Target) -> Iterator[str]:
    """A statement that began, of which the catalog does not tell."""
    told = say(
        "NOT APPLIED: an earlier run stopped at a statement of which the catalog does not tell whether it was done: "
    )
    look = say(
        ". Look whether what it does is there. If it is, run: UPDATE {table} SET record = ", table=progress(target)
    )
    other = say("; if not: UPDATE {table} SET record = ", table=progress(target))
    first = say("; if not: DELETE FROM {table}", table=progress(target))
    undone = f"IF(@sqlgen_part > 1, CONCAT({literal(keep(other))}, QUOTE(CONCAT(@sqlgen_known, @sqlgen_part - 1,"
    undone += " ' of ', SUBSTRING_INDEX(SUBSTRING_INDEX(@sqlgen_mark, ' of ', -1), ' ', 1), ' stands'))),"
    yield "WHEN @sqlgen_began AND @sqlgen_stood IS NULL"
    yield f"  THEN CONCAT({literal(keep(told))}, SUBSTRING(@sqlgen_mark, 9), {literal(keep(look))},"
    yield "    QUOTE(REPLACE(@sqlgen_mark, ' began', ' stands')),"
    yield f"    {undone} {literal(text(first))}),"
    yield f"    {literal(text(say('; then run this script again.')) + NOTHING)})"


def _lost(step: Step) -> Message:
    return say(
        "NOT APPLIED: revision {revision} is half done, and the rest of it uses what the session kept (a variable, a "
        "temporary table, a prepared statement, LAST_INSERT_ID), which is lost. Undo it with the script for the other "
        "direction, or do the rest by hand.",
        revision=step.revision,
    )


def _opened(script: Script) -> Iterator[str]:
    """Why it stopped, or where it goes on."""
    steps, total = script.steps, len(script.steps)
    passed = say(
        "sqlgen: the guard passed, from {start} to {end}", start=braces(steps[0].before), end=braces(script.end)
    )
    yield "SELECT IF(@sqlgen_ok, CONCAT("
    yield f"  {literal(text(passed))},"
    if script.how != "plain":
        on = f"CONCAT('; it goes on with step ', @sqlgen_step + 1, ' of {total}'"
        part = "IF(@sqlgen_done = 0, '', CONCAT(', behind part ', @sqlgen_done))"
        back = "IF(@sqlgen_undo = 0, '', CONCAT(', which takes back ', @sqlgen_behind, ' part(s)'))"
        yield f"  CASE WHEN @sqlgen_step = {total} THEN '; all of it is done'"
        yield f"    WHEN @sqlgen_step + @sqlgen_done + @sqlgen_undo > 0 THEN {on}, {part}, {back})"
        yield "    ELSE '' END,"
    yield "  ''), CONCAT('sqlgen result: ', @sqlgen_why)) AS sqlgen;"
