"""Steps in, plain SQL for PostgreSQL out: pgAdmin, DBeaver, Navicat, any driver.

The guard is a DO block at the top, which notes that it passed in a setting of the session, and one in each transaction,
which wants that note and the version that the step needs; it raises, so that the transaction does nothing. The session
is read-only in between, which stops what runs outside of a transaction; one opens it for a single statement when its
turn is recorded. The result comes from a DO block that reads the version table only where it is, and a SELECT.

pgAdmin sends the whole text as one query: PostgreSQL takes what stands in no transaction of its own for one. So a range
with a statement that can't run in a transaction is refused there, and in a tool that opens transactions itself: a
setting that lasts until the transaction ends tells.

A part of a step that stands is recorded as in psql's scripts, so the script for psql goes on where this one stopped.

Sources: PostgreSQL manual, 55.2.2.1 Multiple Statements in a Simple Query; set_config in 9.28.1. Tested on 15 with
psycopg2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlgen.facts.vocabulary import Begin, Commit, CreateIndex, Maintain, Rollback, ValidateConstraint
from sqlgen.messages import Message, say
from sqlgen.script.existence import holds
from sqlgen.script.form import Form
from sqlgen.script.header import banner, header, left_out, unbound
from sqlgen.script.marks import Numbers, marked
from sqlgen.script.path import (
    Heads,
    after_gate,
    braces,
    first_gap,
    gate,
    named,
    quoted,
    rest,
    stamps,
    text,
)
from sqlgen.script.plain_text import after, before, closed, needs
from sqlgen.script.plan import Part, is_data, mark_prefix, mode, parts
from sqlgen.script.target import Target
from sqlgen.segments import Item, Step

_ALONE = say("a statement that can't run in a transaction, such as CREATE INDEX CONCURRENTLY")


@dataclass(frozen=True, slots=True)
class _Script:
    steps: tuple[Step, ...]
    target: Target
    runnable: tuple[Step, ...]
    """Those before the first that could not be rendered."""
    end: Heads

    @property
    def table(self) -> str:
        return named(self.target.version_table, self.target.version_table_schema)

    @property
    def start(self) -> Heads:
        return self.steps[0].before

    @property
    def alone(self) -> bool:
        """Whether something in it can't run in a transaction."""
        return any(not _atomic(part) for step in self.runnable for part in parts(step, self.target))

    @property
    def about(self) -> str:
        return unbound(self.target) + left_out(self.steps)


def render(steps: Sequence[Step], target: Target, form: Form, run: str) -> str:
    """The whole script, ending with a newline."""
    gap = first_gap(steps)
    runnable = tuple(steps if gap is None else steps[:gap])
    script = _Script(tuple(steps), target, runnable, runnable[-1].after if runnable else steps[0].before)
    lines = [
        *header(
            steps,
            target,
            title=form.title,
            run=run,
            needs=(*_needs(script), *needs(steps)),
            result=_result_help(),
            after_gate=after_gate(steps),
        ),
        *_session(script),
        *_guard(script),
    ]
    numbers = Numbers()
    for number, step in enumerate(runnable, start=1):
        found = parts(step, target)
        note = (
            say("one transaction") if len(found) == 1 else say("{count} parts that commit one by one", count=len(found))
        )
        lines += banner(step, number, len(steps), note)
        for index in range(1, len(found) + 1):
            lines += _part(_Place(script, step, number, index, found), numbers)
    return closed([*lines, *_result(script)], numbers)


def _needs(script: _Script) -> Iterator[Message]:
    yield say("PostgreSQL 10 or newer; a direct connection: not a pooler that shares sessions")
    if script.alone:
        yield say(
            "a tool in auto-commit mode that sends statements one by one (DBeaver, Navicat, psql): it holds {what}; "
            "pgAdmin sends all at once, and is refused",
            what=_ALONE,
        )
    else:
        yield say("the tool in auto-commit mode; pgAdmin, which sends all at once, will do")


def _result_help() -> Message:
    return say(
        'the LAST result, "sqlgen result: …", tells: APPLIED, ALREADY APPLIED or NOT APPLIED.\n'
        "Where the tool stops at an error there is none: then the error tells. The revision that failed is rolled\n"
        "back, those before it stand. Run ROLLBACK and connect anew: the session is left read-only, a transaction open."
    )


