"""Without XACT_ABORT a SQL Server script goes on after an error, and commits what is left of its transaction.

Most run-time errors (a key that is violated, a value that does not fit) end the statement alone. The next one runs,
COMMIT commits the half that worked, and the script ends as if all was well. With SET XACT_ABORT ON the transaction is
rolled back and the batch stops.

Reported is a .sql file that opens a transaction and changes more than one thing in it, with neither XACT_ABORT ON nor
TRY … CATCH. Alembic and the scripts of sqlgen stop at the first error by themselves.

```sql before mssql
CREATE TABLE orders (id INT NOT NULL PRIMARY KEY, state VARCHAR(10) NOT NULL);
```

```sql bad mssql runs=file
SET LOCK_TIMEOUT 5000;
BEGIN TRANSACTION;
UPDATE orders SET state = 'done' WHERE state = 'shipped';
INSERT INTO orders (id, state) VALUES (1, 'new');
COMMIT;
```

```sql good mssql runs=file
SET LOCK_TIMEOUT 5000;
SET XACT_ABORT ON;
BEGIN TRANSACTION;
UPDATE orders SET state = 'done' WHERE state = 'shipped';
INSERT INTO orders (id, state) VALUES (1, 'new');
COMMIT;
```

Sources:
- https://learn.microsoft.com/en-us/sql/t-sql/statements/set-xact-abort-transact-sql
- https://learn.microsoft.com/en-us/sql/t-sql/language-elements/try-catch-transact-sql
"""

from collections.abc import Iterator

from sqlgen.rulekit import (
    Before,
    Begin,
    Block,
    Commit,
    Item,
    Message,
    Rollback,
    Select,
    SetOption,
    Severity,
    Step,
    rule,
    say,
)

NO_CHANGE = (Block, Select, SetOption)


@rule(
    severity=Severity.WARNING,
    dialects={"mssql"},
    since="0.1",
    once=True,
    help=say("SET XACT_ABORT ON before the transaction begins."),
)
def check(step: Step, before: Before) -> Iterator[tuple[Item, Message]]:
    if before.runs != "file" or any(
        token.text.upper() == "TRY" for each in step.items for token in each.statement.tokens
    ):
        return
    begun: Item | None = None
    changes, stops = 0, False
    for item in step.items:
        for fact in item.facts:
            match fact:
                case SetOption(name="xact_abort", value=value):
                    stops = str(value).upper() == "ON"
                case Begin():
                    begun, changes = item, 0
                case Commit() | Rollback():
                    begun = None
                case _ if begun is not None and not isinstance(fact, NO_CHANGE):
                    changes += 1
                    if changes > 1 and not stops:
                        yield (
                            begun,
                            say("after an error in this transaction the script goes on, and commits the rest of it"),
                        )
                        return
                case _:
                    pass
