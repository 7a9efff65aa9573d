"""Steps in, the SQL out that keeps a SQLite script honest, with or without a client that knows commands.

The guard is a temporary table whose CHECK constraints are named like what there is to say. A check that fails before
the transaction is open stops a client that stops at errors; inside, it rolls back as well (INSERT OR ROLLBACK), so that
nobody is left with an open transaction. Where errors are ignored the script goes on: then each statement stands in a
SAVEPOINT, which opens a transaction where none is open, and the check behind it, which misses the guard's, undoes it.
The check at the end counts what ran: only a script that ran from its first statement to its last gets to COMMIT.

There is no trigger and so no END of our own in it: a tool that cuts a trigger at each semicolon would run its END
alone, and END is COMMIT. Whether a transaction is open is found out by PRAGMA foreign_keys, which does nothing inside
one: before BEGIN, where the tool or the operator may have one open, and after COMMIT, which readers can hold up.

PRAGMA foreign_key_check is asked before and after, for a rebuilt table is checked by nothing else; it takes as long as
reading the tables with foreign keys. PRAGMA quick_check is not: 1 s per GB (measured on 3.40), while nobody else can
write, for damage that no migration makes, and it calls rows that ignore a NOT NULL damage.

Sources: sqlite.org, lang_conflict.html (ROLLBACK), lang_savepoint.html, lang_transaction.html, pragma.html
(foreign_keys, foreign_key_check, ignore_check_constraints, application_id). Tested on 3.40.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.errors import SettingsError
from sqlgen.messages import say
from sqlgen.script.path import braces, named, quoted, stamps, text
from sqlgen.script.sqlite3.plan import (
    STATE,
    THINGS,
    Plan,
    no_table,
    open_already,
    path,
    table_name,
    wanted,
    wrong_database,
    wrong_identity,
    wrong_things,
)
from sqlgen.script.sqlite3.things import asked
from sqlgen.script.things import Outcome
from sqlgen.segments import Step


def pins() -> Iterator[str]:
    """What the text relies on, whatever the session was set to."""
    yield "PRAGMA ignore_check_constraints = OFF;"
    yield "PRAGMA legacy_alter_table = OFF;"
    yield "PRAGMA recursive_triggers = OFF;"


# foreign_key_check fails as a whole, "foreign key mismatch", at a reference to columns that are no key of their table:
# such tables are passed over. foreignkeys.html, 3: a parent key is the primary key or a unique index of these columns.
_KEYS = """\
-- Rows that refer to nothing.
CREATE TEMP VIEW sqlgen_keys AS
  SELECT t.name AS child, k.parent FROM main.sqlite_master AS t, pragma_foreign_key_check(t.name) AS k
  WHERE t.type = 'table' AND NOT EXISTS (
    SELECT 1 FROM (
      SELECT *, (SELECT count(*) FROM pragma_foreign_key_list(t.name) AS s WHERE s.id = r.id) AS size
      FROM pragma_foreign_key_list(t.name) AS r WHERE seq = 0) AS f
    WHERE EXISTS (SELECT 1 FROM pragma_table_info(f."table")) AND NOT (
      size = (SELECT count(*) FROM pragma_table_info(f."table") WHERE pk > 0) AND NOT EXISTS (
        SELECT 1 FROM pragma_foreign_key_list(t.name) AS c WHERE c.id = f.id
        AND c."to" COLLATE NOCASE NOT IN (SELECT name FROM pragma_table_info(f."table") WHERE pk > 0))
      OR f."to" IS NOT NULL AND EXISTS (
        SELECT 1 FROM pragma_index_list(f."table") AS i WHERE i."unique" AND NOT i.partial
        AND size = (SELECT count(*) FROM pragma_index_info(i.name)) AND NOT EXISTS (
          SELECT 1 FROM pragma_foreign_key_list(t.name) AS c WHERE c.id = f.id
          AND c."to" COLLATE NOCASE NOT IN (SELECT name FROM pragma_index_info(i.name))))));""".splitlines()


def tables(plan: Plan) -> Iterator[str]:
    """The guard's temporary tables, and its eye on the version table. They are no part of the database."""
    yield "DROP VIEW IF EXISTS temp.sqlgen_at;"
    yield "DROP VIEW IF EXISTS temp.sqlgen_keys;"
    yield "DROP TABLE IF EXISTS temp.sqlgen_guard;"
    yield "DROP TABLE IF EXISTS temp.sqlgen_things;"
    yield "CREATE TEMP VIEW sqlgen_at AS"
    yield "  SELECT count(*) || ':' || coalesce(group_concat(row, ','), '') AS state,"
    yield "    coalesce(group_concat(row, ','), '') AS rows"
    yield f"  FROM (SELECT coalesce(version_num, 'NULL') AS row FROM {plan.table} ORDER BY 1);"
    yield from _KEYS
    yield f"CREATE TEMP TABLE {THINGS};"
    yield "CREATE TEMP TABLE sqlgen_guard (what TEXT NOT NULL, found, wanted,"
    said = list(_said(plan))
    for what, condition, message in said:
        name = named(message if what == "gate" else f"sqlgen result: {message}")
        comma = ");" if what == said[-1][0] and message == said[-1][2] else ","
        yield f"  CONSTRAINT {name}"
        yield f"  CHECK (what <> '{what}' OR {condition}){comma}"