# ---- session and guard

_PINNED = (
    "search_path",
    "role",
    "standard_conforming_strings",
    "lock_timeout",
    "statement_timeout",
    "check_function_bodies",
    "row_security",
    "default_tablespace",
    "default_transaction_read_only",
)
"""What each step finds as the first one did, whatever the statements of earlier steps have set."""


def _session(script: _Script) -> Iterator[str]:
    target = script.target
    yield ""
    yield "-- The session: read-only until a guard opens it."
    yield "SET default_transaction_read_only = on;"
    yield "SET standard_conforming_strings = on;"
    yield f"SET lock_timeout = '{target.lock_timeout_ms}ms';"
    yield f"SET statement_timeout = '{target.statement_timeout_ms}ms';"
    if target.role is not None:
        yield f"SET ROLE {quoted(target.role)};"
    if target.schema is not None:
        yield f"SET search_path = {named(target.schema)};"
    yield "SET sqlgen.at = '';"
    yield "SET sqlgen.part = '';"
    if script.alone:
        yield "-- This is still there in the next statement only where both are in one transaction."
        yield from _block("  PERFORM set_config('sqlgen.open', 'yes', true);")
    yield from _block(
        "  PERFORM set_config('sqlgen.session', jsonb_object_agg(name, current_setting(name))::text, false)",
        f"  FROM unnest(ARRAY[{', '.join(map(quoted, _PINNED[:5]))},",
        f"    {', '.join(map(quoted, _PINNED[5:]))}]) AS name;",
    )


_RESTORE = (
    "  PERFORM set_config(name, value, false)",
    "  FROM jsonb_each_text(nullif(current_setting('sqlgen.session', true), '')::jsonb) AS session (name, value);",
)
"""plpgsql that sets the session back to how the first step found it."""


def _block(*body: str, declare: tuple[str, ...] = ()) -> list[str]:
    head = ["DO $sqlgen$", "DECLARE", *[f"  {line}" for line in declare]] if declare else ["DO $sqlgen$"]
    return [*head, "BEGIN", *body, "END", "$sqlgen$;"]


def _array(rows: Heads) -> str:
    return f"ARRAY[{', '.join(map(quoted, rows))}]" if rows else "'{}'::text[]"


def _query_heads(script: _Script) -> str:
    rows = 'array_agg(version_num::text ORDER BY version_num::text COLLATE "C")'
    return f"SELECT coalesce({rows}, '{{}}') INTO found_heads FROM {script.table};"


def _regclass(script: _Script) -> str:
    return f"to_regclass({quoted(script.table)})"


def _mark(script: _Script) -> str:
    """SQL for the record of a half-done step, at the end of the version table's comment; '' where there is none."""
    return f"coalesce(substring(obj_description({_regclass(script)}, 'pg_class') FROM 'sqlgen: .*'), '')"


def _unless(condition: str, fact: str, *found: str) -> Iterator[str]:
    """Raise a result line where a condition, which must not be NULL, does not hold."""
    yield f"  IF NOT ({condition}) THEN"
    yield f"    RAISE EXCEPTION USING MESSAGE = {' || '.join([quoted(f'sqlgen result: {fact}'), *found])};"
    yield "  END IF;"


def _said(message: Message) -> str:
    """A result that says that nothing was done."""
    return f"NOT APPLIED: {text(message)}"


