"""VACUUM FULL and CLUSTER write the whole table anew while nobody can read or write it.

Both hold an ACCESS EXCLUSIVE lock until the copy and all indexes are done, and need as much space again. A plain VACUUM
makes the space usable again without a lock that matters; pg_repack and pg_squeeze rewrite a table beside its users.

ALTER TABLE … CLUSTER ON only remembers an index and is not reported, nor a table that was made in the same range.

```sql before postgresql
CREATE TABLE orders (id INTEGER PRIMARY KEY, amount INTEGER);
```

```sql bad postgresql
VACUUM FULL orders;
```

```sql bad postgresql
CLUSTER orders USING orders_pkey;
```

```sql good postgresql
VACUUM ANALYZE orders;
```

In Alembic:

```python bad postgresql
with op.get_context().autocommit_block():
    op.execute("VACUUM FULL orders")
```

```python good postgresql
with op.get_context().autocommit_block():
    op.execute("VACUUM ANALYZE orders")
```

Sources:
- https://www.postgresql.org/docs/current/sql-vacuum.html
- https://www.postgresql.org/docs/current/sql-cluster.html
"""

from sqlgen.rulekit import Before, Maintain, Message, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql"},
    since="0.1",
    help=say("Use a plain VACUUM, or pg_repack; or do it in a window in which the application stands still."),
)
def check(maintain: Maintain, before: Before) -> Message | None:
    if maintain.command not in ("VACUUM FULL", "CLUSTER"):
        return None
    if maintain.name is None:
        return say(
            "{command} writes every table anew, each under an ACCESS EXCLUSIVE lock, which blocks its reads and writes",
            command=maintain.command,
        )
    if before.created(maintain.name):
        return None
    return say(
        "{command} writes {table} anew under an ACCESS EXCLUSIVE lock, which blocks reads and writes of {table}",
        command=maintain.command,
        table=maintain.name,
    )
