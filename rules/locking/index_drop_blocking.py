"""Dropping an index the plain way stalls every query of its table while it waits.

DROP INDEX takes no time, but needs an ACCESS EXCLUSIVE lock on the table. Behind one long query it waits, and all that
comes after it waits behind it, reads too. DROP INDEX CONCURRENTLY waits on its own, and nobody else does.

Not reported: an index that was made in the same range, or stands on a table that was; one that belongs to a
partitioned table, where CONCURRENTLY is refused; one that belongs to a constraint (see index-drop-constraint-backed);
one of a table that the transaction has locked already. The rule speaks once per revision or file.

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

from sqlgen.rulekit import Before, DropIndex, Message, Severity, rule, say


@rule(
    severity=Severity.WARNING,
    dialects={"postgresql"},
    since="0.1",
    once=True,
    help=say(
        "Add CONCURRENTLY, outside a transaction (Alembic: postgresql_concurrently=True inside autocommit_block())."
    ),
)
def check(drop: DropIndex, before: Before) -> Message | None:
    if drop.concurrently or before.created(drop.index, "index") or before.schema.dropped(drop.index, "index"):
        return None
    index = before.schema.index(drop.index, drop.table)
    if before.schema.backs(drop.index, drop.table) is not None:
        return None
    table = None if index is None else before.table(index.table)
    if table is None:
        return say(
            "dropping {index} waits for an ACCESS EXCLUSIVE lock on its table, and reads and writes of it wait behind",
            index=drop.index,
        )
    if table.partition_by is not None or before.created(table.name) or table.name in before.held():
        return None
    return say(
        "dropping {index} waits for an ACCESS EXCLUSIVE lock on {table}, and reads and writes of it wait behind",
        index=drop.index,
        table=table.name,
    )
