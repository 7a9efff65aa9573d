"""Whether a failure could take back what the script of a MySQL or MariaDB server changes, as checks before it runs."""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.facts.vocabulary import CreateTable, Name
from sqlgen.messages import say
from sqlgen.script.checks.model import Check
from sqlgen.script.checks.preflight_checks import Asked, holds, none
from sqlgen.script.mysql.blocks import literal
from sqlgen.script.mysql.engines import LOOSE, TABLES, changed, schema_of


def checks(asked: Asked) -> Iterator[Check]:
    """What the guard will refuse: the version table, and tables whose rows a transaction of the script changes."""
    target = asked.target
    yield _check(Name(target.version_table, target.version_table_schema), 0, len(asked.steps))
    for one in changed(asked.steps, target):
        yield _check(one.table, one.since[0], one.until[0] + 1)
    facts = (fact for step in asked.steps for item in step.items for fact in item.facts)
    if any(isinstance(fact, CreateTable) and not fact.like and "engine" not in dict(fact.settings) for fact in facts):
        default = "engine = @@global.default_storage_engine AND COALESCE(transactions, 'NO') <> 'YES'"
        told = say("engine without transactions and foreign keys that new tables get (default_storage_engine)")
        yield none(told, f"(SELECT MAX(engine) FROM information_schema.engines WHERE {default})")


def _check(table: Name, since: int, until: int) -> Check:
    """It is asked where so many steps are done, and fewer than `until`. What is not there yet passes."""
    loose = f"FROM {TABLES} WHERE t.table_schema = {schema_of(table.schema)} AND t.table_name = {literal(table.name)}"
    loose += f" AND {LOOSE}"
    return holds(
        say("{table} can be rolled back (its engine has transactions)", table=table),
        f"NOT EXISTS (SELECT 1 {loose})",
        "yes",
        f"(SELECT MAX(COALESCE(t.engine, '?')) {loose})",
        literal,
        when=f"@sqlgen_at >= {since} AND @sqlgen_at < {until}",
    )
