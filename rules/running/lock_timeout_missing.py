"""A statement that waits for a lock without a limit stalls every query behind it.

A DDL statement needs a strong lock on its table. While one long query or open transaction holds that table, the DDL
waits, and what comes after it waits behind the DDL, mostly reads too: the application stands still. PostgreSQL
and SQL Server wait for ever by default, MySQL a year, MariaDB a day. Oracle's DDL does not wait at all by default.

With a limit the statement fails after seconds instead, nothing is stalled, and it is run again.

A new table waits too when it refers to an old one: triggers for the foreign key are made on both.

The scripts of sqlgen set one (`lock_timeout`, 5 s unless the settings say otherwise), so the rule speaks only where
something else runs the statements (on SQL Server always), or where a revision switches the limit off. For `alembic
upgrade` a limit counts that env.py sets: a SET in any of its texts, or `-c lock_timeout=…` among its connect_args. One
that the role or the server has (ALTER ROLE … SET) is not seen: then switch the rule off. It speaks once per revision or
file. Objects that were made in the same range are not reported, since nothing else uses them; nor are CONCURRENTLY
builds, which a limit would leave behind as INVALID indexes.

```sql before postgresql mysql mariadb mssql
CREATE TABLE users (id INTEGER PRIMARY KEY);
```

```sql bad postgresql mysql mariadb runs=alembic
ALTER TABLE users ADD COLUMN nickname VARCHAR(40);
```

```sql bad postgresql runs=alembic
CREATE TABLE notes (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));
```

```sql bad postgresql runs=alembic
SET lock_timeout = 0;
CREATE TABLE notes (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));
```

```sql bad mssql runs=alembic
ALTER TABLE users ADD nickname VARCHAR(40);
```

```sql bad postgresql runs=alembic
SET lock_timeout = 0;
ALTER TABLE users ADD COLUMN nickname VARCHAR(40);
```

```sql good mssql runs=alembic
SET LOCK_TIMEOUT 5000;
ALTER TABLE users ADD nickname VARCHAR(40);
```

```sql good postgresql runs=alembic
SET lock_timeout = '5s';
ALTER TABLE users ADD COLUMN nickname VARCHAR(40);
```

```sql good mysql mariadb runs=alembic
SET lock_wait_timeout = 5;
ALTER TABLE users ADD COLUMN nickname VARCHAR(40);
```

In env.py, for alembic upgrade, once for all revisions:

```python
with context.begin_transaction():
    connection.execute(text("SET lock_timeout = '5s'"))
    context.run_migrations()
```

Sources:
- https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT
- https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_lock_wait_timeout
- https://mariadb.com/kb/en/server-system-variables/#lock_wait_timeout
- https://learn.microsoft.com/en-us/sql/t-sql/statements/set-lock-timeout-transact-sql
"""

from sqlgen.rulekit import Advice, Before, Blocks, Fact, Lock, Message, Severity, rule, say

STATEMENTS = {
    "postgresql": "SET lock_timeout = '5s'",
    "mysql": "SET lock_wait_timeout = 5",
    "mariadb": "SET lock_wait_timeout = 5",
    "mssql": "SET LOCK_TIMEOUT 5000",
}


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "mysql", "mariadb", "mssql"},
    since="0.1",
    once=True,
    help=say("Set a limit first."),
)
def check(fact: Fact, before: Before) -> Advice | None:
    if before.lock_timeout_ms:
        return None
    lock = before.awaited(fact)
    if lock is None:
        return None
    once = say(" (once for all in env.py)") if before.runs == "alembic" else say("")
    return Advice(
        _said(lock, before),
        say("Set a limit first{once}: {statement}.", once=once, statement=STATEMENTS[before.dialect]),
    )


def _said(lock: Lock, before: Before) -> Message:
    reads = lock.blocks is Blocks.ALL
    if before.lock_timeout_ms == 0 and reads:
        return say(
            "the limit is 0: this waits for {table} for ever, and all queries of it wait behind", table=lock.table
        )
    if before.lock_timeout_ms == 0:
        return say(
            "the limit is 0: this waits for {table} for ever, and all writes to it wait behind", table=lock.table
        )
    if reads:
        return say("this waits for {table} without a limit, and all queries of it wait behind", table=lock.table)
    return say("this waits for {table} without a limit, and all writes to it wait behind", table=lock.table)
