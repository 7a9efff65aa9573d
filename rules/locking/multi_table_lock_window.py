"""One transaction that locks many tables stalls all of them together, and may deadlock.

Each ALTER TABLE waits for its table and keeps its lock until the transaction ends. While the last one waits, nobody can
use those that it has already; and application code that uses two of them in another order waits for the migration while
the migration waits for it. The server ends one of the two, which may be yours.

The rule speaks once per transaction, at the table that is one too many. How many may be locked is its option. Tables
that were made in the same range don't count, nor those that a foreign key refers to, nor those that the transaction
drops, which nobody should use any more.

```sql before postgresql mssql
CREATE TABLE users (id INTEGER PRIMARY KEY);
CREATE TABLE orders (id INTEGER PRIMARY KEY);
CREATE TABLE places (id INTEGER PRIMARY KEY);
CREATE TABLE prices (id INTEGER PRIMARY KEY);
```

```sql bad postgresql
BEGIN;
ALTER TABLE users ADD COLUMN note TEXT;
ALTER TABLE orders ADD COLUMN note TEXT;
ALTER TABLE places ADD COLUMN note TEXT;
ALTER TABLE prices ADD COLUMN note TEXT;
COMMIT;
```

```sql bad mssql
BEGIN TRANSACTION;
ALTER TABLE users ADD note NVARCHAR(40) NULL;
ALTER TABLE orders ADD note NVARCHAR(40) NULL;
ALTER TABLE places ADD note NVARCHAR(40) NULL;
ALTER TABLE prices ADD note NVARCHAR(40) NULL;
COMMIT;
```

```sql good mssql
BEGIN TRANSACTION;
ALTER TABLE users ADD note NVARCHAR(40) NULL;
ALTER TABLE orders ADD note NVARCHAR(40) NULL;
COMMIT;
```

```sql good postgresql
BEGIN;
ALTER TABLE users ADD COLUMN note TEXT;
ALTER TABLE orders ADD COLUMN note TEXT;
COMMIT;
BEGIN;
ALTER TABLE places ADD COLUMN note TEXT;
ALTER TABLE prices ADD COLUMN note TEXT;
COMMIT;
```

In Alembic, a revision for each table:

```python good postgresql
op.add_column("users", sa.Column("note", sa.Text()))
# --- next revision
op.add_column("orders", sa.Column("note", sa.Text()))
```

Sources:
- https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS
- https://learn.microsoft.com/en-us/sql/relational-databases/sql-server-transaction-locking-and-row-versioning-guide
- https://alembic.sqlalchemy.org/en/latest/api/runtime.html#alembic.runtime.environment.EnvironmentContext.configure
"""

from dataclasses import dataclass

from sqlgen.rulekit import Before, DropTable, Fact, Message, Severity, rule, say


@dataclass(frozen=True, slots=True)
class Options:
    tables: int = 3
    """How many tables a transaction may lock."""


@rule(
    severity=Severity.WARNING,
    dialects={"postgresql", "mssql"},
    since="0.1",
    help=say(
        "Give each table a revision, and each revision a transaction (env.py: transaction_per_migration=True where "
        "alembic upgrade runs it)."
    ),
)
def check(fact: Fact, before: Before, options: Options) -> Message | None:
    if before.transaction is None or len(before.transaction.named) != options.tables:
        return None
    lock, locked = before.awaited(fact), before.transaction.named
    if (
        lock is None
        or isinstance(fact, DropTable)
        or lock.table in locked
        or lock.table != getattr(fact, "table", None)
    ):
        return None
    return say(
        "with {table}, this transaction locks {count} tables until it commits: others wait for {tables} meanwhile, and "
        "may deadlock",
        table=lock.table,
        count=options.tables + 1,
        tables=", ".join(map(str, locked)),
    )