def _guard(script: _Script) -> Iterator[str]:
    target, nothing = script.target, quoted("; nothing was changed")
    here = "quote_ident(current_database())"
    body: list[str] = []
    if script.alone:
        one = say(
            "this tool runs a transaction of its own, or sends the whole script as one query, and it holds {what}; "
            "use psql, or a tool in auto-commit mode that sends statements one by one",
            what=_ALONE,
        )
        body += _unless("coalesce(current_setting('sqlgen.open', true), '') = ''", _said(one), nothing)
    if target.databases:
        wrong = say("this script is for database {list}, this one is", list=", ".join(target.databases))
        known = f"current_database() = ANY ({_array(target.databases)})"
        body += _unless(known, f"{_said(wrong)} ", here, nothing)
    if target.identity is not None:
        wrong = say("this script is for the server with system identifier {id}, this one has", id=target.identity)
        found = "(SELECT system_identifier::text FROM pg_control_system())"
        body += _unless(f"{found} = {quoted(target.identity)}", f"{_said(wrong)} ", found, nothing)
    body += [f"  IF {_regclass(script)} IS NOT NULL THEN", f"    {_query_heads(script)}"]
    body += [f"    found_mark := {_mark(script)};", "  END IF;"]
    if target.schemas:
        wrong = say("the version table must stand in schema {list}, it stands in", list=", ".join(target.schemas))
        there = f"SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = {_regclass(script)}"
        found = f"coalesce(({there}), current_schema(), '')"
        body += _unless(f"{found} = ANY ({_array(target.schemas)})", f"{_said(wrong)} ", found, nothing)
    if script.start:
        body += _unless("found_heads IS NOT NULL", f"{_said(_missing(script))} ", here, nothing)
    body += ["  found_heads := coalesce(found_heads, '{}');"]
    half = say("a revision was left half done: run the script for psql of the same range, which goes on there; it says")
    body += _unless("found_mark = ''", f"{_said(half)} ", "found_mark")
    there = f"found_heads <> {_array(script.end)}"
    body += _unless(there, _at_end(script), nothing) if script.end != script.start or not script.runnable else ()
    off = say("{path}; {table} holds", path=_path(script), table=target.version_table)
    body += _unless(
        f"found_heads = {_array(script.start)}", f"{_said(off)} ", "found_heads::text", _hint(script), nothing
    )
    body += ["  PERFORM set_config('sqlgen.at', '0', false);"]
    yield ""
    yield "-- The guard: does this script belong to this database, as it stands?"
    yield from _block(*body, declare=("found_heads text[];", "found_mark text := '';"))


def _missing(script: _Script) -> Message:
    return say("there is no table {table} on the search path of database", table=script.target.version_table)


def _path(script: _Script) -> Message:
    return say("this script goes from {start} to {end}", start=braces(script.start), end=braces(script.end))


def _at_end(script: _Script) -> str:
    gap = first_gap(script.steps)
    if gap is not None:
        return text(gate(script.steps, gap)) + script.about
    return text(say("ALREADY APPLIED: the database is at {end}", end=braces(script.end))) + script.about


def _hint(script: _Script) -> str:
    """SQL for which script leads on from where the version table stands, where that is on the way; else ''."""
    found = [
        f"\n      WHEN {_array(step.after)} THEN {quoted(text(_from_there(script, index)))}"
        for index, step in enumerate(script.steps[:-1])
        if step.after != script.end
    ]
    return f"CASE found_heads{''.join(found)}\n      ELSE '' END" if found else "''"


def _from_there(script: _Script, index: int) -> Message:
    return say("; from there run the script made by: {command}", command=f"{rest(script.steps, index)} --client plain")


# ---- steps


@dataclass(frozen=True, slots=True)
class _Place:
    """One part of a step."""

    script: _Script
    step: Step
    number: int
    index: int
    """Of the part, from 1."""
    parts: tuple[Part, ...]

    @property
    def part(self) -> Part:
        return self.parts[self.index - 1]

    @property
    def began(self) -> str:
        return f"{mark_prefix(self.step)}{self.index} of {len(self.parts)} began"

    def stands(self, index: int) -> str:
        return f"{mark_prefix(self.step)}{index} of {len(self.parts)} stands" if index else ""


def _atomic(part: Part) -> bool:
    """Whether it stands in a transaction: also INSERT, UPDATE and DELETE that a revision commits by themselves, which
    comes to the same, and keeps them together with their record."""
    return part.transaction or all(is_data(item) for item in part.items)


def _part(place: _Place, numbers: Numbers) -> Iterator[str]:
    whole = mode(place.script.target) == "range" and not place.script.alone
    due = place.stands(place.index - 1)
    if _atomic(place.part):
        if not whole or place.number == 1:
            yield "BEGIN READ WRITE;"
        yield from _step_guard(place, due)
        yield from (marked(item, numbers.next()) for item in place.part.items)
        yield from _record(place)
        if not whole or place.number == len(place.script.runnable):
            yield "COMMIT;"
        return
    yield "BEGIN READ WRITE;"
    (item,) = place.part.items
    turn = "  PERFORM set_config('sqlgen.part', 'run', false);"
    yield from _step_guard(place, due, *_absent(item), *_write(place.script, place.began), turn)
    yield "COMMIT;"
    yield from _block(
        "  PERFORM set_config('default_transaction_read_only',",
        "    CASE WHEN current_setting('sqlgen.part') = 'run' THEN 'off' ELSE 'on' END, false);",
    )
    yield marked(item, numbers.next())
    yield "SET default_transaction_read_only = on;"
    yield "BEGIN READ WRITE;"
    yield from _step_guard(place, place.began, *_proof(place, item))
    yield from _record(place)
    yield "COMMIT;"
    yield "SET sqlgen.part = '';"


