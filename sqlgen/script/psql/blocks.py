"""The plpgsql blocks that every step of a psql script is made of: guard, stamp, refusal.

They are written out in every step. A function would say it once, but PostgreSQL creates none in a read-only transaction
(CREATE FUNCTION pg_temp.f, tested on 15), its schema stays in the catalog of a database that was refused, it needs the
right TEMPORARY, and a server session that is shared keeps it for the next client.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlgen.messages import Message, say
from sqlgen.script.path import Heads, Stamp, flat, named, quoted, stamps, text
from sqlgen.script.target import Target
from sqlgen.segments import Step


def table(target: Target) -> str:
    """The version table's quoted name."""
    return named(target.version_table, target.version_table_schema)


def regclass(target: Target) -> str:
    """SQL for the version table's oid; NULL where there is none."""
    return f"to_regclass({quoted(table(target))})"


def array(heads: Heads) -> str:
    """SQL for a text[]."""
    return f"ARRAY[{', '.join(map(quoted, heads))}]" if heads else "'{}'::text[]"


def query_heads(target: Target) -> str:
    """plpgsql that reads the version table's rows into found_heads, sorted by bytes as Python sorts revision ids."""
    rows = 'array_agg(version_num::text ORDER BY version_num::text COLLATE "C")'
    return f"SELECT coalesce({rows}, '{{}}') INTO found_heads FROM {table(target)};"


def query_mark(target: Target) -> str:
    """SQL for the record of a half-done step, at the end of the version table's comment; '' where there is none."""
    return f"coalesce(substring(obj_description({regclass(target)}, 'pg_class') FROM 'sqlgen: .*'), '')"


def write_mark(target: Target, record: str) -> Iterator[str]:
    """plpgsql that replaces the record by an SQL expression; what else the comment says stays."""
    yield f"  EXECUTE format('COMMENT ON TABLE %s IS %L', {regclass(target)}, nullif("
    yield f"    split_part(coalesce(obj_description({regclass(target)}, 'pg_class'), ''), 'sqlgen: ', 1)"
    yield f"    || {record}, ''));"


def refuse(fact: Message, *found: str, hint: Message | None = None) -> list[str]:
    """RAISE a NOT APPLIED line: the fact, and SQL expressions that are put behind it."""
    said = str(fact)
    told = f"sqlgen result: NOT APPLIED: {flat(said)}".replace("%", "%%") + (" " if said.endswith(" ") else "")
    if not found:
        lines = [f"    RAISE EXCEPTION {quoted(told)}"]
    else:
        lines = [f"    RAISE EXCEPTION {quoted(told + '%')},", f"      {' || '.join(found)}"]
    if hint is not None:
        lines[-1] += " USING"
        lines.append(f"      HINT = {quoted(text(hint))}")
    lines[-1] += ";"
    return lines


def when(condition: str, fact: Message, *found: str, hint: Message | None = None) -> Iterator[str]:
    """plpgsql that refuses where a condition holds; NULL does not."""
    yield f"  IF {condition} THEN"
    yield from refuse(fact, *found, hint=hint)
    yield "  END IF;"


def deeper(lines: Iterable[str]) -> Iterator[str]:
    """One level further in."""
    for line in lines:
        yield from (f"  {each}" for each in line.split("\n"))


RESTORE = (
    "  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb)"
    " AS kept (name, value);",
)
"""plpgsql with which a step begins: it finds the session as the first one did, whatever earlier steps have set."""
BORROW = (
    "  PERFORM set_config(name, current_setting('sqlgen.session')::jsonb ->> name, true)"
    " FROM unnest('{role,search_path}'::text[]) AS name;",
)
"""plpgsql that finds the version table again until the transaction ends; then what the revision has set holds again."""
CLOCK = "extract(epoch FROM clock_timestamp())::numeric"
"""SQL for the time in seconds. extract gives double precision before PostgreSQL 14, numeric since."""


def block(*body: str, declare: tuple[str, ...] = ()) -> list[str]:
    """A DO block."""
    head = ["DO $sqlgen$", "DECLARE", *[f"  {line}" for line in declare]] if declare else ["DO $sqlgen$"]
    return [*head, "BEGIN", *body, "END", "$sqlgen$;"]


def asked(condition: str) -> Iterator[str]:
    r"""`\if` with an SQL condition. Where client commands get lost, the semicolon alone ends the SELECT."""
    yield f"SELECT {condition} AS sqlgen_run"
    yield from (r"\gset", ";", r"\if :sqlgen_run")


def setting(name: str) -> str:
    """SQL for one of the script's own settings as a number. In a session where the guard did not pass it is 0: so a
    step is entered, and its own guard says what is wrong."""
    return f"coalesce(nullif(current_setting('{name}', true), ''), '0')::int"


def lost(number: int) -> Iterator[str]:
    """plpgsql that refuses in a server session in which the guard at the top did not pass."""
    fact = say("step {number}: the guard at the top did not pass in this server session", number=number)
    hint = say(
        "See what it said. Where it did pass, a connection pooler shares server sessions: connect to the server itself."
    )
    yield from when("coalesce(current_setting('sqlgen.at', true), '') = ''", fact, hint=hint)


