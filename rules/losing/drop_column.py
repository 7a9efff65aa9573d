"""DROP COLUMN destroys the column's values, and breaks code that still names it.

The values are gone when the statement commits, and a downgrade brings back an empty column. An ORM names every mapped
column in each SELECT and INSERT: the old code, which runs on while the release goes out, fails on all of them.

A column that was added in the same range is not reported, nor one that the same revision adds again, of which
drop-then-add-same-column speaks. A rebuild (SQLite, Alembic's batch mode) whose copy lacks a column of the table drops
that column, and is reported like a DROP COLUMN, as far as the old columns are known.

```sql before postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE users (id INTEGER PRIMARY KEY, phone VARCHAR(40));
```

```sql bad postgresql mariadb mssql
ALTER TABLE users DROP COLUMN IF EXISTS phone;
```

```sql bad mysql sqlite oracle
ALTER TABLE users DROP COLUMN phone;
```

```sql bad sqlite
CREATE TABLE _alembic_tmp_users (id INTEGER PRIMARY KEY);
INSERT INTO _alembic_tmp_users (id) SELECT id FROM users;
DROP TABLE users;
ALTER TABLE _alembic_tmp_users RENAME TO users;
```

```sql good postgresql mysql mariadb sqlite mssql oracle
-- sqlgen: allow drop-column because "unmapped in 4.1; no reader since"
ALTER TABLE users DROP COLUMN phone;
```

```python bad postgresql mysql mariadb sqlite mssql oracle
with op.batch_alter_table("users") as batch_op:
    batch_op.drop_column("phone")
```

Take the attribute out of the model, release that, and drop the column one release later:

```python good postgresql mysql mariadb sqlite mssql oracle
# sqlgen: allow drop-column, irreversible-revision because "unmapped in 4.1; no reader since" until 2027-06-30
op.drop_column("users", "phone")
```

Sources:
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DROP-COLUMN
- https://dev.mysql.com/doc/refman/8.4/en/alter-table.html
- https://www.sqlite.org/lang_altertable.html#otheralter
- https://learn.microsoft.com/en-us/sql/t-sql/statements/alter-table-transact-sql
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/ALTER-TABLE.html
"""

from sqlgen.rulekit import Before, DropColumn, DropTable, Message, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    since="0.1",
    help=say(
        "Take the column out of the code first; drop it a release later, with an allowance that says why its values "
        'may go: # sqlgen: allow drop-column because "…"'
    ),
)
def check(drop: DropColumn | DropTable, before: Before) -> Message | None:
    if isinstance(drop, DropTable):
        return _left_out(drop, before)
    if before.born(drop.table, drop.column):
        return None
    if (drop.table, drop.column.lower()) in before.columns_made:
        return None  # drop-then-add-same-column speaks of it
    return say(
        "dropping {table}.{column} destroys its values, and breaks code that still names it",
        table=drop.table,
        column=drop.column,
    )


def _left_out(drop: DropTable, before: Before) -> Message | None:
    """The columns that a rebuild leaves behind."""
    if before.rebuilt_as is None or before.created(drop.table):
        return None
    old, new = before.table(drop.table), before.table(before.rebuilt_as)
    if old is None or new is None:
        return None
    had, kept = ({column.name for column in table.columns} for table in (old, new))
    if any(before.filled(before.rebuilt_as, name) for name in kept - had):
        return None  # renamed on the way: rename-column speaks of it
    lost = [c.name for c in old.columns if c.name not in kept and not before.born(drop.table, c.name)]
    if not lost:
        return None
    return say(
        "the rebuild of {table} leaves out {columns}: the values are destroyed, and code that still names it breaks",
        table=drop.table,
        columns=", ".join(lost),
    )