def _step_guard(place: _Place, mark: str, *more: str) -> list[str]:
    script, step = place.script, place.step
    lost = say("the guard at the top did not pass; step {number} changed nothing", number=place.number)
    busy = say("another sqlgen script is running in this database; step {number} changed nothing", number=place.number)
    moved = say(
        "step {number} needs {before}, {table} holds",
        number=place.number,
        before=braces(step.before),
        table=script.target.version_table,
    )
    half = say("step {number}, part {index} is not due: the record says", number=place.number, index=place.index)
    constraint = named(f"{script.target.version_table}_pkc")
    create = (
        f"  CREATE TABLE IF NOT EXISTS {script.table} (",
        f"    version_num VARCHAR(32) NOT NULL, CONSTRAINT {constraint} PRIMARY KEY (version_num));",
    )
    return _block(
        *_unless("coalesce(current_setting('sqlgen.at', true), '') <> ''", _said(lost)),
        *_RESTORE,
        *_unless(
            f"pg_try_advisory_xact_lock(hashtext('sqlgen'), hashtext({quoted(script.target.version_table)}))",
            _said(busy),
        ),
        *(() if step.before else create),
        f"  LOCK TABLE {script.table} IN SHARE ROW EXCLUSIVE MODE;",
        f"  {_query_heads(script)}",
        *_unless(f"found_heads = {_array(step.before)}", f"{_said(moved)} ", "found_heads::text"),
        f"  found_mark := {_mark(script)};",
        *_unless(f"found_mark = {quoted(mark)}", f"{_said(half)} ", "found_mark"),
        *more,
        declare=("found_heads text[];", "found_mark text;"),
    )


def _record(place: _Place) -> Iterator[str]:
    """What stands of the step; or the stamp, and no record."""
    script = place.script
    if place.index < len(place.parts):
        yield from _block(*_RESTORE, *_write(script, place.stands(place.index)))
        return
    wrong = say("rows hit by the stamp of step {number}, instead of 1:", number=place.number)
    half = len(place.parts) > 1 or not _atomic(place.part)
    body: list[str] = [*_RESTORE, *(_write(script, "") if half else ())]
    for one in stamps(place.step.before, place.step.after):
        if one.old is None:
            body.append(f"  INSERT INTO {script.table} (version_num) VALUES ({quoted(one.new or '')});")
        elif one.new is None:
            body.append(f"  DELETE FROM {script.table} WHERE version_num = {quoted(one.old)};")
        else:
            where = f"WHERE version_num = {quoted(one.old)}"
            body.append(f"  UPDATE {script.table} SET version_num = {quoted(one.new)} {where};")
        body += ["  GET DIAGNOSTICS hit_rows = ROW_COUNT;"]
        body += _unless("hit_rows = 1", f"{_said(wrong)} ", "hit_rows::text")
    yield from _block(*body, declare=("hit_rows bigint;",))


def _write(script: _Script, record: str) -> Iterator[str]:
    """plpgsql that replaces the record; what else the comment says stays."""
    yield f"  EXECUTE format('COMMENT ON TABLE %s IS %L', {_regclass(script)}, nullif("
    yield f"    split_part(coalesce(obj_description({_regclass(script)}, 'pg_class'), ''), 'sqlgen: ', 1)"
    yield f"    || {quoted(record)}, ''));"


# ---- what commits by itself


def _absent(item: Item) -> Iterator[str]:
    """plpgsql that refuses where what it makes is there already, so that its being there is a proof."""
    condition = holds(before(item), "postgresql")
    if condition is not None and not _repeatable(item):
        wrong = say("what the next statement makes is there already, or what it drops is not; it was not run")
        yield from _unless(condition, _said(wrong))


