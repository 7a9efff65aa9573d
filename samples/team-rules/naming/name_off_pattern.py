"""Names that follow no pattern have to be looked up each time, and are written in two ways soon.

Tables are plural and in snake_case, columns in snake_case, what holds a time ends in `_at`, what holds a day in `_on`.
What each name must match is an option, a regular expression for the whole name.

The standard pack has four rules for names, off until the settings name them (`sqlgen explain table-name-off-pattern`).
This one shows how a team writes down an agreement that is its own: the name of a column depends on its type.

```sql before postgresql mysql mariadb sqlite
CREATE TABLE customers (id INTEGER PRIMARY KEY);
```

```sql bad postgresql mysql mariadb sqlite
CREATE TABLE invoice (id INTEGER PRIMARY KEY);
```

```sql bad postgresql mysql mariadb sqlite
ALTER TABLE customers ADD COLUMN paid TIMESTAMP;
```

```sql bad postgresql mysql mariadb sqlite
ALTER TABLE customers ADD COLUMN born_at DATE;
```

```sql good postgresql mysql mariadb sqlite
CREATE TABLE customer_addresses (id INTEGER PRIMARY KEY, street VARCHAR(80), checked_at TIMESTAMP);
ALTER TABLE customers ADD COLUMN born_on DATE;
```

```python good postgresql mysql mariadb sqlite
op.add_column("customers", sa.Column("paid_at", sa.DateTime))
```

Sources:
- https://docs.sqlalchemy.org/en/20/core/constraints.html#configuring-constraint-naming-conventions
"""

import re
from dataclasses import dataclass

from sqlgen.rulekit import AddColumn, Before, Column, CreateTable, Message, Severity, canonical, rule, say


@dataclass(frozen=True, slots=True)
class Options:
    table: str = "[a-z][a-z0-9_]*s"
    """What the name of a table matches."""
    column: str = "[a-z][a-z0-9_]*"
    """What the name of a column matches."""
    time: str = ".*_at"
    """What the name of a column matches that holds a date and a time."""
    day: str = ".*_on"
    """What the name of a column matches that holds a date."""


@rule(
    severity=Severity.WARNING,
    since="1",
    help=say('Rename it, or map it: mapped_column("name_in_the_database").'),
)
def check(made: CreateTable | AddColumn, before: Before, options: Options) -> Message | None:
    if isinstance(made, AddColumn):
        return _column(made.column, before, options)
    if made.temporary or made.table.name.startswith("_alembic_tmp_"):  # the copy in a SQLite rebuild
        return None
    if not re.fullmatch(options.table, made.table.name):
        return say("the table {name} is not named as agreed: {pattern}", name=made.table.name, pattern=options.table)
    return next((said for column in made.columns if (said := _column(column, before, options)) is not None), None)


def _column(column: Column, before: Before, options: Options) -> Message | None:
    type = canonical(column.type or "", before.dialect).name
    by_type = options.day if type == "date" else options.time if type.startswith(("timestamp", "datetime")) else ".*"
    for pattern in (options.column, by_type):
        if not re.fullmatch(pattern, column.name):
            return say("the column {name} is not named as agreed: {pattern}", name=column.name, pattern=pattern)
    return None
