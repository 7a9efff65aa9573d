"""Adding a foreign key checks every row while writes to both tables wait.

PostgreSQL: a SHARE ROW EXCLUSIVE lock on both tables blocks their writes until each row has been looked up. MySQL and
MariaDB: with foreign_key_checks on, the table is copied, and writes to it wait until the copy is done. SQL Server: both
tables are closed to reads too. Oracle: writes to the table wait.

Not reported: a key of a table that was made in the same range; on PostgreSQL, a new column that has the key and no
default, since no row refers to anything yet; on MySQL and MariaDB with SET foreign_key_checks = 0, which adds the key
in place, but leaves the rows that are there unchecked.

```sql before postgresql mysql mariadb mssql
CREATE TABLE users (id INTEGER PRIMARY KEY);
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER);
```

```sql before oracle
CREATE TABLE users (id NUMBER PRIMARY KEY);
CREATE TABLE orders (id NUMBER PRIMARY KEY, user_id NUMBER);
```

```sql bad postgresql mysql mariadb mssql oracle
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

```sql good oracle
ALTER TABLE orders ADD CONSTRAINT fk_orders_user FOREIGN KEY (user_id) REFERENCES users (id) ENABLE NOVALIDATE;
ALTER TABLE orders MODIFY CONSTRAINT fk_orders_user VALIDATE;
```

```sql good mssql
-- sqlgen: allow fk-add-validating because "40,000 rows, half a second on staging"
ALTER TABLE orders ADD CONSTRAINT fk_orders_user FOREIGN KEY (user_id) REFERENCES users (id);
```

On SQL Server, WITH NOCHECK only puts the check off: WITH CHECK CHECK CONSTRAINT closes the table just as long, and
without it the key is not trusted. In Alembic, for PostgreSQL, the validation in a revision of its own:

```python bad postgresql mysql mariadb mssql oracle
op.create_foreign_key("fk_orders_user", "orders", "users", ["user_id"], ["id"])
```

```python good postgresql
op.create_foreign_key("fk_orders_user", "orders", "users", ["user_id"], ["id"], postgresql_not_valid=True)
# --- next revision
op.execute("ALTER TABLE orders VALIDATE CONSTRAINT fk_orders_user")
```

VALIDATE lets reads and writes go on (SHARE UPDATE EXCLUSIVE on the table, ROW SHARE on the one referred to).

Sources:
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
- https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html#online-ddl-foreign-key-operations
- https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-inplace-alter-algorithm/
- https://learn.microsoft.com/en-us/sql/t-sql/statements/alter-table-transact-sql
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/constraint.html
"""

from dataclasses import replace

from sqlgen.rulekit import AddColumn, AddConstraint, Advice, Before, Blocks, Kind, Message, Severity, both, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "mysql", "mariadb", "mssql", "oracle"},
    since="0.1",
    help=say("Add it NOT VALID (Alembic: postgresql_not_valid=True), and VALIDATE CONSTRAINT in a later transaction."),
)
def check(add: AddConstraint | AddColumn, before: Before) -> Message | Advice | None:
    constraints = (add.constraint,) if isinstance(add, AddConstraint) else add.column.constraints
    key = next((each for each in constraints if each.kind is Kind.FOREIGN_KEY and not each.not_valid), None)
    if key is None:
        return None
    if isinstance(add, AddColumn):  # what else is written at the column is for other rules
        add = replace(add, column=replace(add.column, constraints=(key,)))
    lock = before.blocked(add)
    if lock is None:
        return None
    name = key.name or f"FOREIGN KEY ({', '.join(key.columns)})"
    if before.dialect in ("mysql", "mariadb"):
        if (before.options.get("foreign_key_checks") or "1").strip("'\"").lower() in ("0", "off"):
            return None
        return Advice(
            _copies(name, add),
            say(
                "Add it in a quiet hour with that reason in an allowance; or check the rows yourself, then add it in "
                "place between SET foreign_key_checks = 0 and = 1."
            ),
        )
    locks = [each for each in before.effect(add).locks if each.blocks >= Blocks.WRITES and not each.brief]
    tables = both(dict.fromkeys(str(each.table) for each in locks if not before.created(each.table)))
    if lock.blocks is Blocks.ALL:
        return Advice(
            say(
                "adding {name} checks every row of {table} under a {mode} lock, which blocks reads and writes of "
                "{tables}",
                name=name,
                table=add.table,
                mode=lock.mode,
                tables=tables,
            ),
            say("Add it in a quiet hour, with that reason in an allowance."),
        )
    message = say(
        "adding {name} checks every row of {table} under a {mode} lock, which blocks writes to {tables}",
        name=name,
        table=add.table,
        mode=lock.mode,
        tables=tables,
    )
    if before.dialect == "oracle":
        return Advice(
            message, say("Add it ENABLE NOVALIDATE, then MODIFY CONSTRAINT … VALIDATE, which lets writes go on.")
        )
    return message


def _copies(name: str, add: AddConstraint | AddColumn) -> Message:
    return say(
        "adding {name} copies {table}, which blocks writes to it until the copy is done", name=name, table=add.table
    )
