"""PRAGMA foreign_keys does nothing inside a transaction.

SQLite takes the statement, says nothing, and goes on as before: a rebuild that meant to run with foreign keys off still
deletes rows of other tables by ON DELETE CASCADE, and one that meant to switch them on again leaves them off.

```sql before sqlite
CREATE TABLE users (id INTEGER PRIMARY KEY);
```

```sql bad sqlite
BEGIN;
PRAGMA foreign_keys = OFF;
CREATE TABLE teams (id INTEGER PRIMARY KEY);
COMMIT;
```

```sql good sqlite
PRAGMA foreign_keys = OFF;
BEGIN;
CREATE TABLE teams (id INTEGER PRIMARY KEY);
COMMIT;
PRAGMA foreign_keys = ON;
```

Where what refers is only out of order for a while, let the transaction check it at its end:

```sql good sqlite
BEGIN;
PRAGMA defer_foreign_keys = ON;
CREATE TABLE teams (id INTEGER PRIMARY KEY);
COMMIT;
```

Alembic runs a SQLite revision without a transaction, unless env.py sets `transactional_ddl=True`; outside of that one:

```python good sqlite
with op.get_context().autocommit_block():
    op.execute("PRAGMA foreign_keys = OFF")
    op.create_table("teams", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("PRAGMA foreign_keys = ON")
```

The scripts of sqlgen run as one transaction with foreign keys off, and check all of them before it ends: there no
revision needs the PRAGMA.

Sources:
- https://www.sqlite.org/pragma.html#pragma_foreign_keys
- https://www.sqlite.org/pragma.html#pragma_defer_foreign_keys
"""

from sqlgen.rulekit import Before, Message, SetOption, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"sqlite"},
    since="0.1",
    help=say("Set it before the transaction begins (Alembic: autocommit_block()), or PRAGMA defer_foreign_keys = ON."),
)
def check(option: SetOption, before: Before) -> Message | None:
    if option.name != "foreign_keys" or not before.in_transaction:
        return None
    return say(
        "PRAGMA foreign_keys = {value} does nothing inside a transaction: they stay as they were", value=option.value
    )
