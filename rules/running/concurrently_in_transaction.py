"""CONCURRENTLY inside a transaction always fails.

PostgreSQL refuses CREATE INDEX, DROP INDEX, REINDEX and DETACH PARTITION with CONCURRENTLY inside a transaction block,
a function or a DO block, since they commit on their own half-way. The transaction is aborted, with all that stood
before it.

What follows a COMMIT that the migration executes itself is not reported: psycopg2 begins no other transaction then.

```sql before postgresql
CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);
```

```sql bad postgresql
BEGIN;
CREATE INDEX CONCURRENTLY ix_users_email ON users (email);
COMMIT;
```

```sql good postgresql
CREATE INDEX CONCURRENTLY ix_users_email ON users (email);
```

In Alembic:

```python bad postgresql
op.create_index("ix_users_email", "users", ["email"], postgresql_concurrently=True)
```

```python good postgresql
with op.get_context().autocommit_block():
    op.create_index("ix_users_email", "users", ["email"], postgresql_concurrently=True)
```

Sources:
- https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
- https://www.postgresql.org/docs/current/sql-dropindex.html
- https://www.postgresql.org/docs/current/sql-reindex.html
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DETACH-PARTITION
- https://alembic.sqlalchemy.org/en/latest/api/runtime.html#alembic.runtime.migration.MigrationContext.autocommit_block
"""

from sqlgen.rulekit import Before, CreateIndex, DetachPartition, DropIndex, Maintain, Message, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql"},
    since="0.1",
    help=say("Run it outside a transaction (Alembic: with op.get_context().autocommit_block():)."),
)
def check(statement: CreateIndex | DropIndex | Maintain | DetachPartition, before: Before) -> Message | None:
    if not before.in_transaction and before.block is None:
        return None
    match statement:
        case CreateIndex(concurrently=True):
            what = f"CREATE INDEX CONCURRENTLY {statement.name or ''}".rstrip()
        case DropIndex(concurrently=True):
            what = f"DROP INDEX CONCURRENTLY {statement.index}"
        # REFRESH MATERIALIZED VIEW CONCURRENTLY may stand in a transaction.
        case Maintain(command=command, concurrently=True) if command.startswith("REINDEX"):
            what = f"{command} CONCURRENTLY"
        case DetachPartition(concurrently=True):
            what = f"DETACH PARTITION {statement.partition} CONCURRENTLY"
        case _:
            return None
    if before.in_transaction:
        return say("{what} inside a transaction always fails", what=what)
    return say("{what} inside a DO block always fails", what=what)
