"""Attaching a table as a partition reads all its rows, unless a CHECK proves that they belong there.

ATTACH PARTITION lets reads and writes of the parent go on, but holds an ACCESS EXCLUSIVE lock on the table that is
attached until each row has been compared with the bounds. If the parent has a DEFAULT partition, that is locked and
read too. A validated CHECK constraint that says the same as the bounds (and that the column is not NULL) spares the
reading.

Not reported: a table that was made in the same range; one with a validated CHECK over a column that the parent is
partitioned by. Whether that CHECK says enough is not looked into.

```sql before postgresql
CREATE TABLE events (id INTEGER, day DATE NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE events_old (id INTEGER, day DATE NOT NULL);
```

```sql bad postgresql
ALTER TABLE events ATTACH PARTITION events_old FOR VALUES FROM ('2020-01-01') TO ('2026-01-01');
```

```sql good postgresql
ALTER TABLE events_old ADD CONSTRAINT in_range CHECK (day >= '2020-01-01' AND day < '2026-01-01') NOT VALID;
ALTER TABLE events_old VALIDATE CONSTRAINT in_range;
ALTER TABLE events ATTACH PARTITION events_old FOR VALUES FROM ('2020-01-01') TO ('2026-01-01');
ALTER TABLE events_old DROP CONSTRAINT IF EXISTS in_range;
```

In Alembic:

```python good postgresql
op.create_check_constraint("in_range", "events_old", "day >= '2020-01-01' AND day < '2026-01-01'",
                           postgresql_not_valid=True)
# --- next revision
op.execute("ALTER TABLE events_old VALIDATE CONSTRAINT in_range")
# --- next revision
op.execute("ALTER TABLE events ATTACH PARTITION events_old FOR VALUES FROM ('2020-01-01') TO ('2026-01-01')")
op.drop_constraint("in_range", "events_old", if_exists=True)
```

Sources:
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-ATTACH-PARTITION
- https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE
"""

from sqlgen.rulekit import AttachPartition, Before, Kind, Message, Severity, Table, TokenKind, rule, say, scan


@rule(
    severity=Severity.WARNING,
    dialects={"postgresql"},
    since="0.1",
    help=say("Add a CHECK with the partition's bounds NOT VALID, VALIDATE it, then ATTACH, and drop the CHECK."),
)
def check(attach: AttachPartition, before: Before) -> Message | None:
    if before.created(attach.partition):
        return None
    partition, parent = before.table(attach.partition), before.table(attach.table)
    if partition is not None and _has_proof(partition, parent):
        return None
    return say(
        "attaching {partition} to {parent} reads every row of {partition} under an ACCESS EXCLUSIVE lock, which blocks "
        "reads and writes of {partition}",
        partition=attach.partition,
        parent=attach.table,
    )


def _has_proof(partition: Table, parent: Table | None) -> bool:
    """Whether a validated CHECK is about a column that the parent is partitioned by."""
    by = parent.partition_by if parent is not None else None
    keys = None if by is None else _words(by)
    return any(
        one.kind is Kind.CHECK and not one.not_valid and (keys is None or keys & _words(str(one.expression)))
        for one in partition.constraints
    )


def _words(text: str) -> set[str]:
    return {one.text.lower() for one in scan(text, "postgresql") if one.kind in (TokenKind.WORD, TokenKind.QUOTED)}
