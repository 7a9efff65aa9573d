"""DELETE without WHERE removes every row of the table.

Only a backup brings the rows back. While it runs, each row is locked: writers of these rows wait until it commits.

A WHERE that is always true (1 = 1) restricts nothing, and is reported too; a WHERE, a JOIN or a LIMIT restricts the
rows. A table that was made in the same range is not reported, nor is SQLite's own sqlite_sequence, which .dump empties
before it fills it.

```sql bad postgresql mysql mariadb sqlite mssql oracle
DELETE FROM sessions;
```

```sql bad postgresql mysql mariadb sqlite mssql oracle
DELETE FROM sessions WHERE 1 = 1;
```

```sql good postgresql mysql mariadb sqlite mssql oracle
DELETE FROM sessions WHERE expires_at < '2026-01-01';
```

```sql good postgresql mysql mariadb sqlite mssql oracle
-- sqlgen: allow delete-without-where because "a cache, filled again by the next request"
DELETE FROM sessions;
```

```sql good sqlite
DELETE FROM sqlite_sequence;
```

In Alembic, delete what must go:

```python good postgresql mysql mariadb sqlite mssql oracle
sessions = sa.table("sessions", sa.column("kind", sa.String))
op.execute(sessions.delete().where(sessions.c.kind == "guest"))
```

Sources:
- https://www.postgresql.org/docs/current/sql-delete.html
- https://dev.mysql.com/doc/refman/8.4/en/innodb-locks-set.html
- https://www.sqlite.org/lang_delete.html
- https://learn.microsoft.com/en-us/sql/t-sql/statements/delete-transact-sql
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/DELETE.html
"""

from sqlgen.rulekit import Before, Delete, Message, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    since="0.1",
    help=say(
        "Add a WHERE for the rows that must go. When all of them must, say why in an allowance: "
        '# sqlgen: allow delete-without-where because "…"'
    ),
)
def check(delete: Delete, before: Before) -> Message | None:
    if delete.where or before.created(delete.table):
        return None
    if before.dialect == "sqlite" and delete.table.name == "sqlite_sequence":
        return None
    return say("deleting every row of {table} destroys its data", table=delete.table)
