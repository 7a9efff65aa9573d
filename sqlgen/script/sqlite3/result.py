"""Steps in, the last statements of a script on SQLite out, which say what became of it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.messages import say
from sqlgen.script.path import quoted, text
from sqlgen.script.sqlite3.plan import (
    AT,
    STATE,
    THINGS,
    Plan,
    hint,
    no_table,
    open_already,
    path,
    table_name,
    wanted,
    wrong_database,
    wrong_identity,
    wrong_things,
)


def result(plan: Plan, more: str = "") -> Iterator[str]:
    """The result, which reads the guard's own table alone, so that it can always be told. `more`: SQL for what it says
    besides where the script got through."""
    yield ""
    yield "-- The result, computed from the database. Foreign keys are on from here, for the rest of the session."
    yield "PRAGMA foreign_keys = ON;"
    yield "CREATE TEMP TABLE IF NOT EXISTS sqlgen_guard (what TEXT NOT NULL, found, wanted);"
    yield f"CREATE TEMP TABLE IF NOT EXISTS {THINGS};"
    yield f"INSERT INTO temp.sqlgen_guard SELECT 'at', {STATE}, {AT};"
    yield f"INSERT INTO temp.sqlgen_guard SELECT 'hint', 0, {hint(plan)};"
    yield "SELECT 'sqlgen result: ' || CASE"
    yield from (f"  WHEN {condition} THEN {told}" for condition, told in _results(plan, more))
    yield "  END AS sqlgen;"


def _results(plan: Plan, more: str) -> Iterator[tuple[str, str]]:
    """The first condition that holds has the result."""
    at = "(SELECT found FROM temp.sqlgen_guard WHERE what = 'at')"
    holds = f"coalesce((SELECT wanted FROM temp.sqlgen_guard WHERE what = 'at'), '') || {quoted('}' + plan.about)}"
    is_at = f"': the database is at {{' || {holds}"
    yield _none("open"), quoted(text(open_already()))
    held = say("NOT APPLIED: COMMIT failed, others are reading; run COMMIT again, or ROLLBACK and then this script")
    yield "(SELECT foreign_keys FROM pragma_foreign_keys) = 0", quoted(text(held))
    if plan.target.databases:
        yield _none("database"), quoted(f"NOT APPLIED: {text(wrong_database(plan))}")
    if plan.target.identity is not None:
        yield _none("identity"), quoted(f"NOT APPLIED: {text(wrong_identity(plan))}")
    if plan.start:
        yield _none("at"), quoted(f"NOT APPLIED: {text(no_table(plan))}")
    if plan.gate is not None:
        yield f"{at} IS {wanted(plan.end)}", quoted(plan.gate)
    else:
        yield f"{at} IS {wanted(plan.end)} AND {_some('end')}", f"'APPLIED' || {is_at}{' || ' + more if more else ''}"
        yield f"{at} IS {wanted(plan.end)}", f"'ALREADY APPLIED' || {is_at}"
    off = say("{path}, {table} holds", path=path(plan), table=table_name(plan))
    there = "(SELECT wanted FROM temp.sqlgen_guard WHERE what = 'hint')"
    is_base = "" if plan.start else f"{at} IS NOT NULL AND "
    moved = f"{quoted(f'NOT APPLIED: {text(off)} {{')} || {holds} || {there}"
    yield f"{is_base}{at} IS NOT {wanted(plan.start)}", moved
    wrong = "FROM temp.sqlgen_things WHERE what = 'start' AND NOT holds"
    listed = f"(SELECT group_concat(told, '; ') {wrong})"
    yield f"EXISTS (SELECT 1 {wrong})", f"{quoted(f'NOT APPLIED: {text(wrong_things(plan))}: ')} || {listed}"
    failed = say("NOT APPLIED: a statement failed, see its error; everything was rolled back")
    yield "1", quoted(text(failed))


def _none(what: str) -> str:
    return f"NOT {_some(what)}"


def _some(what: str) -> str:
    return f"EXISTS (SELECT 1 FROM temp.sqlgen_guard WHERE what = '{what}')"
