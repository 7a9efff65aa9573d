"""Renaming a column breaks every query that says the old name, at once.

The rename itself takes no time. But the old code runs on while the release goes out, and it names the column in each
SELECT and INSERT; so do views, reports and functions whose text the engine does not rewrite.

A column that was added in the same range, alone or with its table, is not reported.

```sql before postgresql mysql mariadb sqlite
CREATE TABLE users (id INTEGER PRIMARY KEY, mail VARCHAR(200));
```

```sql bad postgresql mysql mariadb sqlite
ALTER TABLE users RENAME COLUMN mail TO email;
```

```sql bad mysql mariadb
ALTER TABLE users CHANGE mail email VARCHAR(200);
```

```sql good postgresql mysql mariadb sqlite
ALTER TABLE users ADD COLUMN email VARCHAR(200);
UPDATE users SET email = mail WHERE email IS NULL;
```

Where only the Python name is wrong, rename only that; the database need not change:

```python
email: Mapped[str] = mapped_column("mail")
```

Otherwise expand and contract: add the new column, write both, backfill, read the new one, drop the old one.

Sources:
- https://www.postgresql.org/docs/current/sql-altertable.html
- https://dev.mysql.com/doc/refman/8.4/en/alter-table.html
- https://www.sqlite.org/lang_altertable.html#alter_table_rename_column
"""

from sqlgen.rulekit import Before, Message, RedefineColumn, RenameColumn, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    since="0.1",
    help=say(
        'Keep the name in the database and map it in the model, mapped_column("old_name"); or add a new column, write '
        "both, backfill, and drop the old one a release later."
    ),
)
def check(rename: RenameColumn | RedefineColumn, before: Before) -> Message | None:
    to = rename.to if isinstance(rename, RenameColumn) else rename.to.name
    if to.lower() == rename.column.lower() or before.born(rename.table, rename.column):
        return None
    return say(
        "renaming {table}.{column} to {to} breaks every query that says {column}",
        table=rename.table,
        column=rename.column,
        to=to,
    )
