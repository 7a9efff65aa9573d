"""A table without the columns that every table has is left out of each job that relies on them.

Exports copy what is newer than the last `created_at`, deletion jobs look for what is older; a table without it is
forgotten, and nobody is told. Rows without a primary key can't be told apart by replicas and by support.

A column, or the key, that a later statement of the range adds counts. Not reported: temporary tables, partitions, and
the tables that the option `tables_without` names.

```sql bad postgresql mysql mariadb
CREATE TABLE orders (id BIGINT PRIMARY KEY, total NUMERIC(10, 2));
```

```sql bad sqlite
CREATE TABLE orders (id BIGINT, created_at TIMESTAMP);
```

```sql good postgresql mysql mariadb sqlite
CREATE TABLE orders (id BIGINT PRIMARY KEY, created_at TIMESTAMP NOT NULL);
```

```sql good postgresql mysql mariadb
CREATE TABLE orders (id BIGINT NOT NULL);
ALTER TABLE orders ADD CONSTRAINT pk_orders PRIMARY KEY (id);
ALTER TABLE orders ADD COLUMN created_at TIMESTAMP;
```

```python bad postgresql mysql mariadb sqlite
op.create_table("orders", sa.Column("id", sa.BigInteger, primary_key=True))
```

```python good postgresql mysql mariadb sqlite
op.create_table(
    "orders",
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("created_at", sa.DateTime, server_default=sa.func.now(), nullable=False),
)
```

Sources:
- https://docs.sqlalchemy.org/en/20/orm/declarative_mixins.html
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlgen.rulekit import (
    AddColumn,
    AddConstraint,
    Before,
    Column,
    Constraint,
    CreateTable,
    DropTable,
    Item,
    Kind,
    Message,
    Name,
    Range,
    RenameTable,
    Severity,
    rule,
    say,
)


@dataclass(frozen=True, slots=True)
class Options:
    columns: tuple[str, ...] = ("created_at",)
    """The columns that every table has."""
    primary_key: bool = True
    """Whether every table has a primary key."""
    tables_without: tuple[str, ...] = ("alembic_version",)
    """Tables that need none of it: Alembic's own, or those that only join two others."""


@rule(
    severity=Severity.WARNING,
    since="1",
    help=say("Add it to the model; a mixin or the declarative base gives it to all."),
)
def check(steps: Range, before: Before, options: Options) -> Iterator[tuple[Item, Message]]:
    wanted = {*options.columns, *(["a primary key"] if options.primary_key else [])}
    missing: dict[Name, tuple[Item, set[str]]] = {}
    for item in (item for revision in steps for item in revision.items):
        for fact in item.facts:
            match fact:
                case CreateTable(table=table) if _counts(fact, options):
                    missing[table] = item, wanted - _has(fact.columns, fact.constraints)
                case AddColumn(table=table, column=column) if table in missing:
                    missing[table][1].difference_update(_has((column,), ()))
                case AddConstraint(table=table, constraint=constraint) if table in missing:
                    missing[table][1].difference_update(_has((), (constraint,)))
                case RenameTable(table=table, to=to) if table in missing:
                    missing[to] = missing.pop(table)
                case DropTable(table=table):
                    missing.pop(table, None)
                case _:
                    pass
    for table, (item, what) in missing.items():
        if what:
            yield item, say("{table} lacks what every table has: {what}", table=table, what=", ".join(sorted(what)))


def _counts(made: CreateTable, options: Options) -> bool:
    return not made.temporary and made.partition_of is None and made.table.name not in options.tables_without


def _has(columns: tuple[Column, ...], constraints: tuple[Constraint, ...]) -> set[str]:
    keys = [*constraints, *(one for column in columns for one in column.constraints)]
    names = {column.name for column in columns}
    return names | {"a primary key" for one in keys if one.kind is Kind.PRIMARY_KEY}
