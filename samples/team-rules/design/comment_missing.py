"""A table or a column without a comment has to be explained by whoever made it, for as long as they are there.

Every new table, and every new column, has a comment in the database, where dashboards, data catalogues and the next
team look for it. On PostgreSQL a comment is a statement of its own, which comes after the table; so the rule looks at
the whole revision.

Not reported: temporary tables, partitions, tables that are gone at the end of the revision, and what the options
`tables_without` and `columns_without` name.

```sql bad postgresql
CREATE TABLE orders (id BIGINT PRIMARY KEY, total NUMERIC(10, 2), created_at TIMESTAMPTZ);
COMMENT ON TABLE orders IS 'What customers ordered';
```

```sql bad mysql mariadb
CREATE TABLE orders (id BIGINT PRIMARY KEY, created_at DATETIME);
```

```sql before postgresql mysql mariadb
CREATE TABLE customers (id BIGINT PRIMARY KEY, created_at DATE);
```

```sql bad postgresql mysql mariadb
ALTER TABLE customers ADD COLUMN vat_number VARCHAR(20);
```

```sql good postgresql
CREATE TABLE orders (id BIGINT PRIMARY KEY, total NUMERIC(10, 2), created_at TIMESTAMPTZ);
COMMENT ON TABLE orders IS 'What customers ordered';
COMMENT ON COLUMN orders.total IS 'In euros, taxes included';
```

```sql good mysql mariadb
CREATE TABLE orders (
    id BIGINT PRIMARY KEY,
    total NUMERIC(10, 2) COMMENT 'In euros, taxes included',
    created_at DATETIME
) COMMENT='What customers ordered';
ALTER TABLE customers ADD COLUMN vat_number VARCHAR(20) COMMENT 'Of companies in the EU';
```

In Alembic:

```python good postgresql mysql mariadb
op.create_table(
    "orders",
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("total", sa.Numeric(10, 2), comment="In euros, taxes included"),
    sa.Column("created_at", sa.DateTime, server_default=sa.func.now()),
    comment="What customers ordered",
)
```

```python bad postgresql mysql mariadb
op.add_column("customers", sa.Column("vat_number", sa.String(20)))
```

Sources:
- https://www.postgresql.org/docs/current/sql-comment.html
- https://docs.sqlalchemy.org/en/20/core/metadata.html#sqlalchemy.schema.Column.params.comment
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlgen.rulekit import (
    AddColumn,
    Before,
    CreateTable,
    Describe,
    DropTable,
    Item,
    Message,
    Name,
    Severity,
    Step,
    rule,
    say,
)


@dataclass(frozen=True, slots=True)
class Options:
    columns_without: tuple[str, ...] = ("id", "created_at", "updated_at")
    """Columns that need no comment, since they mean the same in each table."""
    tables_without: tuple[str, ...] = ("alembic_version",)
    """Tables that need no comment, nor do their columns."""


@rule(
    severity=Severity.WARNING,
    dialects={"postgresql", "mysql", "mariadb"},
    since="1",
    help=say('Say what it holds: comment="…" in the model; on PostgreSQL COMMENT ON in the same revision.'),
)
def check(revision: Step, before: Before, options: Options) -> Iterator[tuple[Item, Message]]:
    tables: dict[Name, Item] = {}
    columns: dict[tuple[Name, str], Item] = {}
    for item in revision.items:
        for fact in item.facts:
            match fact:
                case CreateTable(table=table) if _counts(fact, options):
                    if not fact.comment:
                        tables[table] = item
                    columns |= {(table, column.name): item for column in fact.columns if not column.comment}
                case AddColumn(table=table, column=column) if not column.comment:
                    columns[table, column.name] = item
                case Describe(kind="table", name=table, comment=str()):
                    tables.pop(table, None)
                case Describe(kind="column", name=column, table=Name() as table, comment=str()):
                    columns.pop((table, column.name), None)
                case DropTable(table=gone):
                    tables.pop(gone, None)
                    columns = {key: item for key, item in columns.items() if key[0] != gone}
                case _:
                    pass
    for table, item in tables.items():
        yield item, say("the table {table} has no comment", table=table)
    for (table, column_name), item in columns.items():
        if column_name not in options.columns_without:
            yield item, say("the column {table}.{column} has no comment", table=table, column=column_name)


def _counts(made: CreateTable, options: Options) -> bool:
    return not made.temporary and made.partition_of is None and made.table.name not in options.tables_without
