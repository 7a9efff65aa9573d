"""Slow work on one table, while the transaction still holds an exclusive lock on another, blocks that one too.

An ALTER TABLE may take a millisecond, its lock is kept until the transaction ends. A backfill of another table, or a
constraint of it that is validated, makes minutes of it: nobody can read or write the first table meanwhile, though
nothing happens to it.

Only work that grows with the rows is reported: changes of many rows, and scans; it speaks once per revision or file.
What concerns the locked table itself is said by other rules (backfill-with-ddl-same-tx, constraint-validate-same-tx),
and so is work that blocks its own table (index-create-blocking, fk-add-validating, …): what mends that takes it out of
this transaction too. Tables that were made in the same range don't count, nor those that the transaction has dropped.

```sql before postgresql mssql
CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);
CREATE TABLE orders (id INTEGER PRIMARY KEY, amount INTEGER, state TEXT);
```

```sql bad postgresql
BEGIN;
ALTER TABLE users ADD COLUMN nickname TEXT;
UPDATE orders SET state = 'new' WHERE state IS NULL;
COMMIT;
```

```sql bad mssql
BEGIN TRANSACTION;
ALTER TABLE users ADD nickname NVARCHAR(40) NULL;
UPDATE orders SET state = 'new' WHERE state IS NULL;
COMMIT;
```

```sql good mssql
BEGIN TRANSACTION;
UPDATE orders SET state = 'new' WHERE state IS NULL;
ALTER TABLE users ADD nickname NVARCHAR(40) NULL;
COMMIT;
```

```sql good postgresql
BEGIN;
UPDATE orders SET state = 'new' WHERE state IS NULL;
ALTER TABLE users ADD COLUMN nickname TEXT;
COMMIT;
```

In Alembic, the slow work first, or in a revision of its own:

```python bad postgresql
op.add_column("users", sa.Column("nickname", sa.Text()))
op.execute("UPDATE orders SET state = 'new' WHERE state IS NULL")
```

```python good postgresql
op.add_column("users", sa.Column("nickname", sa.Text()))
# --- next revision
op.execute("UPDATE orders SET state = 'new' WHERE state IS NULL")
```

Sources:
- https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
- https://learn.microsoft.com/en-us/sql/relational-databases/sql-server-transaction-locking-and-row-versioning-guide
- https://alembic.sqlalchemy.org/en/latest/api/runtime.html#alembic.runtime.environment.EnvironmentContext.configure
"""

from sqlgen.rulekit import Before, Fact, Message, Name, Severity, Work, changes_many, rule, say


@rule(
    severity=Severity.WARNING,
    dialects={"postgresql", "mssql"},
    since="0.1",
    once=True,
    help=say(
        "Do the slow work first, or in a revision and a transaction of its own (env.py: transaction_per_migration=True "
        "where alembic upgrade runs it)."
    ),
)
def check(fact: Fact, before: Before) -> Message | None:
    closed = before.transaction.closed if before.transaction is not None else {}
    if not closed:
        return None  # before anything that may need the history
    effect, about = before.effect(fact), getattr(fact, "table", None)
    if effect.work not in (Work.SCAN, Work.INDEX, Work.REWRITE) and not changes_many(fact, before.schema):
        return None
    busy = [table for table in effect.worked_on if not before.created(table)]
    if not busy or (isinstance(about, Name) and before.created(about)):
        return None
    if before.awaited(fact) is not None or any(table in closed for table in busy):
        return None  # said by another rule
    waiting = next(iter(closed.values()))
    return say(
        "while this works on {busy}, the transaction still holds an {mode} lock on {table}, which blocks reads and "
        "writes of {table} until it commits",
        busy=", ".join(map(str, busy)),
        mode=waiting.mode,
        table=waiting.table,
    )
