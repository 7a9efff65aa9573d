"""Building an index anew the plain way blocks writes to its table, and most reads too.

PostgreSQL: REINDEX takes a SHARE lock on the table, which blocks INSERT, UPDATE and DELETE, and an ACCESS EXCLUSIVE
lock on each index that it builds: a query that might use the index waits, and the planner looks at all of them.
CONCURRENTLY (PostgreSQL 12 and later) builds a new index beside the old one instead. ALTER INDEX … REBUILD that is not
ONLINE blocks reads and writes of the table on SQL Server (Sch-M), writes on Oracle.

REINDEX SCHEMA and REINDEX DATABASE do it to one table after another. An index or a table that was made in the same
range is not reported, nor REINDEX SYSTEM, which has no other form, nor REORGANIZE.

```sql before postgresql mssql
CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);
CREATE INDEX ix_users_email ON users (email);
```

```sql before oracle
CREATE TABLE users (id NUMBER PRIMARY KEY, email VARCHAR2(200));
CREATE INDEX ix_users_email ON users (email);
```

```sql bad postgresql
REINDEX INDEX ix_users_email;
```

```sql bad postgresql
REINDEX TABLE users;
```

```sql bad mssql
ALTER INDEX ix_users_email ON users REBUILD;
```

```sql bad oracle
ALTER INDEX ix_users_email REBUILD;
```

```sql good postgresql
REINDEX INDEX CONCURRENTLY ix_users_email;
```

```sql good mssql
ALTER INDEX ix_users_email ON users REBUILD WITH (ONLINE = ON);
```

```sql good oracle
ALTER INDEX ix_users_email REBUILD ONLINE;
```

In Alembic:

```python good postgresql
with op.get_context().autocommit_block():
    op.execute("REINDEX INDEX CONCURRENTLY ix_users_email")
```

Sources:
- https://www.postgresql.org/docs/current/sql-reindex.html#SQL-REINDEX-CONCURRENTLY
- https://learn.microsoft.com/en-us/sql/t-sql/statements/alter-index-transact-sql
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/ALTER-INDEX.html
"""

from sqlgen.rulekit import Advice, Before, Maintain, Message, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "mssql", "oracle"},
    since="0.1",
    help=say("Add CONCURRENTLY, outside a transaction (Alembic: with op.get_context().autocommit_block():)."),
)
def check(maintain: Maintain, before: Before) -> Message | Advice | None:
    words = maintain.command.split()
    if maintain.concurrently or not ("REINDEX" in words or "REBUILD" in words) or "SYSTEM" in words:
        return None
    name = maintain.name
    if name is not None and before.created(name):
        return None
    if "REBUILD" in words:
        if before.dialect == "mssql":
            return Advice(
                say("building indexes of {name} anew blocks reads and writes of it until it ends", name=name),
                say("Add WITH (ONLINE = ON), which needs the Enterprise edition or Azure; or do it in a quiet hour."),
            )
        return Advice(
            say("building {name} anew blocks writes to its table until it ends", name=name),
            say("Add ONLINE at its end."),
        )
    return say(
        "{command} {name} blocks writes to each table that it works on, and reads that may use the index",
        command=maintain.command,
        name=name,
    )
