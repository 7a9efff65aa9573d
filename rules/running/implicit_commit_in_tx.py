"""A DDL statement inside BEGIN … COMMIT ends the transaction: what was done before it can't be rolled back.

MySQL and MariaDB commit before and after each DDL statement, without a word. The rows that were changed since BEGIN are
committed, the rest of the block runs with each statement committed by itself, and a ROLLBACK at its end does nothing.

```sql before mysql mariadb
CREATE TABLE users (id INTEGER PRIMARY KEY, state VARCHAR(10));
```

```sql bad mysql mariadb
BEGIN;
UPDATE users SET state = 'new' WHERE id = 1;
ALTER TABLE users ADD COLUMN age INTEGER;
COMMIT;
```

```sql good mysql mariadb
BEGIN;
UPDATE users SET state = 'new' WHERE id = 1;
COMMIT;
ALTER TABLE users ADD COLUMN age INTEGER;
```

In Alembic, give the rows a revision of their own:

```python good mysql mariadb
op.execute("UPDATE users SET state = 'new' WHERE id = 1")
# --- next revision
op.add_column("users", sa.Column("age", sa.Integer()))
```

Sources:
- https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html
- https://mariadb.com/kb/en/sql-statements-that-cause-an-implicit-commit/
"""

from sqlgen.rulekit import Before, Begin, Commits, Fact, Message, Severity, rule, say


@rule(
    severity=Severity.WARNING,
    dialects={"mysql", "mariadb"},
    since="0.1",
    help=say("Take the DDL out of the transaction: COMMIT before it, and give the rows a transaction of their own."),
)
def check(fact: Fact, before: Before) -> Message | None:
    if not before.in_transaction or before.effect(fact).commits is not Commits.IMPLICITLY or isinstance(fact, Begin):
        return None
    return say("this commits the transaction that was begun before it: a ROLLBACK takes nothing back")
