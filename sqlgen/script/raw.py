"""Steps in, their statements alone out: formatted, each with its terminator and where it comes from, and no guard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.messages import ENGLISH, say, speaking
from sqlgen.script import remarks
from sqlgen.script.marks import origin
from sqlgen.script.path import check, first_gap, flat, gap_reason, heads, text
from sqlgen.script.target import Target
from sqlgen.segments import Item, Step
from sqlgen.statements import TokenKind, scan


@speaking(ENGLISH)
def render(steps: Sequence[Step], target: Target, *, title: Sequence[str] = ()) -> str:
    """The statements, ending with a newline. Nothing is stamped, and nothing asks where the database stands.

    Raises what script.path.check raises.
    """
    check(steps, target)
    lines = [f"-- {line}" for line in (*_warning(steps, target), *map(flat, title))]
    for number, step in enumerate(steps, start=1):
        lines += ["", *_above(step, number)]
        for item in step.items if step.gap is None else ():
            lines += ["", *_statement(item, target)]
    return "\n".join(lines) + "\n"


def _warning(steps: Sequence[Step], target: Target) -> Iterator[str]:
    path = f"{steps[0].direction}, {heads(steps[0].before)} -> {heads(steps[-1].after)}"
    yield text(say("NOT GUARDED: the bare statements of {path}, for {dialect}.", path=path, dialect=target.dialect))
    yield text(
        say(
            "Nothing here asks where the database stands, ends at an error or stamps {table};",
            table=target.version_table,
        )
    )
    yield text(say("for a script that does all of it, leave --raw out."))
    if first_gap(steps) is not None:
        yield text(say("INCOMPLETE: what could not be rendered is missing below."))


def _above(step: Step, number: int) -> Iterator[str]:
    file = "" if step.file is None else f"  ({flat(step.file)})"
    yield f"-- {number}. {step.revision}  {flat(step.message)}{file}"
    yield f"--    {heads(step.before)} -> {heads(step.after)}"
    if step.gap is not None:
        yield f"--    {text(say('MISSING, it could not be rendered: {why}', why=gap_reason(step)))}"
    elif (told := remarks.origin(step)) is not None:
        yield f"--    {text(told)}"
    if step.row_driven:
        yield f"--    {text(say('INCOMPLETE: {what}', what=remarks.row_driven(step)))}"


def _statement(item: Item, target: Target) -> Iterator[str]:
    """With what the engine's clients need behind a statement that they could not end by its semicolon."""
    alone = text(say("outside of any transaction")) if _stands_alone(item, target) else ""
    if told := ", ".join(part for part in (origin(item), alone) if part):
        yield f"-- {told}"
    inner = ";" in item.sql and any(token.kind is TokenKind.TERMINATOR for token in scan(item.sql, target.dialect))
    match target.dialect:
        case "mssql":  # each call of Alembic's is a batch of its own
            yield f"{item.sql};\nGO"
        case "oracle" if inner:  # PL/SQL ends with its own semicolon, and the client's slash
            yield f"{item.sql}{'' if item.sql.endswith(';') else ';'}\n/"
        case "mysql" | "mariadb" if inner and target.client == "mysql":
            end = next(mark for mark in ("//", "$$", "//end//") if mark not in item.sql)
            yield f"DELIMITER {end}\n{item.sql}\n{end}\nDELIMITER ;"
        case _:
            yield f"{item.sql};"


def _stands_alone(item: Item, target: Target) -> bool:
    """Where DDL has transactions, it is worth saying that a statement stands in none."""
    return item.transaction is None and target.dialect in ("postgresql", "sqlite", "mssql")