def _said(plan: Plan) -> Iterator[tuple[str, str, str]]:
    """For each check its name, when it holds, and what to say where it does not."""
    holds, nothing = "found IS wanted", say("nothing was changed")
    yield "open", holds, text(open_already())
    if plan.target.databases:
        yield "database", holds, f"NOT APPLIED: {text(wrong_database(plan))}; {text(nothing)}"
    if plan.target.identity is not None:
        yield "identity", holds, f"NOT APPLIED: {text(wrong_identity(plan))}; {text(nothing)}"
    yield "passed", holds, text(say("NOT APPLIED: a check before this one did not pass; nothing was changed"))
    if plan.start:
        yield "table", holds, f"NOT APPLIED: {text(no_table(plan))}; {text(nothing)}"
    stands = say("ALREADY APPLIED: the database is at {end}", end=braces(plan.end))
    already = plan.gate or f"{text(stands)}{plan.about}; {text(nothing)}"
    yield "start", f"found IS NOT {wanted(plan.end)}", already
    where = (
        say("SELECT * FROM {table} shows what that holds", table=table_name(plan))
        if plan.target.client == "plain"
        else say("the line above says what {table} holds", table=table_name(plan))
    )
    off = say("NOT APPLIED: {path}, {where}", path=path(plan), where=where)
    yield "start", f"found IS wanted OR found IS {wanted(plan.end)}", f"{text(off)}; {text(nothing)}"
    yield "things", holds, f"NOT APPLIED: {text(wrong_things(plan))}; {text(nothing)}"
    lost = say("NOT APPLIED: the statement before was undone: the guard did not pass, or an error rolled all back")
    yield "alive", holds, text(lost)
    failed = say("NOT APPLIED: the guard, a statement or a stamp failed; everything was rolled back")
    yield "whole", holds, text(failed)
    broken = say("NOT APPLIED: there are new violations of foreign keys; everything was rolled back")
    yield "keys after", "coalesce(found <= wanted, 0)", text(broken)
    unmade = say("NOT APPLIED: the schema is not what it must be now; everything was rolled back")
    yield "made", holds, text(unmade)
    yield "end", holds, text(say("NOT APPLIED: the final check failed; everything was rolled back"))
    if plan.gate is not None:
        yield "gate", "NULL IS NOT NULL", text(say("sqlgen gate: the line above says what to do"))