def _proof(place: _Place, item: Item) -> Iterator[str]:
    """plpgsql that refuses to go on where the catalog does not show that it ran."""
    failed = say("the statement of step {number}, part {index} did not succeed", number=place.number, index=place.index)
    for fact in item.facts:
        if isinstance(fact, CreateIndex) and fact.name is not None:
            index = quoted(named(fact.name, fact.table.schema))
            valid = f"coalesce((SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass({index})), false)"
            yield from _unless(valid, _said(failed))
    condition = holds(after(item), "postgresql")
    if condition is not None:
        yield from _unless(condition, _said(failed))


def _repeatable(item: Item) -> bool:
    return all(isinstance(fact, Maintain | ValidateConstraint) or getattr(fact, "if_not_exists", False)
               or getattr(fact, "if_exists", False) for fact in item.facts)  # fmt: skip


def problems(item: Item) -> Iterator[tuple[Message, Message]]:
    """What PostgreSQL would run, but no guard can watch over without a client that stops at errors."""
    if any(isinstance(fact, Begin | Commit | Rollback) for fact in item.facts):
        yield (
            say("it opens or ends a transaction, and tools treat that in ways of their own"),
            say("Run the revision with psql: make the script without --client plain."),
        )
    elif item.transaction is None and not is_data(item):
        shows = holds(after(item), "postgresql") is not None or (bool(item.facts) and _repeatable(item))
        unnamed = any(isinstance(fact, CreateIndex) and fact.name is None for fact in item.facts)
        if not shows or unnamed:
            yield (
                say("it commits by itself, and nothing shows afterwards whether it ran"),
                say("Run the revision with psql: make the script without --client plain."),
            )


# ---- result


def _result(script: _Script) -> Iterator[str]:
    holds_now = f"' {{' || array_to_string(coalesce(found_heads, '{{}}'), ',') || {quoted('}' + script.about)}"
    is_at = f"': database ' || quote_ident(current_database()) || ' is at' || {holds_now}"
    end, start = (f"found_heads IS NOT DISTINCT FROM {_array(rows)}" for rows in (script.end, script.start))
    passed = "coalesce(current_setting('sqlgen.at', true), '') <> ''"
    refused = text(say("NOT APPLIED: the guard or a statement failed, see the first error"))
    half = text(
        say("NOT APPLIED: a revision is half done; run the script for psql of the same range. The record says:")
    )
    gap = first_gap(script.steps)
    done = quoted(_at_end(script)) if gap is not None else f"'APPLIED' || {is_at}"
    again = quoted(_at_end(script)) if gap is not None else f"'ALREADY APPLIED' || {is_at}"
    yield ""
    yield "-- The result, computed from the database."
    yield from _block(
        *_RESTORE,
        f"  IF {_regclass(script)} IS NOT NULL THEN",
        f"    {_query_heads(script)}",
        f"    found_mark := {_mark(script)};",
        "  END IF;",
        *(() if script.start else ("  found_heads := coalesce(found_heads, '{}');",)),
        "  PERFORM set_config('sqlgen.result', CASE",
        f"    WHEN found_mark <> '' THEN {quoted(half + ' ')} || found_mark",
        *_elsewhere(script),
        f"    WHEN found_heads IS NULL THEN {quoted(_said(_missing(script)) + ' ')} || quote_ident(current_database())",
        f"    WHEN {end} AND {passed} THEN {done}",
        f"    WHEN {end} THEN {again}",
        f"    WHEN {passed} OR {start} THEN {quoted(refused)} || {is_at} || {_hint(script)}",
        f"    ELSE {quoted(_said(_path(script)))} || {is_at} || {_hint(script)} END, false);",
        declare=("found_heads text[];", "found_mark text := '';"),
    )
    yield "SET sqlgen.at = '';"
    yield "RESET default_transaction_read_only;"
    yield "SELECT 'sqlgen result: ' || current_setting('sqlgen.result') AS sqlgen;"


def _elsewhere(script: _Script) -> Iterator[str]:
    """In another database, what stands there is no result of this script."""
    if script.target.databases:
        wrong = say("this script is for database {list}, this one is", list=", ".join(script.target.databases))
        known = f"current_database() = ANY ({_array(script.target.databases)})"
        yield f"    WHEN NOT {known} THEN {quoted(_said(wrong) + ' ')} || quote_ident(current_database())"
