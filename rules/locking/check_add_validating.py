"""Adding a CHECK constraint reads every row while nobody can use the table.

PostgreSQL: ALTER TABLE holds an ACCESS EXCLUSIVE lock until each row has passed. MySQL (8.0.16 and later) and MariaDB
copy the table, and writes to it wait until the copy is done.

A constraint on a table that was made in the same range is not reported.

```sql before postgresql mysql mariadb
CREATE TABLE orders (id INTEGER PRIMARY KEY, amount INTEGER);
```

```sql bad postgresql mysql mariadb
ALTER TABLE orders ADD CONSTRAINT ck_orders_amount CHECK (amount > 0);
```

```sql bad postgresql
ALTER TABLE orders ADD COLUMN state TEXT CHECK (state <> '');
```

```sql good postgresql
BEGIN;
ALTER TABLE orders ADD CONSTRAINT ck_orders_amount CHECK (amount > 0) NOT VALID;
COMMIT;
ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_amount;
```

```sql good mysql mariadb
-- sqlgen: allow check-add-validating because "40,000 rows, half a second on staging"
ALTER TABLE orders ADD CONSTRAINT ck_orders_amount CHECK (amount > 0);
```

In Alembic, for PostgreSQL, the validation in a revision of its own:

```python
op.create_check_constraint("ck_orders_amount", "orders", "amount > 0", postgresql_not_valid=True)
```

```python
op.execute("ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_amount")
```

Sources:
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
- https://dev.mysql.com/doc/refman/8.4/en/create-table-check-constraints.html
- https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-inplace-alter-algorithm/
"""

from sqlgen.rulekit import AddColumn, AddConstraint, Advice, Before, Constraint, Kind, Message, Severity, rule, say


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
            # MariaDB adds a column with a CHECK at once; measured on 10.11.
            constraints = column.constraints if before.dialect == "postgresql" else ()
    made = next((each for each in constraints if each.kind is Kind.CHECK and not each.not_valid), None)
    if made is None:
        return None
    name = made.name or f"CHECK ({made.expression or '…'})"
    if before.dialect == "postgresql":
        return say(
            "adding {name} reads every row under an ACCESS EXCLUSIVE lock, which blocks reads and writes of {table}",
            name=name,
            table=add.table,
        )
    if before.dialect == "mysql" and not before.at_least(8, 0, 16):
        return None  # parsed and ignored before MySQL 8.0.16
    return Advice(
        say(
            "adding {name} copies {table}, which blocks writes to it until the copy is done", name=name, table=add.table
        ),
        say("Add it in a quiet hour, with that reason in an allowance; or with gh-ost or pt-online-schema-change."),
    )
