"""ALTER COLUMN without NOT NULL makes a column of SQL Server nullable, whatever it was.

The definition is given anew: where neither NULL nor NOT NULL stands, the column takes NULLs from then on. Nothing
fails, and rows without a value come in where the code relies on there being one. `op.alter_column` with `type_` and
without `existing_nullable` writes just that.

Reported is a column that was NOT NULL as far as the history tells. A statement that writes NULL is not: there it is
meant.

```sql before mssql
CREATE TABLE orders (id INT NOT NULL PRIMARY KEY, state VARCHAR(10) NOT NULL);
```

```sql bad mssql
ALTER TABLE orders ALTER COLUMN state VARCHAR(20);
```

```sql good mssql
ALTER TABLE orders ALTER COLUMN state VARCHAR(20) NOT NULL;
ALTER TABLE orders ALTER COLUMN state VARCHAR(20) NULL;
```

In Alembic:

```python bad mssql
op.alter_column("orders", "state", type_=sa.String(20), existing_type=sa.String(10))
```

```python good mssql
op.alter_column("orders", "state", type_=sa.String(20), existing_type=sa.String(10), existing_nullable=False)
```

Sources:
- https://learn.microsoft.com/en-us/sql/t-sql/statements/alter-table-transact-sql#null--not-null
- https://alembic.sqlalchemy.org/en/latest/ops.html#alembic.operations.Operations.alter_column
"""

from collections.abc import Iterator

from sqlgen.rulekit import AlterColumnType, Before, DropNotNull, Item, Message, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"mssql"},
    since="0.1",
    help=say("Write NOT NULL behind the type (Alembic: existing_nullable=False)."),
)
def check(item: Item, before: Before) -> Iterator[Message]:
    if any(token.text.upper() == "NULL" for token in item.statement.tokens):
        return
    for fact, after in zip(item.facts, item.facts[1:], strict=False):
        match fact, after:
            case AlterColumnType(table=table, column=name), DropNotNull(table=same) if table == same:
                known = before.schema.column(table, name)
                if known is not None and not known.nullable:
                    yield say(
                        "ALTER COLUMN {table}.{column} does not repeat NOT NULL: the column takes NULLs from now on",
                        table=table,
                        column=name,
                    )
