"""A table is dropped or renamed while views still read from it: the statement is refused, or the views fail.

PostgreSQL refuses to drop a table that a view reads from; the release stops there. MySQL, MariaDB, SQL Server and
Oracle drop or rename it, and each query of the view fails from then on. SQLite drops it, and then refuses every ALTER
TABLE … RENAME as long as the view stands.

The views are those that the history made, and whose text could be read. Not reported: a view that is dropped before, or
made anew in the same revision; a rename in PostgreSQL and SQLite, which the views follow; DROP … CASCADE, of which
drop-cascade speaks; a rebuild in SQLite, of which sqlite-table-rebuild does.

```sql before postgresql mysql mariadb sqlite oracle
CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(40));
CREATE VIEW names AS SELECT name FROM users;
```

```sql before mssql
CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(40));
GO
CREATE VIEW names AS SELECT name FROM users;
GO
```

```sql bad postgresql mysql mariadb sqlite mssql oracle
-- sqlgen: allow drop-table because "archived"
DROP TABLE users;
```

```sql bad mysql mariadb oracle
ALTER TABLE users RENAME TO accounts;
```

```sql bad mssql
EXEC sp_rename 'users', 'accounts';
```

```python bad postgresql mysql mariadb sqlite mssql oracle
op.drop_table("users")
```

```sql good oracle
DROP VIEW names;
-- sqlgen: allow drop-table because "archived"
DROP TABLE users;
```

```sql good postgresql mysql mariadb sqlite mssql
DROP VIEW IF EXISTS names;
-- sqlgen: allow drop-table because "archived"
DROP TABLE users;
```

Drop the view first, and make it again at the end, in the same revision:

```python good postgresql mysql mariadb sqlite
op.execute("DROP VIEW IF EXISTS names")
with op.batch_alter_table("users") as batch_op:
    batch_op.add_column(sa.Column("email", sa.String(200), nullable=True))
op.execute("CREATE VIEW names AS SELECT name, email FROM users")
```

Sources:
- https://www.postgresql.org/docs/current/ddl-depend.html
- https://dev.mysql.com/doc/refman/8.4/en/view-restrictions.html
- https://www.sqlite.org/lang_altertable.html#altertabrename
- https://learn.microsoft.com/en-us/sql/relational-databases/system-stored-procedures/sp-rename-transact-sql
- https://docs.oracle.com/en/database/oracle/oracle-database/19/admin/managing-schema-objects.html
"""

from sqlgen.rulekit import Before, DropTable, Message, RenameTable, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "mysql", "mariadb", "sqlite", "mssql", "oracle"},
    since="0.1",
    help=say("Drop the views first; make them again, over what stands then, in the same revision."),
)
def check(change: DropTable | RenameTable, before: Before) -> Message | None:
    if isinstance(change, RenameTable):
        if before.dialect in ("postgresql", "sqlite") or change.table in before.views_made:
            return None
    elif before.rebuilt_as is not None or (change.cascade and before.dialect == "postgresql"):
        return None
    readers = [view.name for view in before.schema.readers(change.table) if view.sure]
    views = [name for name in readers if name not in before.views_made]
    if not views:
        return None
    named = {"table": change.table, "views": ", ".join(map(str, views))}
    match before.dialect:
        case "postgresql":
            return say("PostgreSQL refuses to drop {table}: {views} reads from it", **named)
        case _:
            return say("{views} reads from {table}, and fails from here on", **named)
