"""SET NOT NULL reads every row while nobody can use the table, unless a CHECK proves that none is NULL.

ALTER TABLE holds an ACCESS EXCLUSIVE lock until each row has been read. Since PostgreSQL 12 the scan is skipped when a
validated CHECK constraint says IS NOT NULL. From PostgreSQL 18, a NOT NULL constraint can itself be added NOT VALID.

Not reported: a table that was made in the same range; a column that is NOT NULL already.

```sql before postgresql
CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);
```

```sql bad postgresql
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
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

In Alembic, each in a revision (or at least a transaction) of its own:

```python
op.create_check_constraint("users_email_present", "users", "email IS NOT NULL", postgresql_not_valid=True)
```

```python
op.execute("ALTER TABLE users VALIDATE CONSTRAINT users_email_present")
```

```python
op.alter_column("users", "email", nullable=False)
op.drop_constraint("users_email_present", "users", if_exists=True)
```

MySQL and MariaDB rebuild the table, but reads and writes go on, so the rule does not claim them.

Sources:
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL
- https://www.postgresql.org/docs/release/12.0/
- https://www.postgresql.org/docs/release/18.0/
- https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html#online-ddl-column-operations
"""

from sqlgen.rulekit import AddConstraint, Before, Kind, Message, SetNotNull, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql"},
    since="0.1",
    help=say(
        "Add CHECK (… IS NOT NULL) NOT VALID, VALIDATE it in a later transaction, then SET NOT NULL and drop the CHECK."
    ),
)
def check(change: SetNotNull | AddConstraint, before: Before) -> Message | None:
    match change:
        case SetNotNull(column=column):
            pass
        case AddConstraint(constraint=constraint):
            if constraint.kind is not Kind.NOT_NULL or constraint.not_valid or not constraint.columns:
                return None
            column = constraint.columns[0]
    if before.created(change.table):
        return None
    known = before.schema.column(change.table, column)
    if known is not None and not known.nullable:
        return None
    if before.at_least(12) and before.schema.proves_not_null(change.table, column):
        return None
    return say(
        "SET NOT NULL on {table}.{column} reads every row under an ACCESS EXCLUSIVE lock, which blocks reads and "
        "writes of {table}",
        table=change.table,
        column=column,
    )
