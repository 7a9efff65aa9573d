"""Dropping an index the plain way stalls every query of its table while it waits.

DROP INDEX takes no time, but needs an ACCESS EXCLUSIVE lock on the table. Behind one long query it waits, and all that
comes after it waits behind it, reads too. DROP INDEX CONCURRENTLY waits on its own, and nobody else does.

Not reported: an index that was made in the same range, or stands on a table that was; one that belongs to a
partitioned table, where CONCURRENTLY is refused; one that belongs to a constraint (see index-drop-constraint-backed);
one of a table that the same transaction closes anyway, before or after it (ALTER TABLE, DROP TABLE): to drop it
concurrently would spare nobody the wait. The rule speaks once per revision or file.

```sql before postgresql
CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);
CREATE INDEX ix_users_email ON users (email);
```

```sql bad postgresql
DROP INDEX IF EXISTS ix_users_email;
```

```sql bad postgresql
DROP INDEX IF EXISTS ix_of_a_table_that_is_not_known;
```

```sql good postgresql
DROP INDEX CONCURRENTLY IF EXISTS ix_users_email;
```

In Alembic:

```python bad postgresql
op.drop_index("ix_users_email", "users", if_exists=True)
```

```python good postgresql
with op.get_context().autocommit_block():
    op.drop_index("ix_users_email", "users", postgresql_concurrently=True, if_exists=True)
```

Sources:
- https://www.postgresql.org/docs/current/sql-dropindex.html
"""

from collections.abc import Iterator, Sequence

from sqlgen.rulekit import (
    Before,
    Blocks,
    DropIndex,
    Fact,
    Item,
    Message,
    Name,
    Schema,
    Severity,
    Step,
    rule,
    say,
)


@rule(
    severity=Severity.WARNING,
    dialects={"postgresql"},
    since="0.1",
    help=say(
        "Add CONCURRENTLY, outside a transaction (Alembic: postgresql_concurrently=True inside autocommit_block())."
    ),
)
def check(step: Step, before: Before) -> tuple[tuple[Item, Message], ...]:
    if not any(isinstance(fact, DropIndex) for item in step.items for fact in item.facts):
        return ()
    schema = Schema(before.dialect, lambda: before.schema)
    for together in _transactions(step):
        for item, fact in together:
            if isinstance(fact, DropIndex):
                said = _judge(fact, [other for _, other in together], schema, before)
                if said is not None:
                    return ((item, said),)
            schema.apply(fact)
    return ()


def _transactions(step: Step) -> Iterator[list[tuple[Item, Fact]]]:
    """What commits together."""
    together: list[tuple[Item, Fact]] = []
    number: int | None = None
    for item in step.items:
        if item.transaction is None or item.transaction != number:
            yield together
            together, number = [], item.transaction
        together += [(item, fact) for fact in item.facts]
    yield together


def _judge(drop: DropIndex, together: Sequence[Fact], schema: Schema, before: Before) -> Message | None:
    name = drop.index
    if drop.concurrently or before.created(name, "index") or before.schema.dropped(name, "index"):
        return None
    if schema.created(name, "index") or schema.dropped(name, "index") or schema.backs(name, drop.table) is not None:
        return None
    index = schema.index(name, drop.table)
    table = None if index is None else schema.table(index.table)
    if table is None:
        return say(
            "dropping {index} waits for an ACCESS EXCLUSIVE lock on its table, and reads and writes of it wait behind",
            index=name,
        )
    if table.partition_by is not None or before.created(table.name) or schema.created(table.name):
        return None
    if any(_closes(fact, table.name, before) for fact in together):
        return None
    return say(
        "dropping {index} waits for an ACCESS EXCLUSIVE lock on {table}, and reads and writes of it wait behind",
        index=name,
        table=table.name,
    )


def _closes(fact: Fact, table: Name, before: Before) -> bool:
    """Whether it takes a lock that nobody can read past, and keeps it."""
    if isinstance(fact, DropIndex) or table not in (getattr(fact, "table", None), getattr(fact, "to", None)):
        return False
    return any(lock.blocks is Blocks.ALL and not lock.brief for lock in before.effect(fact).locks)
