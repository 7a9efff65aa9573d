"""Dropping or truncating a partition destroys its rows.

It is quick, and it commits at once: there is no way back but a backup. Which rows those are, the statement does not
say; that the bounds are what their name promises is nowhere checked.

A table that was made in the same range is not reported. PostgreSQL drops a partition like any table: see drop-table.

```sql bad mysql mariadb oracle
ALTER TABLE events DROP PARTITION p2024;
```

```sql bad mysql mariadb
ALTER TABLE events TRUNCATE PARTITION p2024, p2025;
```

```sql good mysql mariadb oracle
-- sqlgen: allow drop-partition because "older than the two years that we keep; copied to the archive on 2026-01-04"
ALTER TABLE events DROP PARTITION p2024;
```

Copy the rows first, and say where they are. `EXCHANGE PARTITION … WITH TABLE` keeps them in a table of their own:

```python good mysql mariadb oracle
# sqlgen: allow drop-partition because "older than the two years that we keep; copied to the archive on 2026-01-04"
op.execute("ALTER TABLE events DROP PARTITION p2024")
```

Sources:
- https://dev.mysql.com/doc/refman/8.4/en/partitioning-management-range-list.html
- https://dev.mysql.com/doc/refman/8.4/en/partitioning-management-exchange.html
- https://docs.oracle.com/en/database/oracle/oracle-database/19/vldbg/maintenance-partition-tables-indexes.html
"""

from sqlgen.rulekit import Before, DropPartition, Message, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"mysql", "mariadb", "oracle"},
    since="0.1",
    help=say(
        "Copy the rows first, or exchange the partition with a table, and say so: "
        '# sqlgen: allow drop-partition because "…"'
    ),
)
def check(drop: DropPartition, before: Before) -> Message | None:
    if before.created(drop.table):
        return None
    partitions = ", ".join(drop.partitions)
    if drop.truncate:
        return say("truncating {partitions} of {table} destroys its rows", partitions=partitions, table=drop.table)
    return say("dropping {partitions} of {table} destroys its rows", partitions=partitions, table=drop.table)
