"""REFRESH MATERIALIZED VIEW the plain way blocks its readers until the query has run.

The view is under an ACCESS EXCLUSIVE lock while it is filled anew: each SELECT from it waits. CONCURRENTLY compares old
and new rows instead and lets readers go on. It needs a unique index over plain columns, for all rows, and a view that
has been filled before.

A view that was made in the same range is not reported.

```sql before postgresql
CREATE TABLE orders (id INTEGER PRIMARY KEY, amount INTEGER);
CREATE MATERIALIZED VIEW totals AS SELECT amount, count(*) AS n FROM orders GROUP BY amount;
CREATE UNIQUE INDEX totals_amount ON totals (amount);
```

```sql bad postgresql
REFRESH MATERIALIZED VIEW totals;
```

```sql good postgresql
REFRESH MATERIALIZED VIEW CONCURRENTLY totals;
```

In Alembic:

```python good postgresql
op.execute("REFRESH MATERIALIZED VIEW CONCURRENTLY totals")
```

Sources:
- https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html
"""

from sqlgen.rulekit import Before, Maintain, Message, Severity, rule, say


@rule(
    severity=Severity.WARNING,
    dialects={"postgresql"},
    since="0.1",
    help=say("Add CONCURRENTLY; the view needs a unique index over its rows for that."),
)
def check(maintain: Maintain, before: Before) -> Message | None:
    if maintain.command != "REFRESH MATERIALIZED VIEW" or maintain.concurrently or maintain.name is None:
        return None
    if before.created(maintain.name, "materialized view"):
        return None
    return say(
        "refreshing {view} holds an ACCESS EXCLUSIVE lock, which blocks reads of {view} until its query has run",
        view=maintain.name,
    )
