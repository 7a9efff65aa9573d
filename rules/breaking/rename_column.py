"""Renaming a column breaks every query that says the old name, at once.

The rename itself takes no time. But the old code runs on while the release goes out, and it names the column in each
SELECT and INSERT; so do views, reports and functions whose text the engine does not rewrite.

A column that was added in the same range, alone or with its table, is not reported.

```sql before postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE users (id INTEGER PRIMARY KEY, mail VARCHAR(200));
```

```sql bad postgresql mysql mariadb sqlite oracle
ALTER TABLE users RENAME COLUMN mail TO email;
```

```sql bad mssql
EXEC sp_rename 'users.mail', 'email', 'COLUMN';
```

```sql bad mysql mariadb
ALTER TABLE users CHANGE mail email VARCHAR(200);
```

```sql bad sqlite
CREATE TABLE _alembic_tmp_users (id INTEGER PRIMARY KEY, email VARCHAR(200));
INSERT INTO _alembic_tmp_users (id, email) SELECT id, mail FROM users;
DROP TABLE users;
ALTER TABLE _alembic_tmp_users RENAME TO users;
```

```python bad postgresql mysql mariadb sqlite mssql oracle
with op.batch_alter_table("users") as batch_op:
    batch_op.alter_column("mail", new_column_name="email", existing_type=sa.String(200))
```

```sql good postgresql mysql mariadb sqlite
ALTER TABLE users ADD COLUMN email VARCHAR(200);
UPDATE users SET email = mail WHERE email IS NULL;
```

```sql good mssql oracle
ALTER TABLE users ADD email VARCHAR(200);
```

Where only the Python name is wrong, rename only that; the database need not change: in the model,
`email: Mapped[str] = mapped_column("mail")`. Otherwise expand and contract: add the new column, write both, backfill,
read the new one, and drop the old one a release later. The first of these revisions:

```python good postgresql mysql mariadb sqlite mssql oracle
op.add_column("users", sa.Column("email", sa.String(200), nullable=True))
# --- next revision
op.execute("UPDATE users SET email = mail WHERE email IS NULL")
```

Sources:
- https://www.postgresql.org/docs/current/sql-altertable.html
- https://dev.mysql.com/doc/refman/8.4/en/alter-table.html
- https://www.sqlite.org/lang_altertable.html#alter_table_rename_column
- https://learn.microsoft.com/en-us/sql/relational-databases/system-stored-procedures/sp-rename-transact-sql
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/ALTER-TABLE.html
"""

from sqlgen.rulekit import Before, DropTable, Message, RedefineColumn, RenameColumn, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    since="0.1",
    help=say(
        'Keep the name in the database and map it in the model, mapped_column("old_name"); or add a new column, write '
        "both, backfill, and drop the old one a release later."
    ),
)
def check(rename: RenameColumn | RedefineColumn | DropTable, before: Before) -> Message | None:
    if isinstance(rename, DropTable):
        return _in_a_rebuild(rename, before)
    to = rename.to if isinstance(rename, RenameColumn) else rename.to.name
    if to.lower() == rename.column.lower() or before.born(rename.table, rename.column):
        return None
    return say(
        "renaming {table}.{column} to {to} breaks every query that says {column}",
        table=rename.table,
        column=rename.column,
        to=to,
    )


def _in_a_rebuild(drop: DropTable, before: Before) -> Message | None:
    """Columns that the copy lacks, and new ones that INSERT … SELECT fills: SQLite, Alembic's batch mode."""
    rebuild = before.rebuild(drop.table)
    if rebuild is None or before.created(drop.table):
        return None
    old, new = rebuild
    had, has = ({column.name for column in table.columns} for table in (old, new))
    lost = [c.name for c in old.columns if c.name not in has and not before.born(drop.table, c.name)]
    gained = [c.name for c in new.columns if c.name not in had and before.filled(new.name, c.name)]
    if not lost or not gained:
        return None
    return say(
        "the rebuild of {table} renames {columns} to {to}, which breaks every query that says {columns}",
        table=drop.table,
        columns=", ".join(lost),
        to=", ".join(gained),
    )
