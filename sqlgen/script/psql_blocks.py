"""The plpgsql blocks that every step of a psql script is made of: guard, stamp, refusal."""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.messages import Message, say
from sqlgen.script.path import Heads, braces, flat, named, quoted, stamps, text
from sqlgen.script.target import Target
from sqlgen.segments import Step


def table(target: Target) -> str:
    """The version table's quoted name."""
    return named(target.version_table, target.version_table_schema)


def array(heads: Heads) -> str:
    """SQL for a text[]."""
    return f"ARRAY[{', '.join(map(quoted, heads))}]" if heads else "'{}'::text[]"


def query_heads(target: Target) -> str:
    """plpgsql that reads the version table's rows into found_heads, sorted by bytes as Python sorts revision ids."""
    rows = 'array_agg(version_num::text ORDER BY version_num::text COLLATE "C")'
    return f"SELECT coalesce({rows}, '{{}}') INTO found_heads\n    FROM {table(target)};"


def query_mark(target: Target) -> str:
    """SQL for the record of a half-done step, at the end of the version table's comment; '' where there is none."""
    comment = f"obj_description(to_regclass({quoted(table(target))}), 'pg_class')"
    return f"coalesce(substring({comment} FROM 'sqlgen: .*'), '')"


def refuse(fact: Message, *found: str, hint: Message | None = None) -> list[str]:
    """RAISE a NOT APPLIED line: the fact, and SQL expressions that are put behind it."""
    said = str(fact)
    told = f"sqlgen result: NOT APPLIED: {flat(said)}" + (" " if said.endswith(" ") else "")
    lines = [f"      {quoted(told)}", *[f"      || {expression}" for expression in found]]
    lines[-1] += ";" if hint is None else ","
    if hint is not None:
        lines.append(f"      HINT = {quoted(text(hint))};")
    return ["    RAISE EXCEPTION USING MESSAGE =", *lines]


_RESTORE = (
    "  PERFORM set_config(name, value, false)",
    "  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);",
)


def block(*body: str, declare: tuple[str, ...] = ()) -> list[str]:
    """A DO block."""
    head = ["DO $sqlgen$", "DECLARE", *[f"  {line}" for line in declare]] if declare else ["DO $sqlgen$"]
    return [*head, "BEGIN", *body, "END", "$sqlgen$;"]


def guard(step: Step, number: int, target: Target, *more: str, declare: tuple[str, ...] = ()) -> list[str]:
    """The check inside a step's transaction. `more` is plpgsql that follows it."""
    moved = say(
        "step {number} needs {before}, {table} holds ",
        number=number,
        before=braces(step.before),
        table=target.version_table,
    )
    body = [
        "  IF coalesce(current_setting('sqlgen.at', true), '') = '' THEN",
        *refuse(say("the guard at the top did not pass; step {number} changed nothing", number=number)),
        "  END IF;",
        *_RESTORE,
        *(_create(target) if not step.before else ()),
        f"  LOCK TABLE {table(target)} IN SHARE ROW EXCLUSIVE MODE;",
        f"  {query_heads(target)}",
        f"  IF found_heads <> {array(step.before)} THEN",
        *refuse(moved, "found_heads::text"),
        "  END IF;",
        *more,
    ]
    return block(*body, declare=("found_heads text[];", *declare))


def _create(target: Target) -> Iterator[str]:
    """Alembic's own definition of the version table, where it is missing."""
    yield f"  IF to_regclass({quoted(table(target))}) IS NULL THEN"
    yield f"    CREATE TABLE {table(target)} ("
    yield "      version_num VARCHAR(32) NOT NULL,"
    yield f"      CONSTRAINT {named(f'{target.version_table}_pkc')} PRIMARY KEY (version_num)"
    yield "    );"
    yield "  END IF;"


def running(step: Step, number: int, total: int, note: Message) -> str:
    """The result line that holds until the step has committed; true because the guard above it passed."""
    told = say(
        "sqlgen result: NOT APPLIED yet: at {at}; step {number} of {total} ({revision}) is running; {note}",
        at=braces(step.before),
        number=number,
        total=total,
        revision=step.revision,
        note=note,
    )
    return f"SELECT {quoted(text(told))}\n  || to_char(clock_timestamp(), ' (HH24:MI:SS)');"


def stamp(step: Step, number: int, target: Target, *first: str) -> list[str]:
    """Move the version table from the step's `before` to its `after`; each statement must hit exactly one row."""
    wrong = say("rows hit by the stamp of step {number}, instead of 1: ", number=number)
    body = [*_RESTORE, *first]
    name, refused = table(target), refuse(wrong, "hit_rows::text")
    for one in stamps(step.before, step.after):
        if one.old is None:
            body.append(f"  INSERT INTO {name} (version_num) VALUES ({quoted(one.new or '')});")
        elif one.new is None:
            body.append(f"  DELETE FROM {name} WHERE version_num = {quoted(one.old)};")
        else:
            where = f"WHERE version_num = {quoted(one.old)}"
            body.append(f"  UPDATE {name} SET version_num = {quoted(one.new)} {where};")
        body += ["  GET DIAGNOSTICS hit_rows = ROW_COUNT;", "  IF hit_rows <> 1 THEN", *refused, "  END IF;"]
    return block(*body, declare=("hit_rows bigint;",))
