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

Where it was to be renamed:

```python bad postgresql mysql mariadb mssql oracle
op.add_column("users", sa.Column("mobile", sa.String(40), nullable=True))
op.drop_column("users", "phone")
```

```python good postgresql mysql mariadb sqlite mssql oracle
with op.batch_alter_table("users") as batch_op:
    # sqlgen: allow rename-column because "deployed with the application stopped"
    batch_op.alter_column("phone", new_column_name="mobile", existing_type=sa.String(40))
```

Otherwise take the attribute out of the model, release that, and drop the column one release later:

```python good postgresql mysql mariadb sqlite mssql oracle
# sqlgen: allow drop-column, irreversible-revision because "unmapped in 4.1; no reader since" until 2027-06-30
op.drop_column("users", "phone")
```

Sources:
- https://alembic.sqlalchemy.org/en/latest/autogenerate.html#what-does-autogenerate-detect-and-what-does-it-not-detect
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DROP-COLUMN
- https://dev.mysql.com/doc/refman/8.4/en/alter-table.html
- https://www.sqlite.org/lang_altertable.html#otheralter
- https://learn.microsoft.com/en-us/sql/t-sql/statements/alter-table-transact-sql
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/ALTER-TABLE.html
"""

from collections.abc import Iterable

from sqlgen.rulekit import Advice, Before, Column, DropColumn, DropTable, Message, Name, Severity, canonical, rule, say

FEW = 20
"""Where a revision adds more columns to a table, nobody renames."""


@rule(
    severity=Severity.ERROR,
    since="0.1",
    help=say(
        "Take the column out of the code first; drop it a release later, with an allowance that says why its values "
        'may go: # sqlgen: allow drop-column because "…"'
    ),
)
def check(drop: DropColumn | DropTable, before: Before) -> Message | Advice | None:
    if isinstance(drop, DropTable):
        return _left_out(drop, before)
    made = before.columns_made.get(drop.table, {})
    if before.born(drop.table, drop.column) or drop.column.lower() in made:  # drop-then-add-same-column speaks of it
        return None
    said = say(
        "dropping {table}.{column} destroys its values, and breaks code that still names it",
        table=drop.table,
        column=drop.column,
    )
    old = before.schema.column(drop.table, drop.column)
    return said if old is None else _or_renamed(said, old, made.values(), drop.table, before)


def _left_out(drop: DropTable, before: Before) -> Message | Advice | None:
    """The columns that a rebuild leaves behind."""
    rebuild = before.rebuild(drop.table)
    if rebuild is None or before.created(drop.table):
        return None
    old, new = rebuild
    had, kept = ({column.name for column in table.columns} for table in (old, new))
    if any(before.filled(new.name, name) for name in kept - had):
        return None  # renamed on the way: rename-column speaks of it
    lost = [c for c in old.columns if c.name not in kept and not before.born(drop.table, c.name)]
    if not lost:
        return None
    said = say(
        "the rebuild of {table} leaves out {columns}: the values are destroyed, and code that still names it breaks",
        table=drop.table,
        columns=", ".join(column.name for column in lost),
    )
    return _or_renamed(said, lost[0], [column for column in new.columns if column.name not in had], drop.table, before)


def _or_renamed(said: Message, old: Column, made: Iterable[Column], table: Name, before: Before) -> Message | Advice:
    """With the help of a rename, where the revision adds one column of the same type that nothing fills."""
    new = list(made)
    if old.type is None or len(new) > FEW:
        return said
    type_ = canonical(old.type, before.dialect)
    same = [c.name for c in new if c.type is not None and canonical(c.type, before.dialect) == type_]
    if len(same) != 1 or before.filled(table, same[0]):
        return said
    return Advice(
        said,
        say(
            'If {new} is its new name, rename it, and it keeps its values: op.alter_column("{table}", "{old}", '
            'new_column_name="{new}"). If not, take it out of the code first, and drop it a release later, with an '
            'allowance: # sqlgen: allow drop-column because "…"',
            table=table.name,
            old=old.name,
            new=same[0],
        ),
    )