def before_begin(plan: Plan) -> Iterator[str]:
    """Checks that need no lock: that no transaction is open, that this is the database, and what its schema is like.
    What they find is still there when everything else is rolled back."""
    yield "PRAGMA foreign_keys = ON;"
    yield "INSERT INTO temp.sqlgen_guard SELECT 'on', foreign_keys, 1 FROM pragma_foreign_keys;"
    yield "-- Off for the transaction, as a table that is rebuilt is dropped for a moment; checked at the end instead."
    yield "PRAGMA foreign_keys = OFF;"
    yield "INSERT INTO temp.sqlgen_guard SELECT 'open', found - foreign_keys, 1 FROM pragma_foreign_keys,"
    yield "  temp.sqlgen_guard WHERE what = 'on';"
    names = plan.target.databases
    if names:
        yield "INSERT INTO temp.sqlgen_guard SELECT 'database', EXISTS ("
        yield "  SELECT 1 FROM pragma_database_list WHERE name = 'main' AND ("
        for number, name in enumerate(names):
            end = f"replace(substr('/' || file, -{len(name) + 1}), '\\', '/') = {quoted('/' + name)}"
            yield f"    {'OR ' if number else ''}{end}"
        yield "  )), 1;"
    if plan.target.identity is not None:
        number = _application_id(plan.target.identity)
        yield f"INSERT INTO temp.sqlgen_guard SELECT 'identity', application_id, {number} FROM pragma_application_id;"
    yield from look("start", plan.checks.before)


def look(what: str, found: Outcome) -> Iterator[str]:
    """Ask the catalog for things, and keep what it says."""
    if found:
        yield f"INSERT INTO temp.sqlgen_things SELECT '{what}', column1, column2 FROM (VALUES"
        yield from asked(found)
        yield ");"


def _application_id(identity: str) -> int:
    """pragma.html: a 32-bit signed integer; people write it in hex too."""
    try:
        number = int(identity, 0)
    except ValueError:
        raise SettingsError(
            say("{identity} is no application_id: SQLite has a number there", identity=identity),
            hint=say("Write what `PRAGMA application_id` prints, or 0x and the number in hex."),
        ) from None
    return number - (1 << 32) if number >= 1 << 31 else number


def begin(plan: Plan) -> Iterator[str]:
    """The transaction, and the checks inside it; each that fails ends it."""
    kinds = ", ".join(quoted(what) for what in _outside(plan))
    yield "BEGIN IMMEDIATE;"
    yield "-- Where that failed and its error was ignored, this opens a transaction: no statement commits by itself."
    yield "SAVEPOINT sqlgen_all;"
    yield f"INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'passed', count(*), {len(_outside(plan))}"
    yield f"  FROM temp.sqlgen_guard WHERE what IN ({kinds});"
    yield "-- Anew where it went with a transaction that was open before, and is rolled back now."
    yield "CREATE TEMP TABLE IF NOT EXISTS sqlgen_guard (what TEXT NOT NULL, found, wanted,"
    yield "  CHECK (what NOT IN ('alive', 'whole', 'keys after', 'made', 'end') OR found IS wanted));"
    if plan.start:
        master = named("sqlite_master", plan.target.version_table_schema or "main")
        yield f"INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'table', count(*), 1 FROM {master}"
        yield f"  WHERE type = 'table' AND name = {quoted(table_name(plan))} COLLATE NOCASE;"
    else:
        constraint = named(f"{table_name(plan)}_pkc")
        yield ENTER
        yield f"CREATE TABLE IF NOT EXISTS {plan.table} ("
        yield f"  version_num VARCHAR(32) NOT NULL, CONSTRAINT {constraint} PRIMARY KEY (version_num)"
        yield ");"
        yield _undone_without("passed")


def start(plan: Plan) -> Iterator[str]:
    """Is this the state from which the script goes, by the version table and by the schema?"""
    yield f"INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'start', {STATE}, {wanted(plan.start)};"


def things(plan: Plan) -> Iterator[str]:
    """What must be there is there, and what the script makes is not."""
    count = len(plan.checks.before)
    yield f"INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'things', count(*), {count}"
    yield "  FROM temp.sqlgen_things WHERE what = 'start' AND holds;"


