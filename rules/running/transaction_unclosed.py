"""A BEGIN without its COMMIT does nothing: the server takes everything back when the client disconnects.

The script runs without an error, its last line is reached, and nothing of what stands behind BEGIN is there afterwards.

It is judged for .sql files. (`alembic upgrade` opens and closes the transactions of revisions itself.) In MySQL and
MariaDB a DDL statement commits, so only what follows the last one is lost.

```sql before postgresql mysql mariadb sqlite mssql
CREATE TABLE users (id INTEGER PRIMARY KEY, state VARCHAR(10));
```

```sql bad postgresql mysql mariadb sqlite runs=file
BEGIN;
UPDATE users SET state = 'new' WHERE id = 1;
```

```sql bad mssql runs=file
BEGIN TRANSACTION;
UPDATE users SET state = 'new' WHERE id = 1;
```

```sql good postgresql mysql mariadb sqlite runs=file
BEGIN;
UPDATE users SET state = 'new' WHERE id = 1;
COMMIT;
```

```sql good mssql runs=file
BEGIN TRANSACTION;
UPDATE users SET state = 'new' WHERE id = 1;
COMMIT;
```

Sources:
- https://www.postgresql.org/docs/current/sql-begin.html
- https://dev.mysql.com/doc/refman/8.4/en/commit.html
- https://mariadb.com/kb/en/start-transaction/
- https://www.sqlite.org/lang_transaction.html
- https://learn.microsoft.com/en-us/sql/t-sql/language-elements/begin-transaction-transact-sql
"""

from collections.abc import Iterator

from sqlgen.rulekit import Before, Begin, Commit, Commits, Item, Message, Rollback, Severity, Step, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "mysql", "mariadb", "sqlite", "mssql"},
    since="0.1",
    help=say("Add the COMMIT."),
)
def check(step: Step, before: Before) -> Iterator[tuple[Item, Message]]:
    open_: Item | None = None
    for item in step.items if before.runs == "file" else ():
        for fact in item.facts:
            match fact:
                case Begin():
                    open_ = item
                case Commit() | Rollback():
                    open_ = None
                case _ if open_ is not None and before.effect(fact).commits is Commits.IMPLICITLY:
                    open_ = None
    if open_ is not None and open_ is not step.items[-1]:
        yield open_, say("this transaction is never committed: all that it does is taken back at the end")
