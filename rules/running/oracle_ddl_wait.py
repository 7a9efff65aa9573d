"""Oracle's DDL fails at once when somebody uses the table, unless ddl_lock_timeout lets it wait.

ALTER, DROP and TRUNCATE need the table for themselves for a moment. One open transaction on it is enough for ORA-00054,
"resource busy"; and since each DDL statement commits, a script that stops there stays half applied. With
ddl_lock_timeout the statement waits that many seconds first. Writers that come while it waits queue behind it, so keep
it short.

For `alembic upgrade` a limit counts that the revision sets, or one before it, or env.py. The rule speaks once per
revision or file. A table that was made in the same range is not reported, nor is what Oracle does ONLINE.

```sql before oracle
CREATE TABLE orders (id NUMBER(10) NOT NULL PRIMARY KEY);
```

```sql bad oracle runs=alembic
ALTER TABLE orders ADD note VARCHAR2(200);
```

```sql good oracle runs=alembic
ALTER SESSION SET ddl_lock_timeout = 5;
ALTER TABLE orders ADD note VARCHAR2(200);
```

In Alembic, at the beginning of a revision, or once in env.py:

```python good oracle
op.execute("ALTER SESSION SET ddl_lock_timeout = 5")
op.add_column("orders", sa.Column("note", sa.String(200), nullable=True))
```

Sources:
- https://docs.oracle.com/en/database/oracle/oracle-database/19/refrn/DDL_LOCK_TIMEOUT.html
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/Automatic-Locks-in-DDL-Operations.html
"""

from collections.abc import Iterator

from sqlgen.rulekit import Before, Commits, Item, Message, Severity, rule, say


@rule(
    severity=Severity.WARNING,
    dialects={"oracle"},
    since="0.1",
    once=True,
    help=say("ALTER SESSION SET ddl_lock_timeout = 5 before the first of them, or once for all in env.py."),
)
def check(item: Item, before: Before) -> Iterator[Message]:
    if before.lock_timeout_ms is not None:
        return
    for fact in item.facts:
        if before.effect(fact).commits is not Commits.IMPLICITLY:
            continue
        lock = before.awaited(fact)
        if lock is not None:
            yield say(
                "this fails at once, and leaves what came before it, while anybody changes {table}", table=lock.table
            )
            return
