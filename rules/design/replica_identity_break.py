"""A published table that loses its replica identity takes no UPDATE and no DELETE any more.

Logical replication finds a row on the other side by the replica identity, which is the primary key unless something
else was said. Dropping a column of the primary key drops the key with it, without a word; REPLICA IDENTITY NOTHING says
so itself. From then on the publisher refuses each UPDATE and DELETE: "cannot update table because it does not have a
replica identity and publishes updates".

Not reported: a table that gets a new key, or another identity, in the same revision; tables that were made in the same
range; DROP CONSTRAINT of the key, which drop-primary-key reports.

```sql before postgresql
CREATE TABLE orders (shop INTEGER, number INTEGER, note TEXT, PRIMARY KEY (shop, number));
```

```sql bad postgresql
-- sqlgen: allow drop-column, unguarded-drop because "one shop is left"
ALTER TABLE orders DROP COLUMN shop;
```

```sql bad postgresql
ALTER TABLE orders REPLICA IDENTITY NOTHING;
```

```sql good postgresql
-- sqlgen: allow drop-column, unguarded-drop, primary-key-inline because "one shop is left, a hundred orders"
ALTER TABLE orders DROP COLUMN shop, ADD PRIMARY KEY (number);
```

```sql good postgresql
ALTER TABLE orders REPLICA IDENTITY FULL;
```

```python bad postgresql
op.drop_column("orders", "shop")
```

```python good postgresql
op.execute("ALTER TABLE orders REPLICA IDENTITY FULL")
```

Sources:
- https://www.postgresql.org/docs/current/logical-replication-publication.html#LOGICAL-REPLICATION-PUBLICATION-REPLICA-IDENTITY
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-REPLICA-IDENTITY
"""

from collections.abc import Iterator

from sqlgen.rulekit import (
    AddConstraint,
    Before,
    Constraint,
    DropColumn,
    Item,
    Kind,
    Message,
    Name,
    SetTableOption,
    Severity,
    Step,
    rule,
    say,
)

IDENTITY = "REPLICA IDENTITY "


@rule(
    severity=Severity.WARNING,
    dialects={"postgresql"},
    since="0.1",
    help=say("Give it a new primary key in the same revision, or set REPLICA IDENTITY USING INDEX, or FULL, first."),
)
def check(step: Step, before: Before) -> Iterator[tuple[Item, Message]]:
    lost: dict[Name, tuple[Item, Message]] = {}
    for item in step.items:
        for fact in item.facts:
            match fact:
                case SetTableOption(table=table, option=option) if option.upper() == f"{IDENTITY}NOTHING":
                    lost[table] = item, say("with no replica identity a published {table} takes no UPDATE", table=table)
                case SetTableOption(table=table, option=option) if option.upper().startswith(IDENTITY):
                    lost.pop(table, None)
                case AddConstraint(table=table, constraint=Constraint(kind=Kind.PRIMARY_KEY)):
                    lost.pop(table, None)
                case DropColumn(table=table, column=column) if _in_key(table, column, before):
                    lost[table] = (
                        item,
                        say(
                            "the primary key of {table} goes with {column}: where it is published, no UPDATE works",
                            table=table,
                            column=column,
                        ),
                    )
                case _:
                    pass
    yield from lost.values()


def _in_key(name: Name, column: str, before: Before) -> bool:
    table = None if before.created(name) else before.table(name)
    keys = () if table is None else table.constraints
    return any(one.kind is Kind.PRIMARY_KEY and column in one.columns for one in keys)