@dataclass(frozen=True, slots=True)
class Entry:
    """How a transaction of a step begins."""

    heads: str
    """SQL for what the version table must hold, as text[]."""
    shown: str
    """The same for people."""
    before: tuple[str, ...] = RESTORE
    more: tuple[str, ...] = ()
    """plpgsql behind the check."""
    declare: tuple[str, ...] = ()


def guard(step: Step, number: int, target: Target, entry: Entry) -> list[str]:
    """The check inside a step's transaction: the guard at the top passed in this very server session, and the version
    table holds what the step needs."""
    moved = say(
        "step {number} needs {heads}, {table} holds ", number=number, heads=entry.shown, table=target.version_table
    )
    body = [
        *lost(number),
        f"  PERFORM set_config('sqlgen.clock', {CLOCK}::text, false);",
        *entry.before,
        *(_create(target) if not step.before else ()),
        f"  LOCK TABLE {table(target)} IN SHARE ROW EXCLUSIVE MODE;",
        f"  {query_heads(target)}",
        *when(f"found_heads <> {entry.heads}", moved, "found_heads::text"),
        *entry.more,
    ]
    return block(*body, declare=("found_heads text[];", *entry.declare))


def _create(target: Target) -> Iterator[str]:
    """Alembic's own definition of the version table, where it is missing."""
    yield f"  IF {regclass(target)} IS NULL THEN"
    yield f"    CREATE TABLE {table(target)} ("
    yield "      version_num VARCHAR(32) NOT NULL,"
    yield f"      CONSTRAINT {named(f'{target.version_table}_pkc')} PRIMARY KEY (version_num)"
    yield "    );"
    yield "  END IF;"


def running(number: int, total: int, step: Step, fate: Message, *, at: Message | None, back: Message | None) -> str:
    """The result line that holds until the step has committed; true because the guard above it passed. `at`: where
    the database is, unless the transaction is shared with steps before it; `back`: where on a way back."""
    told = text(
        say(
            "step {number} of {total} ({revision}) is running; {fate}",
            number=number,
            total=total,
            revision=step.revision,
            fate=fate,
        )
    )
    start = "sqlgen result: NOT APPLIED yet: " + ("" if at is None else f"at {text(at)}; ")
    line = quoted(start + told)
    if back is not None:
        line = f"CASE WHEN {BACK}\n  THEN {quoted(f'sqlgen result: NOT APPLIED yet: at {text(back)}; {told}')}"
        line += f"\n  ELSE {quoted(start + told)} END"
    return f"SELECT {line}\n  || to_char(clock_timestamp(), ' (HH24:MI:SS)');"


def stamp(step: Step, number: int, target: Target, *, first: tuple[str, ...] = (), back: bool) -> list[str]:
    """Move the version table from the step's `before` to its `after`; each statement must hit exactly one row.

    back: the step may go back from the middle of an upgrade, which was never stamped.
    """
    return block(*RESTORE, *first, *moved(step, number, target, back=back), declare=HIT)


HIT = ("hit_rows bigint;",)
"""What `moved` declares."""


def moved(step: Step, number: int, target: Target, *, back: bool) -> Iterator[str]:
    """plpgsql of a stamp."""
    wrong = say("rows hit by the stamp of step {number}, instead of 1: ", number=number)
    moves = [line for one in stamps(step.before, step.after) for line in _move(one, target, wrong)]
    if not back:
        yield from moves
    else:
        yield f"  IF NOT ({BACK}) THEN"
        yield from deeper(moves)
        yield "  END IF;"
        names = ", ".join(map(quoted, BEHIND))
        yield f"  PERFORM set_config(name, '', false) FROM unnest(ARRAY[{names}]) AS name;"
    yield f"  PERFORM set_config('sqlgen.stood', '{number}', false);"


BACK = "current_setting('sqlgen.behind') <> ''"
"""SQL that is true while the step goes back from the middle of an upgrade."""
BEHIND = ("sqlgen.behind", "sqlgen.from", "sqlgen.mark")
"""Settings of a way back from the middle of an upgrade: behind which part, the same in words, and the record of it that
was found. They hold for one step."""


def _move(one: Stamp, target: Target, wrong: Message) -> Iterator[str]:
    name = table(target)
    if one.old is None:
        yield f"  INSERT INTO {name} (version_num) VALUES ({quoted(one.new or '')});"
    elif one.new is None:
        yield f"  DELETE FROM {name} WHERE version_num = {quoted(one.old)};"
    else:
        yield f"  UPDATE {name} SET version_num = {quoted(one.new)} WHERE version_num = {quoted(one.old)};"
    yield "  GET DIAGNOSTICS hit_rows = ROW_COUNT;"
    yield from when("hit_rows <> 1", wrong, "hit_rows")


def ended(stood: str, told: Message, short: Message) -> str:
    """The line behind a commit: how long it took where the transaction stands, else that this is not known.

    stood: what sqlgen.stood holds then. A transaction that was rolled back has not set it, nor is it set in another
    server session.
    """
    seconds = f"round({CLOCK} - current_setting('sqlgen.clock')::numeric, 3)"
    return (
        f"SELECT CASE current_setting('sqlgen.stood', true) WHEN {quoted(stood)}\n"
        f"  THEN {quoted(text(told) + ' ')} || {seconds} || ' s' ELSE {quoted(text(short))} END;"
    )
