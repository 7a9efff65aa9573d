"""An index of a partitioned table can't be built CONCURRENTLY, and the plain way blocks writes to all its partitions.

PostgreSQL refuses CREATE INDEX CONCURRENTLY on a partitioned table. The plain form takes a SHARE lock on the table and
on each of its partitions and keeps them all until the last index is built: no row can be written meanwhile.

The way around: create the index ON ONLY the parent, which takes no time and leaves it invalid; build each partition's
index CONCURRENTLY; attach them. With the last one, the parent's index becomes valid.

The rule speaks where the history shows that the table is partitioned; where it can't be seen, index-create-blocking
does. A table that was made in the same range is not reported, unless CONCURRENTLY would fail on it.

```sql before postgresql
CREATE TABLE events (id INTEGER, day DATE) PARTITION BY RANGE (day);
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
```

```sql bad postgresql
CREATE INDEX ix_events_day ON events (day);
```

```sql bad postgresql
CREATE INDEX CONCURRENTLY ix_events_day ON events (day);
```

```sql good postgresql
CREATE INDEX ix_events_day ON ONLY events (day);
CREATE INDEX CONCURRENTLY ix_events_2026_day ON events_2026 (day);
ALTER INDEX ix_events_day ATTACH PARTITION ix_events_2026_day;
```

In Alembic:

```python good postgresql
op.execute("CREATE INDEX ix_events_day ON ONLY events (day)")
# --- next revision
with op.get_context().autocommit_block():
    op.create_index("ix_events_2026_day", "events_2026", ["day"], postgresql_concurrently=True)
# --- next revision
op.execute("ALTER INDEX ix_events_day ATTACH PARTITION ix_events_2026_day")
```

Sources:
- https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE
- https://www.postgresql.org/docs/current/sql-createindex.html
"""

from sqlgen.rulekit import Before, CreateIndex, Message, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql"},
    since="0.1",
    help=say(
        "CREATE INDEX … ON ONLY the parent, build each partition's index CONCURRENTLY, then ALTER INDEX … ATTACH "
        "PARTITION each."
    ),
)
def check(index: CreateIndex, before: Before) -> Message | None:
    table = before.table(index.table)
    if table is None or table.partition_by is None:
        return None
    name = index.name or say("an index")
    if index.concurrently:
        return say(
            "building {index} CONCURRENTLY on the partitioned {table} always fails", index=name, table=index.table
        )
    if index.only or before.created(index.table):
        return None
    return say(
        "building {index} holds a SHARE lock on {table} and each of its partitions, which blocks writes to all of them "
        "until the last is built",
        index=name,
        table=index.table,
    )
