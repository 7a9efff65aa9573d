"""IF NOT EXISTS takes the wreck of a failed concurrent build for the index.

A CREATE INDEX CONCURRENTLY that fails (a duplicate, a deadlock, a timeout) leaves an INVALID index of that name
behind: it costs on every write and serves no query; a unique one may not even be unique. When the statement
runs again, IF NOT EXISTS finds the name, says nothing, and the migration counts as done.

Not reported: an index that was dropped before it in the same range, since then there is nothing to find; a table that
was made in the same range; and where a script of sqlgen runs it, which looks into the catalog before and behind each
concurrent build: it drops an index that is INVALID, builds it again, and stamps nothing over a wreck.

```sql before postgresql
CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);
```

```sql bad postgresql runs=alembic
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_users_email ON users (email);
```

```sql good postgresql
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_users_email ON users (email);
```

```sql good postgresql runs=alembic
DROP INDEX CONCURRENTLY IF EXISTS ix_users_email;
CREATE INDEX CONCURRENTLY ix_users_email ON users (email);
```

In Alembic:

```python bad postgresql runs=alembic
with op.get_context().autocommit_block():
    op.create_index("ix_users_email", "users", ["email"], postgresql_concurrently=True, if_not_exists=True)
```

```python good postgresql
with op.get_context().autocommit_block():
    op.drop_index("ix_users_email", "users", postgresql_concurrently=True, if_exists=True)
    op.create_index("ix_users_email", "users", ["email"], postgresql_concurrently=True)
```

Sources:
- https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
"""

from sqlgen.rulekit import Before, CreateIndex, Message, Name, Severity, rule, say


@rule(
    severity=Severity.WARNING,
    dialects={"postgresql"},
    since="0.1",
    help=say("Leave IF NOT EXISTS out, and put DROP INDEX CONCURRENTLY IF EXISTS before it."),
)
def check(index: CreateIndex, before: Before) -> Message | None:
    if not (index.concurrently and index.if_not_exists) or before.runs == "bundle" or before.created(index.table):
        return None
    if index.name is None or before.schema.dropped(Name(index.name, index.table.schema), "index"):
        return None
    return say(
        "an INVALID {index} that a failed build left behind is taken for done: no query of {table} uses it",
        index=index.name,
        table=index.table,
    )
