"""A statement in that commits by itself, plpgsql out that shows whether it ran; or why plain SQL can't hold it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.facts.vocabulary import Begin, Commit, CreateIndex, Fact, Maintain, Rollback, ValidateConstraint
from sqlgen.messages import Message, say
from sqlgen.script.existence.asking import holds
from sqlgen.script.path import named, quoted
from sqlgen.script.plain.postgresql_guard import said, unless
from sqlgen.script.psql.once import transactional
from sqlgen.script.things import after, before
from sqlgen.segments import Item


def absent(item: Item) -> Iterator[str]:
    """plpgsql that refuses where what it makes is there already, so that its being there is a proof."""
    condition = holds(before(item), "postgresql")
    if condition is not None and not all(map(_forgives, item.facts)):
        wrong = say("what the next statement makes is there already, or what it drops is not; it was not run")
        yield from unless(condition, said(wrong))


def proof(item: Item, number: int, index: int) -> Iterator[str]:
    """plpgsql that refuses to go on where the catalog does not show that part `index` of step `number` ran."""
    failed = said(say("the statement of step {number}, part {index} did not succeed", number=number, index=index))
    for fact in item.facts:
        shown = _valid(fact)
        if shown is not None:
            yield from unless(f"coalesce(({shown}), false)", failed)
    condition = holds(after(item), "postgresql")
    if condition is not None:
        yield from unless(condition, failed)


def _valid(fact: Fact) -> str | None:
    """SQL for what tells more than that something is there."""
    match fact:
        case CreateIndex(name=str(name), table=table):
            index = quoted(named(name, table.schema))
            return f"SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass({index})"
        case ValidateConstraint(table=table, constraint=constraint):
            of = f"conrelid = to_regclass({quoted(named(table.name, table.schema))})"
            return f"SELECT convalidated FROM pg_constraint WHERE {of} AND conname = {quoted(constraint)}"
        case _:
            return None


def _forgives(fact: Fact) -> bool:
    """It says itself that it may have been done."""
    return bool(getattr(fact, "if_not_exists", False) or getattr(fact, "if_exists", False))


def _does_not_matter(fact: Fact) -> bool:
    """No harm where it failed: statistics and free space."""
    return isinstance(fact, Maintain) and fact.command.startswith(("VACUUM", "ANALYZE"))


def problems(item: Item) -> Iterator[tuple[Message, Message]]:
    """What PostgreSQL would run, but no guard can watch over without a client that stops at errors."""
    with_psql = say("Run the revision with psql: make the script without --client plain.")
    if any(isinstance(fact, Begin | Commit | Rollback) for fact in item.facts):
        yield say("it opens or ends a transaction, and tools treat that in ways of their own"), with_psql
    elif item.transaction is None and not transactional(item):
        shown = holds(after(item), "postgresql") is not None or any(map(_valid, item.facts))
        unnamed = any(isinstance(fact, CreateIndex) and fact.name is None for fact in item.facts)
        if unnamed or not (shown or (item.facts and all(map(_does_not_matter, item.facts)))):
            yield say("it commits by itself, and nothing shows afterwards whether it ran"), with_psql
