"""UPDATE without WHERE changes every row of the table in one statement.

Each changed row stays locked until the transaction ends, so writers of these rows wait for all of it. PostgreSQL writes
a new version of every row (the table doubles, vacuum follows, replicas lag); InnoDB keeps the undo of every row. If it
is a mistake, no row holds its old value any more.

A WHERE that is always true (1 = 1) restricts nothing, and is reported too; a WHERE, a JOIN or a LIMIT restricts the
rows. A table that was made in the same range is not reported, nor one that the transaction has closed to everybody
already, which is worse (backfill-with-ddl-same-tx).

```sql bad postgresql mysql mariadb sqlite mssql oracle
UPDATE users SET email = lower(email);
```

```sql bad postgresql mysql mariadb sqlite mssql oracle
UPDATE users SET email = lower(email) WHERE 1 = 1;
```

```sql good postgresql mysql mariadb sqlite mssql oracle
UPDATE users SET email = lower(email) WHERE email <> lower(email);
```

```sql good postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE colours (id INTEGER PRIMARY KEY, name VARCHAR(20));
UPDATE colours SET name = 'none';
```

Restrict it to the rows that need it, and run it in batches where they are many:

```python good postgresql mysql mariadb sqlite mssql oracle
op.execute("UPDATE users SET email = lower(email) WHERE email <> lower(email) AND id BETWEEN 1 AND 50000")
```

Sources:
- https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-SPACE-RECOVERY
- https://dev.mysql.com/doc/refman/8.4/en/innodb-locks-set.html
- https://learn.microsoft.com/en-us/sql/t-sql/statements/update-transact-sql
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/UPDATE.html
"""

from sqlgen.rulekit import Before, Blocks, Message, Severity, Update, rule, say


@rule(
    severity=Severity.WARNING,
    since="0.1",
    help=say("Add a WHERE for the rows that need it; update in batches of some ten thousand rows where they are many."),
)
def check(update: Update, before: Before) -> Message | None:
    if update.where or before.created(update.table):
        return None
    lock = before.held().get(update.table)
    if lock is not None and lock.blocks is Blocks.ALL:
        return None
    return say("updating every row of {table} blocks other writers of these rows until it commits", table=update.table)
