"""An index whose name does not follow the team's pattern is hard to find, and easily made twice.

A matter of policy: on when the settings name it. A pattern is a regular expression for the whole name, in which
`{table}`, `{columns}` and `{column}` stand for the table, its columns joined by `_`, and the first column; for an
expression they stand for any text.

```toml
[tool.sqlgen.rule.index-name-off-pattern]
pattern = "ix_{table}_{columns}"
unique = "uq_{table}_{columns}"
```

Not reported: names that SQLAlchemy shortened (they end in `_` and four hexadecimal digits), and indexes without a name.

```sql before postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER, day DATE);
```

```sql bad postgresql mysql mariadb sqlite mssql oracle
CREATE INDEX orders_user_idx ON orders (user_id);
```

```sql bad postgresql mysql mariadb sqlite mssql oracle
CREATE UNIQUE INDEX orders_day ON orders (day);
```

```sql good postgresql
CREATE INDEX CONCURRENTLY ix_orders_user_id_day ON orders (user_id, day);
```

```sql good mysql mariadb sqlite
CREATE INDEX ix_orders_user_id_day ON orders (user_id, day);
```

```python good postgresql mysql mariadb sqlite mssql oracle
op.create_table("carts", sa.Column("id", sa.Integer), sa.Column("day", sa.Date), sa.PrimaryKeyConstraint("id"))
op.create_index(op.f("ix_carts_day"), "carts", ["day"], unique=True)
```

Sources:
- https://docs.sqlalchemy.org/en/20/core/constraints.html#configuring-constraint-naming-conventions
- https://alembic.sqlalchemy.org/en/latest/naming.html
"""

import re
from dataclasses import astuple, dataclass

from sqlgen.rulekit import Before, CreateIndex, Message, Severity, required_pattern, rule, say


@dataclass(frozen=True, slots=True)
class Options:
    pattern: str = "ix_{table}_({column}|{columns})"
    """A regular expression for the whole name, with {table}, {columns} and {column}."""
    unique: str = "(ix|uq)_{table}_({column}|{columns})"
    """The same for unique indexes."""

    def __post_init__(self) -> None:
        for pattern in astuple(self):
            required_pattern(pattern)


@rule(
    severity=Severity.WARNING,
    since="0.1",
    default=False,
    strict=False,
    help=say("Rename it; what autogenerate writes is named by a naming_convention of target_metadata."),
)
def check(index: CreateIndex, before: Before, options: Options) -> Message | None:
    if index.name is None or re.fullmatch(r".{40,}_[0-9a-f]{4}", index.name):
        return None
    pattern = options.unique if index.unique else options.pattern
    columns = [re.escape(name) if name.isidentifier() else ".*" for name in index.columns]
    values = {"{table}": re.escape(index.table.name), "{columns}": "_".join(columns), "{column}": "_".join(columns[:1])}
    wanted = pattern
    for placeholder, value in values.items():
        wanted = wanted.replace(placeholder, value)
    if re.fullmatch(wanted, index.name):
        return None
    return say("the index {index} is not named as agreed: {pattern}", index=index.name, pattern=pattern)
