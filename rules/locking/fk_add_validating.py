"""Adding a foreign key checks every row while writes to both tables wait.

PostgreSQL: a SHARE ROW EXCLUSIVE lock on both tables blocks their writes until each row has been looked up. MySQL and
MariaDB: with foreign_key_checks on, the table is copied, and writes to it wait until the copy is done.

Not reported: a key of a table that was made in the same range; on PostgreSQL, a new column that has the key and no
default, since no row refers to anything yet; on MySQL and MariaDB with SET foreign_key_checks = 0, which adds the key
in place, but leaves the rows that are there unchecked.

```sql before postgresql mysql mariadb
CREATE TABLE users (id INTEGER PRIMARY KEY);
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER);
```

```sql bad postgresql mysql mariadb
ALTER TABLE orders ADD CONSTRAINT fk_orders_user FOREIGN KEY (user_id) REFERENCES users (id);
```

```sql good postgresql
BEGIN;
ALTER TABLE orders ADD CONSTRAINT fk_orders_user FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;
COMMIT;
ALTER TABLE orders VALIDATE CONSTRAINT fk_orders_user;
```

```sql good mysql mariadb
SET foreign_key_checks = 0;
ALTER TABLE orders ADD CONSTRAINT fk_orders_user FOREIGN KEY (user_id) REFERENCES users (id);
SET foreign_key_checks = 1;
```

In Alembic, for PostgreSQL, the validation in a revision of its own:

```python
op.create_foreign_key("fk_orders_user", "orders", "users", ["user_id"], ["id"], postgresql_not_valid=True)
```

```python
op.execute("ALTER TABLE orders VALIDATE CONSTRAINT fk_orders_user")
```

VALIDATE lets reads and writes go on (SHARE UPDATE EXCLUSIVE on the table, ROW SHARE on the one referred to).

Sources:
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
- https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html#online-ddl-foreign-key-operations
- https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-inplace-alter-algorithm/
"""

from sqlgen.rulekit import (
    AddColumn,
    AddConstraint,
    Advice,
    Before,
    Column,
    Constraint,
    Kind,
    Message,
    Severity,
    rule,
    say,
)


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "mysql", "mariadb"},
    since="0.1",
    help=say("Add it NOT VALID (Alembic: postgresql_not_valid=True), and VALIDATE CONSTRAINT in a later transaction."),
)
def check(add: AddConstraint | AddColumn, before: Before) -> Message | Advice | None:
    if before.created(add.table):
        return None
    constraints: tuple[Constraint, ...]
    match add:
        case AddConstraint(constraint=constraint):
            constraints = (constraint,)
        case AddColumn(column=column):
            constraints = column.constraints if _counts(column, before) else ()
    key = next((each for each in constraints if each.kind is Kind.FOREIGN_KEY and not each.not_valid), None)
    if key is None:
        return None
    name = key.name or f"FOREIGN KEY ({', '.join(key.columns)})"
    if before.dialect == "postgresql":
        return say(
            "adding {name} checks every row of {table} under a SHARE ROW EXCLUSIVE lock, which blocks writes to "
            "{table} and {referred}",
            name=name,
            table=add.table,
            referred=key.references or "the table referred to",
        )
    if (before.options.get("foreign_key_checks") or "1").strip("'\"").lower() in ("0", "off"):
        return None
    return Advice(
        say(
            "adding {name} copies {table}, which blocks writes to it until the copy is done", name=name, table=add.table
        ),
        say(
            "Add it in a quiet hour with that reason in an allowance; or check the rows yourself, then add it in place "
            "between SET foreign_key_checks = 0 and = 1."
        ),
    )


def _counts(column: Column, before: Before) -> bool:
    """Whether REFERENCES at a new column makes the engine look at rows."""
    if before.dialect == "postgresql":
        # PostgreSQL, transformAlterTableStmt: the check is skipped for a new column without a default.
        return column.default is not None
    # REFERENCES at a column is parsed and ignored before MySQL 9.0 and MariaDB 10.5.
    return before.at_least(10, 5) if before.dialect == "mariadb" else before.at_least(9)