def passed() -> Iterator[str]:
    """Behind the guard: what holds before the first statement."""
    yield "-- Where the guard refused and its error was ignored, each statement below is undone by the check behind it."
    yield "INSERT INTO temp.sqlgen_guard SELECT 'keys before', count(*), 0 FROM temp.sqlgen_keys;"


ENTER = "SAVEPOINT sqlgen;"
"""Before each statement: a savepoint opens a transaction where none is open, as after a guard that refused or an error
that rolled everything back."""


def leave(plan: Plan) -> str:
    """Behind each statement: where none was open, checks of the guard that stood in it are gone too, and the statement
    is undone."""
    return _undone_without("passed", *(("table",) if plan.start else ()), "start", "things")


def _undone_without(*kinds: str) -> str:
    return (
        f"INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), {len(kinds)} FROM temp.sqlgen_guard"
        f" WHERE what IN ({', '.join(map(quoted, kinds))}); RELEASE sqlgen;"
    )


def _outside(plan: Plan) -> tuple[str, ...]:
    """The checks before the transaction."""
    more = ("database",) if plan.target.databases else ()
    return ("open", *more) if plan.target.identity is None else ("open", *more, "identity")


def stamp(step: Step, plan: Plan) -> Iterator[str]:
    """Each statement must hit one row: changes() counts those of the statement before it."""
    for one in stamps(step.before, step.after):
        yield ENTER
        yield "INSERT INTO temp.sqlgen_guard VALUES ('stamping', 0, 0), ('stamping', 0, 0);"
        if one.old is None:
            yield f"INSERT INTO {plan.table} (version_num) VALUES ({quoted(one.new or '')});"
        elif one.new is None:
            yield f"DELETE FROM {plan.table} WHERE version_num = {quoted(one.old)};"
        else:
            where = f"WHERE version_num = {quoted(one.old)}"
            yield f"UPDATE {plan.table} SET version_num = {quoted(one.new)} {where};"
        yield "INSERT INTO temp.sqlgen_guard SELECT 'stamp', 1, 1 WHERE changes() = 1;"
        yield leave(plan)


KEYS_NOW = "(SELECT found FROM temp.sqlgen_guard WHERE what = 'keys now')"
KEYS_BEFORE = "(SELECT found FROM temp.sqlgen_guard WHERE what = 'keys before')"
"""SQL for how many references to nothing there are, and were."""


def finish(plan: Plan) -> Iterator[str]:
    """The first check does not read the version table: where that is missing, a check that does would not even start,
    and what ran would be committed."""
    count = sum(len(step.items) + len(stamps(step.before, step.after)) for step in plan.runnable)
    once = [*_outside(plan), "passed", "start", "things", "keys before"]
    once += ["table"] if plan.start else []
    kinds = ", ".join(quoted(kind) for kind in (*once, "ran", "stamp"))
    yield ""
    yield "-- The end: did everything run, are foreign keys, schema and version table as they must be?"
    yield "PRAGMA ignore_check_constraints = OFF;"
    yield "INSERT OR ROLLBACK INTO temp.sqlgen_guard"
    yield f"  SELECT 'whole', count(*), {len(once) + count} FROM temp.sqlgen_guard WHERE what IN ({kinds});"
    yield "INSERT INTO temp.sqlgen_guard SELECT 'keys now', count(*), 0 FROM temp.sqlgen_keys;"


def commit(plan: Plan) -> Iterator[str]:
    """The other checks, and COMMIT."""
    yield f"INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'keys after', {KEYS_NOW}, {KEYS_BEFORE};"
    yield "INSERT OR ROLLBACK INTO temp.sqlgen_guard"
    yield f"  SELECT 'made', count(*), {len(plan.checks.after)} FROM temp.sqlgen_things WHERE what = 'end' AND holds;"
    yield "INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'end', CASE WHEN"
    yield "  (SELECT count(*) FROM temp.sqlgen_guard WHERE what IN ('whole', 'keys after', 'made')) = 3"
    yield f"  THEN {STATE} END, {wanted(plan.end)};"
    yield "COMMIT;"
