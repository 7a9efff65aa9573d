"""SQL Server compiles a batch before it runs it, and does not know a column that the same batch adds.

A statement of the batch that names the new column fails with "Invalid column name", before anything of the batch has
run. (Names of tables that are not there yet are looked up later; columns of tables that are there are not.) Alembic
sends each operation as a batch of its own; one text for `op.execute`, and what stands between two GO of a script, is
one batch.

Reported are INSERT, UPDATE, DELETE, MERGE and SELECT that name a column which an ALTER TABLE or sp_rename before them
in the batch makes; not where the batch makes the table as well, since then the whole statement is compiled later; nor
what EXEC runs as text, since that is a batch of its own.

```sql before mssql
CREATE TABLE orders (id INT NOT NULL PRIMARY KEY, state VARCHAR(10) NOT NULL);
```

```sql bad mssql runs=file
ALTER TABLE orders ADD shipped BIT NULL;
UPDATE orders SET shipped = 1 WHERE state = 'done';
```

```sql good mssql runs=file
SET LOCK_TIMEOUT 5000;
ALTER TABLE orders ADD shipped BIT NULL;
GO
UPDATE orders SET shipped = 1 WHERE state = 'done';
GO
```

In Alembic, in two revisions, so that no lock is held while the rows are changed:

```python good mssql
op.add_column("orders", sa.Column("shipped", sa.Boolean(), nullable=True))
# --- next revision
op.execute("UPDATE orders SET shipped = 1 WHERE state = 'done'")
```

Sources:
- https://learn.microsoft.com/en-us/sql/odbc/reference/develop-app/batches-of-sql-statements
- https://learn.microsoft.com/en-us/sql/t-sql/language-elements/sql-server-utilities-statements-go
- https://learn.microsoft.com/en-us/sql/relational-databases/errors-events/mssqlserver-207-database-engine-error
"""

from collections.abc import Iterator

from sqlgen.rulekit import (
    AddColumn,
    Before,
    CreateTable,
    Delete,
    Insert,
    Item,
    Message,
    Name,
    RenameColumn,
    Select,
    Severity,
    Step,
    Update,
    rule,
    say,
)


@rule(
    severity=Severity.ERROR,
    dialects={"mssql"},
    since="0.1",
    help=say("Put GO between them (Alembic: an op.execute of its own)."),
)
def check(step: Step, before: Before) -> Iterator[tuple[Item, Message]]:
    added: dict[str, Name] = {}
    made: set[Name] = set()
    ends = True
    for item in step.items:
        if ends or _has_go(item.statement.leading) or before.runs != "file":
            added, made = {}, set()
        for fact in item.facts:
            match fact:
                case CreateTable(table=table):
                    made.add(table)
                case AddColumn(table=table, column=column) if table not in made:
                    added[column.name.lower()] = table
                case RenameColumn(table=table, to=to) if table not in made:
                    added[to.lower()] = table
                case Insert() | Update() | Delete() | Select():
                    name = next((one for one in _words(item) if one in added), None)
                    if name is not None:
                        yield item, _said(name, added[name])
                        break
                case _:
                    pass
        ends = _has_go(item.statement.terminator)


def _said(column: str, table: Name) -> Message:
    return say(
        "this batch makes {table}.{column}, and is compiled before it does: Invalid column name",
        table=table,
        column=column,
    )


def _words(item: Item) -> Iterator[str]:
    return (token.text.strip('[]"').lower() for token in item.statement.tokens)


def _has_go(between: str) -> bool:
    """Whether a line of GO, or GO 5, stands between two statements."""
    return any(line.split()[:1] == ["GO"] for line in between.upper().splitlines())
