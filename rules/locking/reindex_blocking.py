"""REINDEX the plain way blocks writes to the table until each index is built anew, and most reads too.

It takes a SHARE lock on the table, which blocks INSERT, UPDATE and DELETE, and an ACCESS EXCLUSIVE lock on each index
that it builds: a query that might use the index waits, and the planner looks at all of them. CONCURRENTLY (PostgreSQL
12 and later) builds a new index beside the old one instead.

REINDEX SCHEMA and REINDEX DATABASE do it to one table after another. An index or a table that was made in the same
range is not reported, nor REINDEX SYSTEM, which has no other form.

```sql before postgresql
CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);
CREATE INDEX ix_users_email ON users (email);
```

```sql bad postgresql
REINDEX INDEX ix_users_email;
```

```sql bad postgresql
REINDEX TABLE users;
```

```sql good postgresql
REINDEX INDEX CONCURRENTLY ix_users_email;
```

In Alembic:

```python good postgresql
with op.get_context().autocommit_block():
    op.execute("REINDEX INDEX CONCURRENTLY ix_users_email")
```

Sources:
- https://www.postgresql.org/docs/current/sql-reindex.html#SQL-REINDEX-CONCURRENTLY
"""

from sqlgen.rulekit import Before, Maintain, Message, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql"},
    since="0.1",
    help=say("Add CONCURRENTLY, outside a transaction (Alembic: with op.get_context().autocommit_block():)."),
)
def check(maintain: Maintain, before: Before) -> Message | None:
    kind = maintain.command.removeprefix("REINDEX ")
    if kind not in ("INDEX", "TABLE", "SCHEMA", "DATABASE") or maintain.concurrently:
        return None
    name = maintain.name
    if name is not None and before.created(name, kind.lower()):
        return None
    return say(
        "REINDEX {kind} {name} blocks writes to each table that it works on, and reads that may use the index",
        kind=kind,
        name=name or "",
    )
