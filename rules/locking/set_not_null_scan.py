"""SET NOT NULL reads every row while nobody can use the table, unless a CHECK proves that none is NULL.

PostgreSQL: ALTER TABLE holds an ACCESS EXCLUSIVE lock until each row has been read. Since 12 the scan is skipped when a
validated CHECK constraint says IS NOT NULL; from 18 on, a NOT NULL constraint can itself be added NOT VALID. SQL Server
closes the table to reads too; on Oracle writes wait. MySQL and MariaDB rebuild the table, but reads and writes go on,
so the rule does not claim them.

Not reported: a table that was made in the same range; a column that is NOT NULL already.

```sql before postgresql
CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);
```

```sql before mssql
CREATE TABLE users (id INTEGER PRIMARY KEY, email NVARCHAR(200));
```

```sql before oracle
CREATE TABLE users (id NUMBER PRIMARY KEY, email VARCHAR2(200));
```

```sql bad postgresql
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
```

```sql bad mssql
ALTER TABLE users ALTER COLUMN email NVARCHAR(200) NOT NULL;
```

```sql bad oracle
ALTER TABLE users MODIFY (email NOT NULL);
```

```sql good postgresql
BEGIN;
ALTER TABLE users ADD CONSTRAINT users_email_present CHECK (email IS NOT NULL) NOT VALID;
COMMIT;
ALTER TABLE users VALIDATE CONSTRAINT users_email_present;
BEGIN;
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
ALTER TABLE users DROP CONSTRAINT IF EXISTS users_email_present;
COMMIT;
```

```sql good postgresql
BEGIN;
ALTER TABLE users ADD CONSTRAINT users_email_not_null NOT NULL email NOT VALID;
COMMIT;
ALTER TABLE users VALIDATE CONSTRAINT users_email_not_null;
```

```sql good oracle
ALTER TABLE users ADD CONSTRAINT users_email_present CHECK (email IS NOT NULL) ENABLE NOVALIDATE;
ALTER TABLE users MODIFY CONSTRAINT users_email_present VALIDATE;
```

```sql good mssql
-- sqlgen: allow set-not-null-scan because "40,000 rows, half a second on staging"
ALTER TABLE users ALTER COLUMN email NVARCHAR(200) NOT NULL;
```

In Alembic, each in a revision (or at least a transaction) of its own:

```python bad postgresql
op.alter_column("users", "email", nullable=False)
```

```python good postgresql
op.create_check_constraint("users_email_present", "users", "email IS NOT NULL", postgresql_not_valid=True)
# --- next revision
op.execute("ALTER TABLE users VALIDATE CONSTRAINT users_email_present")
# --- next revision
op.alter_column("users", "email", nullable=False)
op.drop_constraint("users_email_present", "users", if_exists=True)
```

Sources:
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL
- https://www.postgresql.org/docs/release/12.0/
- https://www.postgresql.org/docs/release/18.0/
- https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html#online-ddl-column-operations
- https://learn.microsoft.com/en-us/sql/t-sql/statements/alter-table-transact-sql
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/constraint.html
"""

from sqlgen.rulekit import AddConstraint, Advice, Before, Blocks, Kind, Message, SetNotNull, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "mssql", "oracle"},
    since="0.1",
    help=say(
        "Add CHECK (… IS NOT NULL) NOT VALID, VALIDATE it in a later transaction, then SET NOT NULL and drop the CHECK."
    ),
)
def check(change: SetNotNull | AddConstraint, before: Before) -> Message | Advice | None:
    match change:
        case SetNotNull(column=column):
            pass
        case AddConstraint(constraint=constraint):
            if constraint.kind is not Kind.NOT_NULL:
                return None
            column = ", ".join(constraint.columns)
    known = before.schema.column(change.table, column)
    lock = before.blocked(change)
    if lock is None or (known is not None and not known.nullable):
        return None
    if lock.blocks is Blocks.WRITES:
        return Advice(
            say(
                "making {table}.{column} NOT NULL reads every row under an {mode} lock, which blocks writes to {table}",
                table=change.table,
                column=column,
                mode=lock.mode,
            ),
            say("Add CHECK (… IS NOT NULL) ENABLE NOVALIDATE instead, then MODIFY CONSTRAINT … VALIDATE."),
        )
    message = say(
        "making {table}.{column} NOT NULL reads every row under an {mode} lock, which blocks reads and writes of "
        "{table}",
        table=change.table,
        column=column,
        mode=lock.mode,
    )
    if before.dialect == "mssql":
        return Advice(message, say("Do it in a quiet hour, with that reason in an allowance."))
    return message
