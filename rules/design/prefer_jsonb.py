"""A column of type json breaks SELECT DISTINCT, GROUP BY and UNION over its table.

PostgreSQL's json keeps the text, and has no equality: the queries of the application that compare whole rows fail with
"could not identify an equality operator for type json" as soon as the table has the column. Its values are parsed
anew by each operator, and no GIN index takes them. jsonb has all of that.

Reported for tables that are there already, whose queries exist. With `new_tables = true` also for new ones.

```sql before postgresql
CREATE TABLE orders (id BIGINT PRIMARY KEY, note TEXT);
```

```sql bad postgresql
ALTER TABLE orders ADD COLUMN details json;
```

```sql good postgresql
ALTER TABLE orders ADD COLUMN details jsonb;
CREATE TABLE carts (id BIGINT PRIMARY KEY, details json);
ALTER TABLE carts ADD COLUMN more json;
```

```python bad postgresql
op.add_column("orders", sa.Column("details", sa.JSON, nullable=True))
```

```python good postgresql
op.add_column("orders", sa.Column("details", postgresql.JSONB, nullable=True))
```

For models that run on other databases as well: `sa.JSON().with_variant(postgresql.JSONB(), "postgresql")`.

Sources:
- https://www.postgresql.org/docs/current/datatype-json.html
- https://docs.sqlalchemy.org/en/20/dialects/postgresql.html#sqlalchemy.dialects.postgresql.JSONB
"""

from dataclasses import dataclass

from sqlgen.rulekit import (
    AddColumn,
    AlterColumnType,
    Before,
    CreateTable,
    Message,
    Severity,
    canonical,
    rule,
    say,
)


@dataclass(frozen=True, slots=True)
class Options:
    new_tables: bool = False
    """Whether the columns of new tables are reported, too."""


@rule(
    severity=Severity.WARNING,
    dialects={"postgresql"},
    since="0.1",
    help=say("Use jsonb (postgresql.JSONB)."),
)
def check(made: AddColumn | AlterColumnType | CreateTable, before: Before, options: Options) -> Message | None:
    match made:
        case CreateTable():
            types = [(column.name, column.type) for column in made.columns]
        case AddColumn(column=column):
            types = [(column.name, column.type)]
        case AlterColumnType():
            types = [(made.column, made.type)]
    if not options.new_tables and (isinstance(made, CreateTable) or before.created(made.table)):
        return None
    for name, type in types:
        if type is not None and canonical(type, before.dialect).name == "json":
            return say(
                "{table}.{column} is json, which has no equality: SELECT DISTINCT, GROUP BY and UNION of {table} fail",
                table=made.table,
                column=name,
            )
    return None
