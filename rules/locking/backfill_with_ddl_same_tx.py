"""A backfill in the transaction of an ALTER TABLE blocks the table until the last row is written.

ALTER TABLE takes a lock that nobody can read past (PostgreSQL: ACCESS EXCLUSIVE, SQL Server: SCH-M), and often needs it
for a moment only. But a lock is kept until its transaction ends:
while the UPDATE behind it goes through the rows, nobody can read or write the table.

Commit the ALTER TABLE first: in a revision of its own, where each revision has its transaction. Then fill the rows, a
few thousand at a time. `alembic upgrade` runs all revisions in one transaction unless env.py asks for one each.

An UPDATE or DELETE that names rows by a key (id = 5, id IN (…)) or stops at a LIMIT is not reported, nor one of a table
that was made in the same range, nor INSERT of some rows.

```sql before postgresql mssql
CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);
```

```sql bad postgresql
BEGIN;
ALTER TABLE users ADD COLUMN active BOOLEAN;
UPDATE users SET active = TRUE WHERE active IS NULL;
COMMIT;
```

```sql bad mssql
BEGIN TRANSACTION;
ALTER TABLE users ADD active BIT NULL;
UPDATE users SET active = 1 WHERE active IS NULL;
COMMIT;
```

```sql good mssql
BEGIN TRANSACTION;
ALTER TABLE users ADD active BIT NULL;
COMMIT;
UPDATE users SET active = 1 WHERE active IS NULL;
```

```sql good postgresql
BEGIN;
ALTER TABLE users ADD COLUMN active BOOLEAN;
COMMIT;
UPDATE users SET active = TRUE WHERE active IS NULL;
```

In Alembic:

```python bad postgresql
op.add_column("users", sa.Column("active", sa.Boolean()))
op.execute("UPDATE users SET active = TRUE WHERE active IS NULL")
```

```python good postgresql
op.add_column("users", sa.Column("active", sa.Boolean()))
# --- next revision
op.execute("UPDATE users SET active = TRUE WHERE active IS NULL")
```

A constant needs no backfill at all, since PostgreSQL 11 adds a column with a default at once:

```python good postgresql
op.add_column("users", sa.Column("active", sa.Boolean(), server_default=sa.true()))
```

Sources:
- https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
- https://learn.microsoft.com/en-us/sql/relational-databases/sql-server-transaction-locking-and-row-versioning-guide
- https://alembic.sqlalchemy.org/en/latest/api/runtime.html#alembic.runtime.environment.EnvironmentContext.configure
"""

from sqlgen.rulekit import Before, Blocks, Delete, Insert, Message, Severity, Update, changes_many, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "mssql"},
    since="0.1",
    help=say(
        "Change the rows in a revision of its own, in a transaction of its own (env.py: transaction_per_migration=True "
        "where alembic upgrade runs it)."
    ),
)
def check(change: Update | Delete | Insert, before: Before) -> Message | None:
    lock = before.held().get(change.table)
    if lock is None or lock.blocks is not Blocks.ALL or not changes_many(change, before.schema):
        return None
    return say(
        "the rows of {table} are changed while this transaction holds an {mode} lock, which blocks reads and writes of "
        "{table} until it commits",
        table=change.table,
        mode=lock.mode,
    )
