"""Detaching a partition the plain way stalls every query of the whole partitioned table.

DETACH PARTITION takes no time, but needs an ACCESS EXCLUSIVE lock on the parent: behind one long query of any
partition it waits, and all queries of all partitions wait behind it. Since PostgreSQL 14, CONCURRENTLY does with a
weaker lock, in two transactions of its own. It is refused while the parent has a DEFAULT partition.

Not reported: a parent that was made in the same range; a server that is said to be older than 14.

```sql before postgresql
CREATE TABLE events (id INTEGER, day DATE NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
```

```sql bad postgresql
ALTER TABLE events DETACH PARTITION events_2025;
```

```sql good postgresql
ALTER TABLE events DETACH PARTITION events_2025 CONCURRENTLY;
```

In Alembic:

```python good postgresql
with op.get_context().autocommit_block():
    op.execute("ALTER TABLE events DETACH PARTITION events_2025 CONCURRENTLY")
```

Sources:
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DETACH-PARTITION
- https://www.postgresql.org/docs/release/14.0/
"""

from sqlgen.rulekit import Before, DetachPartition, Message, Severity, rule, say


@rule(
    severity=Severity.WARNING,
    dialects={"postgresql"},
    since="0.1",
    help=say("Add CONCURRENTLY, outside a transaction (PostgreSQL 14 and later; not beside a DEFAULT partition)."),
)
def check(detach: DetachPartition, before: Before) -> Message | None:
    if detach.concurrently or before.created(detach.table):
        return None
    if before.server_version is not None and not before.at_least(14):
        return None
    return say(
        "detaching {partition} waits for an ACCESS EXCLUSIVE lock on {parent}, and reads and writes of all its "
        "partitions wait behind",
        partition=detach.partition,
        parent=detach.table,
    )
