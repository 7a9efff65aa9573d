"""VACUUM, CREATE DATABASE and the like always fail inside a transaction.

PostgreSQL refuses them inside a transaction block, a function or a DO block: VACUUM, REINDEX SCHEMA and DATABASE,
CLUSTER without a table, CREATE and DROP DATABASE or TABLESPACE, ALTER DATABASE … SET TABLESPACE, ALTER SYSTEM, DISCARD
ALL. The transaction is aborted, with all that stood before it. SQL Server refuses CREATE, ALTER and DROP DATABASE.

What stands outside of a transaction is not reported; CONCURRENTLY is another rule's (concurrently-in-transaction).

```sql before postgresql
CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);
```

```sql bad postgresql
BEGIN;
VACUUM users;
COMMIT;
```

```sql bad mssql
BEGIN TRANSACTION;
CREATE DATABASE shop;
COMMIT;
```

```sql good postgresql
VACUUM users;
```

```sql good mssql
CREATE DATABASE shop;
```

In Alembic:

```python bad postgresql
op.execute("VACUUM users")
```

```python good postgresql
with op.get_context().autocommit_block():
    op.execute("VACUUM users")
```

Sources:
- https://www.postgresql.org/docs/current/sql-vacuum.html
- https://www.postgresql.org/docs/current/sql-createdatabase.html
- https://www.postgresql.org/docs/current/sql-reindex.html
- https://learn.microsoft.com/en-us/sql/t-sql/statements/create-database-transact-sql
"""

from sqlgen.rulekit import (
    AlterObject,
    Before,
    Commits,
    CreateObject,
    DropObject,
    Maintain,
    Message,
    Severity,
    rule,
    say,
)


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "mssql"},
    since="0.1",
    help=say("Run it outside a transaction (Alembic: with op.get_context().autocommit_block():)."),
)
def check(statement: Maintain | CreateObject | DropObject | AlterObject, before: Before) -> Message | None:
    if not before.in_transaction and before.block is None:
        return None
    if before.effect(statement).commits is not Commits.ALONE:
        return None
    match statement:
        case Maintain(concurrently=True) | CreateObject(kind="subscription") | DropObject(kind="subscription"):
            return None  # the last two only where they make or drop a slot on the publisher
        case Maintain(command=what):
            pass
        case CreateObject(kind=kind):
            what = f"CREATE {kind.upper()}"
        case DropObject(kind=kind):
            what = f"DROP {kind.upper()}"
        case AlterObject(kind=kind):
            what = f"ALTER {kind.upper()}"
    if before.in_transaction:
        return say("{what} inside a transaction always fails", what=what)
    return say("{what} inside a DO block always fails", what=what)
