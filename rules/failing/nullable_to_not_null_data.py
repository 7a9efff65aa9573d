"""A column that may be NULL becomes NOT NULL: it fails where a row holds one.

The engine looks at every row and stops at the first NULL; the release stops with it. MySQL and MariaDB outside of
strict mode do worse: they turn each NULL into '' or 0. The old code, which runs on while the release goes out, may go
on to write NULLs until then. A primary key makes its columns NOT NULL, too.

Not reported: a column that an UPDATE of the same range fills (everywhere, or where it IS NULL); one that was added in
it with a default; one that a constraint proves to be NOT NULL, or that the history knows so; a table that was made in
the same range; a MODIFY of a column whose definition is not known; a revision that looks at rows, which may fill them
by itself. What an UPDATE fills is looked at, not whether it leaves nothing out: batches count.

```sql before postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(200));
```

```sql bad postgresql
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
```

```sql bad mssql
ALTER TABLE users ALTER COLUMN email VARCHAR(200) NOT NULL;
```

```sql bad oracle
ALTER TABLE users MODIFY email NOT NULL;
```

```sql bad mysql mariadb
ALTER TABLE users MODIFY email VARCHAR(200) NOT NULL;
```

```sql bad sqlite
CREATE TABLE _alembic_tmp_users (id INTEGER PRIMARY KEY, email VARCHAR(200) NOT NULL);
INSERT INTO _alembic_tmp_users (id, email) SELECT id, email FROM users;
DROP TABLE users;
ALTER TABLE _alembic_tmp_users RENAME TO users;
```

```python bad postgresql mysql mariadb sqlite mssql oracle
with op.batch_alter_table("users") as batch_op:
    batch_op.alter_column("email", nullable=False, existing_type=sa.String(200))
```

```sql good oracle
UPDATE users SET email = 'none' WHERE email IS NULL;
-- sqlgen: allow set-not-null-scan because "ten thousand rows"
ALTER TABLE users MODIFY email NOT NULL;
```

```sql good mysql mariadb
UPDATE users SET email = '' WHERE email IS NULL;
ALTER TABLE users MODIFY email VARCHAR(200) NOT NULL;
```

Fill the NULLs in the same range, before the change. In PostgreSQL let a CHECK find the ones that are left, without
blocking anybody:

```python good postgresql
op.execute("UPDATE users SET email = '' WHERE email IS NULL")
op.execute("ALTER TABLE users ADD CONSTRAINT email_set CHECK (email IS NOT NULL) NOT VALID")
# --- next revision
op.execute("ALTER TABLE users VALIDATE CONSTRAINT email_set")
# --- next revision
op.alter_column("users", "email", nullable=False)
op.drop_constraint("email_set", "users", if_exists=True)
```

```python good mysql mariadb sqlite
op.execute("UPDATE users SET email = '' WHERE email IS NULL")
with op.batch_alter_table("users") as batch_op:
    batch_op.alter_column("email", nullable=False, existing_type=sa.String(200))
```

```python good mssql oracle
op.execute("UPDATE users SET email = 'none' WHERE email IS NULL")
# sqlgen: allow set-not-null-scan because "ten thousand rows"
op.alter_column("users", "email", nullable=False, existing_type=sa.String(200))
```

Sources:
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL
- https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html#sql-mode-strict
- https://www.sqlite.org/lang_altertable.html#otheralter
- https://learn.microsoft.com/en-us/sql/t-sql/statements/alter-table-transact-sql
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/constraint.html
"""

from sqlgen.rulekit import (
    AddConstraint,
    Advice,
    Before,
    Column,
    DropTable,
    Kind,
    Name,
    RedefineColumn,
    SetNotNull,
    Severity,
    rule,
    say,
    spelled,
)


@rule(
    severity=Severity.WARNING,
    since="0.1",
    help=say("Fill the column before it: UPDATE … SET column = … WHERE column IS NULL."),
)
def check(change: SetNotNull | RedefineColumn | DropTable | AddConstraint, before: Before) -> Advice | None:
    if before.row_driven or before.created(change.table):
        return None
    if isinstance(change, DropTable):
        return _in_a_rebuild(change, before)
    if isinstance(change, AddConstraint):
        return _as_a_key(change, before)
    column = before.schema.column(change.table, change.column)
    if isinstance(change, RedefineColumn) and (column is None or change.to.nullable):
        return None
    if column is not None and not _may_hold_null(change.table, column, before):
        return None
    if column is None and before.schema.proves_not_null(change.table, change.column):
        return None
    return _said(change.table, change.column, before)


def _as_a_key(add: AddConstraint, before: Before) -> Advice | None:
    """The columns of a primary key become NOT NULL. SQL Server wants that first, whatever the rows hold."""
    if add.constraint.kind is not Kind.PRIMARY_KEY or before.dialect == "mssql":
        return None
    for name in add.constraint.columns:
        column = before.schema.column(add.table, name)
        if column is not None and _may_hold_null(add.table, column, before):
            return _said(add.table, column.name, before)
    return None


def _in_a_rebuild(drop: DropTable, before: Before) -> Advice | None:
    if before.rebuilt_as is None:
        return None
    old, new = before.table(drop.table), before.table(before.rebuilt_as)
    if old is None or new is None:
        return None
    required = {column.name.lower() for column in new.columns if not column.nullable}
    for column in old.columns:
        if column.name.lower() in required and _may_hold_null(drop.table, column, before):
            return _said(drop.table, column.name, before)
    return None


def _may_hold_null(table: Name, column: Column, before: Before) -> bool:
    if not column.nullable or before.filled(table, column.name):
        return False
    born = ("column", column.name.lower()) in before.born_parts.get(table, ())
    if born and column.default is not None and not column.default.is_null:
        return False
    return not before.schema.proves_not_null(table, column.name)


def _said(table: Name, column: str, before: Before) -> Advice:
    return Advice(
        say("{table}.{column} becomes NOT NULL: it fails where a row has no {column}", table=table, column=column),
        say(
            "Fill it before, in the same range: UPDATE {table} SET {column} = … WHERE {column} IS NULL. Look how many: "
            "SELECT count(*) FROM {table} WHERE {column} IS NULL",
            table=spelled(table, before.dialect),
            column=spelled(column, before.dialect),
        ),
    )
