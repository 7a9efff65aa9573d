"""VALIDATE CONSTRAINT behind a stronger lock of its own transaction blocks the table for the whole check.

NOT VALID and VALIDATE are two steps so that the long one, which reads every row, holds a weak lock. A lock is kept
until its transaction ends: with both in one transaction, the ACCESS EXCLUSIVE lock of the first (for a foreign key
SHARE ROW EXCLUSIVE, on both tables) is held while the second reads. So it is behind any other ALTER TABLE.

`alembic upgrade` runs all revisions in one transaction unless env.py asks for one each: there, two revisions are not
enough. A table that was made in the same range is not reported.

```sql before postgresql
CREATE TABLE users (id INTEGER PRIMARY KEY);
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER, amount INTEGER);
```

```sql bad postgresql
BEGIN;
ALTER TABLE orders ADD CONSTRAINT ck_orders_amount CHECK (amount > 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_amount;
COMMIT;
```

```sql bad postgresql
BEGIN;
ALTER TABLE orders ADD CONSTRAINT fk_orders_user FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT fk_orders_user;
COMMIT;
```

```sql good postgresql
BEGIN;
ALTER TABLE orders ADD CONSTRAINT ck_orders_amount CHECK (amount > 0) NOT VALID;
COMMIT;
BEGIN;
ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_amount;
COMMIT;
```

In Alembic:

```python bad postgresql
op.create_check_constraint("ck_orders_amount", "orders", "amount > 0", postgresql_not_valid=True)
op.execute("ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_amount")
```

```python good postgresql
op.create_check_constraint("ck_orders_amount", "orders", "amount > 0", postgresql_not_valid=True)
# --- next revision
op.execute("ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_amount")
```

with, for `alembic upgrade`, in env.py:

```python
context.configure(connection=connection, target_metadata=target_metadata, transaction_per_migration=True)
```

Sources:
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
- https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
- https://alembic.sqlalchemy.org/en/latest/api/runtime.html#alembic.runtime.environment.EnvironmentContext.configure
"""

from sqlgen.rulekit import Before, Blocks, Message, Severity, ValidateConstraint, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql"},
    since="0.1",
    help=say(
        "Validate in a revision of its own, in a transaction of its own (env.py: transaction_per_migration=True where "
        "alembic upgrade runs it)."
    ),
)
def check(validate: ValidateConstraint, before: Before) -> Message | None:
    lock = before.held().get(validate.table)
    if lock is None:
        return None
    if lock.blocks is Blocks.WRITES:
        return say(
            "{name} is checked on every row while this transaction holds a {mode} lock, which blocks writes to {table}",
            name=validate.constraint,
            mode=lock.mode,
            table=validate.table,
        )
    return say(
        "{name} is checked on every row while this transaction holds an {mode} lock, which blocks reads and writes of "
        "{table}",
        name=validate.constraint,
        mode=lock.mode,
        table=validate.table,
    )
