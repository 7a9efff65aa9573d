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

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlgen.rulekit import (
    Before,
    Blocks,
    CreateIndex,
    DropIndex,
    Fact,
    Item,
    Message,
    Name,
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
    known: set[str | None] = set()
    """The indexes that this revision has made or dropped."""
    for together in _transactions(step):
        closing = _by_table(fact for _, fact in together)
        for item, fact in together:
            if isinstance(fact, DropIndex) and fact.index.name not in known:
                said = _judge(fact, closing, before)
                if said is not None:
                    return ((item, said),)
                known.add(fact.index.name)
            if isinstance(fact, CreateIndex):
                known.add(fact.name)
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


def _by_table(facts: Iterable[Fact]) -> dict[Name, list[Fact]]:
    found: dict[Name, list[Fact]] = {}
    for fact in facts:
        for name in {getattr(fact, "table", None), getattr(fact, "to", None)}:
            if isinstance(name, Name) and not isinstance(fact, DropIndex):
                found.setdefault(name, []).append(fact)
    return found


def _judge(drop: DropIndex, together: Mapping[Name, Sequence[Fact]], before: Before) -> Message | None:
    schema, name = before.schema, drop.index
    if drop.concurrently or before.created(name, "index") or schema.dropped(name, "index"):
        return None
    index = schema.index(name, drop.table)
    if schema.backs(name, drop.table) is not None:
        return None
    table = None if index is None else before.table(index.table)
    if table is None:
        return say(
            "dropping {index} waits for an ACCESS EXCLUSIVE lock on its table, and reads and writes of it wait behind",
            index=name,
        )
    if table.partition_by is not None or before.created(table.name):
        return None
    if any(_closes(fact, before) for fact in together.get(table.name, ())):
        return None
    return say(
        "dropping {index} waits for an ACCESS EXCLUSIVE lock on {table}, and reads and writes of it wait behind",
        index=name,
        table=table.name,
    )


def _closes(fact: Fact, before: Before) -> bool:
    """Whether it takes a lock that nobody can read past, and keeps it."""
    return any(lock.blocks is Blocks.ALL and not lock.brief for lock in before.effect(fact).locks)
