"""A constraint that stays NOT VALID says nothing about the rows that were there before it.

NOT VALID adds a constraint without reading the table. Until VALIDATE CONSTRAINT, old rows may break it: an UPDATE of
such a row fails years later, a restore of a dump may fail, and the planner does not rely on it.

The rule looks at the whole range: it speaks when no revision of it validates the constraint, or drops it again. Where
the validation comes with the next release, the finding is a reminder. A constraint of a table that was made in the same
range is not reported: no row was there before it.

```sql before postgresql
CREATE TABLE orders (id INTEGER PRIMARY KEY, amount INTEGER);
```

```sql bad postgresql
ALTER TABLE orders ADD CONSTRAINT ck_orders_amount CHECK (amount > 0) NOT VALID;
```

```sql good postgresql
ALTER TABLE orders ADD CONSTRAINT ck_orders_amount CHECK (amount > 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_amount;
```

```sql good postgresql
CREATE TABLE prices (id INTEGER PRIMARY KEY, amount INTEGER);
ALTER TABLE prices ADD CONSTRAINT ck_prices_amount CHECK (amount > 0) NOT VALID;
```

In Alembic:

```python good postgresql
op.create_check_constraint("ck_orders_amount", "orders", "amount > 0", postgresql_not_valid=True)
# --- next revision
op.execute("ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_amount")
```

Sources:
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
"""

from collections.abc import Iterator

from sqlgen.rulekit import (
    AddConstraint,
    Before,
    DropConstraint,
    DropTable,
    Item,
    Message,
    Name,
    Range,
    Severity,
    ValidateConstraint,
    rule,
    say,
)


@rule(
    severity=Severity.INFO,
    dialects={"postgresql"},
    since="0.1",
    help=say("VALIDATE CONSTRAINT in a later revision: it reads every row and blocks neither reads nor writes."),
)
def check(steps: Range, before: Before) -> Iterator[tuple[Item, Message]]:
    open_: dict[tuple[Name, str | None], Item] = {}
    for item in (item for step in steps for item in step.items):
        for fact in item.facts:
            match fact:
                case AddConstraint(table, constraint) if constraint.not_valid:
                    open_[table, constraint.name] = item
                case ValidateConstraint(table, name) | DropConstraint(table, name):
                    open_.pop((table, name), None)
                    open_.pop((table, None), None)  # PostgreSQL chose that one's name
                case DropTable(table):
                    open_ = {key: each for key, each in open_.items() if key[0] != table}
    for (table, name), item in open_.items():
        if before.schema.created(table):
            continue
        yield (
            item,
            say(
                "{name} of {table} stays NOT VALID: rows that are there may break it",
                name=name or say("a constraint"),
                table=table,
            ),
        )
