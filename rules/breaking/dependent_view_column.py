"""A column is dropped, or gets another type or name, while a view reads from its table: the view may break.

PostgreSQL refuses to drop a column, or to change its type, that a view uses. MySQL and MariaDB do it, and the view
fails from then on; SQLite refuses the DROP COLUMN. A view that never names the column is not touched, and which columns
a view uses, the history does not say: look at its text.

Not reported: a view that is dropped before, or made anew in the same revision; what PostgreSQL's and SQLite's views
follow (renames), and what those of MySQL, MariaDB and SQLite don't mind (types).

```sql before postgresql mysql mariadb sqlite
CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(40), phone VARCHAR(40));
CREATE VIEW names AS SELECT name FROM users;
```

```sql bad postgresql
ALTER TABLE users ALTER COLUMN name TYPE varchar(80);
```

```sql bad mysql mariadb
ALTER TABLE users CHANGE name full_name VARCHAR(40);
```

```sql bad postgresql mysql mariadb sqlite
-- sqlgen: allow drop-column because "unmapped in 4.1"
ALTER TABLE users DROP COLUMN name;
```

```python bad postgresql mysql mariadb
op.drop_column("users", "name")
```

```sql good postgresql mysql mariadb sqlite
DROP VIEW IF EXISTS names;
-- sqlgen: allow drop-column because "unmapped in 4.1"
ALTER TABLE users DROP COLUMN name;
```

Drop the view first, and make it again at the end, in the same revision:

```python good postgresql mysql mariadb
op.execute("DROP VIEW IF EXISTS names")
# sqlgen: allow drop-column, irreversible-revision because "unmapped in 4.1"
op.drop_column("users", "phone")
op.execute("CREATE VIEW names AS SELECT name FROM users")
```

Sources:
- https://www.postgresql.org/docs/current/ddl-depend.html
- https://dev.mysql.com/doc/refman/8.4/en/view-restrictions.html
- https://www.sqlite.org/lang_altertable.html#alter_table_drop_column
"""

from sqlgen.rulekit import (
    AlterColumnType,
    Before,
    DropColumn,
    Message,
    RedefineColumn,
    RenameColumn,
    Severity,
    rule,
    say,
)

Change = DropColumn | AlterColumnType | RenameColumn | RedefineColumn


@rule(
    severity=Severity.WARNING,
    dialects={"postgresql", "mysql", "mariadb", "sqlite"},
    since="0.1",
    help=say(
        "Look whether the view names the column. If so, drop the view first, and make it again behind the change."
    ),
)
def check(change: Change, before: Before) -> Message | None:
    if not _matters(change, before.dialect) or before.born(change.table, change.column):
        return None
    readers = [view.name for view in before.schema.readers(change.table) if view.sure]
    views = [name for name in readers if name not in before.views_made]
    if not views:
        return None
    named = {"table": change.table, "column": change.column, "views": ", ".join(map(str, views))}
    match before.dialect:
        case "postgresql" if isinstance(change, AlterColumnType):
            return say("PostgreSQL refuses another type of {table}.{column} if {views} uses it", **named)
        case "postgresql" | "sqlite":
            return say("dropping {table}.{column} is refused if {views} uses it", **named)
        case _:
            return say("{views} reads from {table}, and fails from here on if it uses {column}", **named)


def _matters(change: Change, dialect: str) -> bool:
    match change:
        case DropColumn(cascade=cascade):
            return not cascade
        case AlterColumnType():
            return dialect == "postgresql"
        case RenameColumn():
            return dialect in ("mysql", "mariadb")
        case RedefineColumn(column=column, to=to):
            return to.name.lower() != column.lower()
