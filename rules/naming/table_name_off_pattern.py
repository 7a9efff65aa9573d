"""A table whose name does not follow the team's pattern has to be looked up each time it is used.

A matter of policy: on when the settings name it. The pattern is a regular expression for the whole name, without its
schema.

```toml
[tool.sqlgen.rule.table-name-off-pattern]
pattern = "[a-z][a-z0-9_]*s"
```

Reported are tables that are made or renamed. Not reported: temporary tables, and the copy in a SQLite rebuild.

```sql bad mysql mariadb sqlite
CREATE TABLE `OrderItem` (id INTEGER PRIMARY KEY);
```

```sql bad postgresql
ALTER TABLE order_items RENAME TO "OrderItem";
```

```sql good postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE order_items (id INTEGER PRIMARY KEY);
```

```sql good postgresql sqlite
CREATE TEMPORARY TABLE "T" (id INTEGER PRIMARY KEY);
```

```python bad postgresql mysql mariadb sqlite mssql oracle
op.create_table("OrderItem", sa.Column("id", sa.Integer, primary_key=True))
```

```python good postgresql mysql mariadb sqlite mssql oracle
op.create_table("order_items", sa.Column("id", sa.Integer, primary_key=True))
```

Sources:
- https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
- https://dev.mysql.com/doc/refman/8.4/en/identifier-case-sensitivity.html
"""

import re
from dataclasses import astuple, dataclass

from sqlgen.rulekit import Before, CreateTable, Message, RenameTable, Severity, required_pattern, rule, say


@dataclass(frozen=True, slots=True)
class Options:
    pattern: str = "[a-z][a-z0-9_]*"
    """A regular expression for the whole name."""

    def __post_init__(self) -> None:
        for pattern in astuple(self):
            required_pattern(pattern)


@rule(
    severity=Severity.WARNING,
    since="0.1",
    default=False,
    strict=False,
    help=say("Rename the table."),
)
def check(made: CreateTable | RenameTable, before: Before, options: Options) -> Message | None:
    if isinstance(made, CreateTable):
        name, passes = made.table.name, made.temporary or made.table.name.startswith("_alembic_tmp_")
    else:
        name, passes = made.to.name, False
    if passes or re.fullmatch(options.pattern, name):
        return None
    return say("the table {table} is not named as agreed: {pattern}", table=name, pattern=options.pattern)
