"""Renaming a table breaks every query that says the old name, at once.

The rename itself takes no time. But the old code runs on while the release goes out, and fails on each query.

Not reported: a table that was made in the same range (so neither the last step of a SQLite rebuild); and, on engines
where a simple view takes writes (all but SQLite), a rename after which the same revision makes a view of
the old name.

```sql before postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(40));
```

```sql bad postgresql mysql mariadb sqlite oracle
ALTER TABLE users RENAME TO accounts;
```

```sql bad mssql
EXEC sp_rename 'users', 'accounts';
```

```python bad postgresql mysql mariadb sqlite mssql oracle
op.rename_table("users", "accounts")
```

```sql good postgresql mysql mariadb oracle
ALTER TABLE users RENAME TO accounts;
CREATE VIEW users AS SELECT * FROM accounts;
```

```sql good sqlite
CREATE TABLE _alembic_tmp_users (id INTEGER PRIMARY KEY, name VARCHAR(80));
INSERT INTO _alembic_tmp_users (id, name) SELECT id, name FROM users;
DROP TABLE users;
ALTER TABLE _alembic_tmp_users RENAME TO users;
```

Where only the Python name is wrong, rename only that: `__tablename__ = "users"` in the class Account. Otherwise, until
the old code is gone:

```python good postgresql mysql mariadb mssql oracle
op.rename_table("users", "accounts")
op.execute("CREATE VIEW users AS SELECT * FROM accounts")
```

Sources:
- https://www.postgresql.org/docs/current/sql-createview.html#SQL-CREATEVIEW-UPDATABLE-VIEWS
- https://dev.mysql.com/doc/refman/8.4/en/view-updatability.html
- https://www.sqlite.org/lang_createview.html
- https://learn.microsoft.com/en-us/sql/t-sql/statements/create-view-transact-sql#updatable-views
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/CREATE-VIEW.html
"""

from sqlgen.rulekit import Advice, Before, Message, RenameTable, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    since="0.1",
    help=say(
        "Keep the name in the database and map it in the model, __tablename__; or make a view of the old name in the "
        "same revision, and drop it a release later."
    ),
)
def check(rename: RenameTable, before: Before) -> Message | Advice | None:
    if before.created(rename.table):
        return None
    if rename.table in before.views_made and before.dialect != "sqlite":
        return None
    said = say("renaming {table} to {to} breaks every query that says {table}", table=rename.table, to=rename.to)
    if before.dialect == "sqlite":  # whose views take no writes
        return Advice(said, say("Keep the name in the database and map it in the model, __tablename__."))
    return said
