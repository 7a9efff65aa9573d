"""SQL Server drops no column that has a default: the default is a constraint, mostly with a name nobody chose.

DROP COLUMN fails with error 5074, "the object 'DF__orders__state__3B75D760' is dependent on column". The name differs
from one database to the next, so it can't be written into a migration; Alembic looks it up when asked to. The same
holds for CHECK constraints and foreign keys of the column.

Reported is a column that has a default, a CHECK of its own or a foreign key as far as the history tells, where the same
revision takes none away before.

```sql before mssql
CREATE TABLE orders (id INT NOT NULL PRIMARY KEY, state VARCHAR(10) NOT NULL DEFAULT 'new', note VARCHAR(40) NULL);
```

```sql bad mssql
-- sqlgen: allow drop-column, unguarded-drop because "unmapped in 4.1"
ALTER TABLE orders DROP COLUMN state;
```

```sql good mssql
-- sqlgen: allow drop-column because "unmapped in 4.1"
ALTER TABLE orders DROP COLUMN IF EXISTS note;
```

In Alembic:

```python bad mssql
op.drop_column("orders", "state")
```

```python good mssql
# sqlgen: allow drop-column because "unmapped in 4.1"
op.drop_column("orders", "state", mssql_drop_default=True)
```

`mssql_drop_check=True` and `mssql_drop_foreign_key=True` do the same for a CHECK and a foreign key.

Sources:
- https://learn.microsoft.com/en-us/sql/t-sql/statements/alter-table-transact-sql
- https://alembic.sqlalchemy.org/en/latest/ops.html#alembic.operations.Operations.drop_column
"""

from collections.abc import Iterator

from sqlgen.rulekit import (
    Advice,
    Before,
    DropColumn,
    DropConstraint,
    Item,
    Kind,
    Message,
    Schema,
    SetDefault,
    Severity,
    Step,
    both,
    rule,
    say,
)

ARGUMENTS = {Kind.CHECK: "mssql_drop_check", Kind.FOREIGN_KEY: "mssql_drop_foreign_key"}


@rule(
    severity=Severity.ERROR,
    dialects={"mssql"},
    since="0.1",
    help=say("Drop its constraints first (Alembic: op.drop_column(…, mssql_drop_default=True))."),
)
def check(step: Step, before: Before) -> Iterator[tuple[Item, Advice]]:
    facts = [(item, fact) for item in step.items for fact in item.facts]
    if not any(isinstance(fact, DropColumn) for _, fact in facts):
        return
    schema = Schema(before.dialect, lambda: before.schema)
    relaxed = set()
    """Tables that have lost a constraint in this revision: a default's name stands in no history."""
    for item, fact in facts:
        match fact:
            case DropConstraint(table=table) | SetDefault(table=table, default=None):
                relaxed.add(table)
            case DropColumn(table=table) if table not in relaxed:
                if (said := _judge(fact, schema)) is not None:
                    yield item, said
            case _:
                pass
        schema.apply(fact)


def _judge(drop: DropColumn, schema: Schema) -> Advice | None:
    column, table = schema.column(drop.table, drop.column), schema.table(drop.table)
    found: list[tuple[Message, str]] = []
    if column is not None and column.default is not None:
        found.append((say("DEFAULT {text}", text=column.default.text), "mssql_drop_default"))
    for one in table.constraints if table is not None else ():
        if one.kind in ARGUMENTS and [name.lower() for name in one.columns] == [drop.column.lower()]:
            what = say("the {kind} constraint {name}", kind=one.kind, name=one.name)
            found.append((what, ARGUMENTS[one.kind]))
    if not found:
        return None
    return Advice(
        say(
            "dropping {table}.{column} fails: {what} depends on it, and is not dropped before",
            table=drop.table,
            column=drop.column,
            what=both(what for what, _ in found),
        ),
        say(
            'Let Alembic drop it first: op.drop_column("{table}", "{column}", {arguments}).',
            table=drop.table,
            column=drop.column,
            arguments=", ".join(f"{argument}=True" for _, argument in found),
        ),
    )
