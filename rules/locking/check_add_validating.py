"""Adding a CHECK constraint reads every row while nobody can use the table.

PostgreSQL: ALTER TABLE holds an ACCESS EXCLUSIVE lock until each row has passed. MySQL (8.0.16 and later) and MariaDB
copy the table, and writes to it wait until the copy is done. SQL Server closes the table to reads too; on Oracle writes
wait.

A constraint on a table that was made in the same range is not reported.

```sql before postgresql mysql mariadb mssql
CREATE TABLE orders (id INTEGER PRIMARY KEY, amount INTEGER);
```

```sql before oracle
CREATE TABLE orders (id NUMBER PRIMARY KEY, amount NUMBER);
```

```sql bad postgresql mysql mariadb mssql oracle
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

```sql good oracle
ALTER TABLE orders ADD CONSTRAINT ck_orders_amount CHECK (amount > 0) ENABLE NOVALIDATE;
ALTER TABLE orders MODIFY CONSTRAINT ck_orders_amount VALIDATE;
```

```sql good mysql mariadb mssql
-- sqlgen: allow check-add-validating because "40,000 rows, half a second on staging"
ALTER TABLE orders ADD CONSTRAINT ck_orders_amount CHECK (amount > 0);
```

In Alembic, for PostgreSQL, the validation in a revision of its own:

```python bad postgresql mysql mariadb mssql oracle
op.create_check_constraint("ck_orders_amount", "orders", "amount > 0")
```

```python good postgresql
op.create_check_constraint("ck_orders_amount", "orders", "amount > 0", postgresql_not_valid=True)
# --- next revision
op.execute("ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_amount")
```

Sources:
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
- https://dev.mysql.com/doc/refman/8.4/en/create-table-check-constraints.html
- https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-inplace-alter-algorithm/
- https://learn.microsoft.com/en-us/sql/t-sql/statements/alter-table-transact-sql
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/constraint.html
"""

from dataclasses import replace

from sqlgen.rulekit import AddColumn, AddConstraint, Advice, Before, Blocks, Kind, Message, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "mysql", "mariadb", "mssql", "oracle"},
    since="0.1",
    help=say("Add it NOT VALID (Alembic: postgresql_not_valid=True), and VALIDATE CONSTRAINT in a later transaction."),
)
def check(add: AddConstraint | AddColumn, before: Before) -> Message | Advice | None:
    constraints = (add.constraint,) if isinstance(add, AddConstraint) else add.column.constraints
    made = next((each for each in constraints if each.kind is Kind.CHECK and not each.not_valid), None)
    if made is None:
        return None
    if isinstance(add, AddColumn):  # what else is written at the column is for other rules
        add = replace(add, column=replace(add.column, constraints=(made,)))
    lock = before.blocked(add)
    if lock is None or (before.dialect == "mysql" and not before.at_least(8, 0, 16)):  # before that it was ignored
        return None
    name = made.name or f"CHECK ({made.expression})"
    if before.dialect in ("mysql", "mariadb"):
        return Advice(
            say(
                "adding {name} copies {table}, which blocks writes to it until the copy is done",
                name=name,
                table=add.table,
            ),
            say("Add it in a quiet hour, with that reason in an allowance; or with gh-ost or pt-online-schema-change."),
        )
    if lock.blocks is Blocks.WRITES:
        return Advice(
            say(
                "adding {name} reads every row under an {mode} lock, which blocks writes to {table}",
                name=name,
                mode=lock.mode,
                table=add.table,
            ),
            say("Add it ENABLE NOVALIDATE, then MODIFY CONSTRAINT … VALIDATE, which lets writes go on."),
        )
    message = say(
        "adding {name} reads every row under an {mode} lock, which blocks reads and writes of {table}",
        name=name,
        mode=lock.mode,
        table=add.table,
    )
    if before.dialect == "mssql":
        return Advice(message, say("Add it in a quiet hour, with that reason in an allowance."))
    return message
