"""A revision whose statements commit one by one can't be run again after one of them failed.

MySQL, MariaDB and Oracle commit each DDL statement by itself. When the third of five fails, the first two stand, the
version table still names the revision before, and a second run stops at the first: "Duplicate column name". Somebody
then has to take back by hand what was done, or to write the version row by hand.

It is judged where `alembic upgrade` or a client runs the statements. The scripts of sqlgen count the statements that
are done, and go on behind them. In the preset `strict` only, since most revisions with two operations have this harm,
and many teams live with it. What can run twice (IF [NOT] EXISTS, OR REPLACE, a DROP … IF EXISTS before the CREATE,
INSERT IGNORE) is not reported, nor is the last statement. The rule speaks once per revision or file.

```sql before mysql mariadb
CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(200));
```

```sql before oracle
CREATE TABLE users (id NUMBER PRIMARY KEY, email VARCHAR2(200));
```

```sql bad oracle runs=file
ALTER TABLE users ADD (handle VARCHAR2(40));
CREATE INDEX ix_users_handle ON users (handle) ONLINE;
```

```sql good oracle runs=file
CREATE INDEX ix_users_email ON users (email) ONLINE;
```

```sql bad mysql mariadb runs=file
SET lock_wait_timeout = 5;
ALTER TABLE users ADD COLUMN handle VARCHAR(40);
CREATE INDEX ix_users_handle ON users (handle);
```

```sql good mysql mariadb runs=file
SET lock_wait_timeout = 5;
ALTER TABLE users ADD COLUMN handle VARCHAR(40), ADD INDEX ix_users_handle (handle);
```

```sql good mariadb runs=file
SET lock_wait_timeout = 5;
ALTER TABLE users ADD COLUMN IF NOT EXISTS handle VARCHAR(40);
CREATE INDEX ix_users_handle ON users (handle);
```

In Alembic, one operation per revision:

```python good mysql mariadb runs=alembic
op.execute("SET lock_wait_timeout = 5")
op.add_column("users", sa.Column("handle", sa.String(40)))
# --- next revision
op.execute("SET lock_wait_timeout = 5")
op.create_index("ix_users_handle", "users", ["handle"])
```

Sources:
- https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html
- https://mariadb.com/kb/en/sql-statements-that-cause-an-implicit-commit/
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/COMMIT.html
"""

from collections.abc import Iterator

from sqlgen.rulekit import Before, Item, Message, Severity, Step, once_only, rule, say


@rule(
    severity=Severity.WARNING,
    dialects={"mysql", "mariadb", "oracle"},
    since="0.1",
    default=False,
    help=say(
        "Give each statement a revision of its own, put several changes of a table into one ALTER TABLE, or guard "
        "each with IF [NOT] EXISTS where the engine has it."
    ),
)
def check(step: Step, before: Before) -> Iterator[tuple[Item, Message]]:
    if before.runs == "bundle":
        return
    for item in once_only(step.items):
        if item is not step.items[-1]:
            yield item, say("this commits by itself: if a later statement fails, a second run stops here")
        return
