"""A column whose name does not follow the team's pattern has to be looked up each time it is used.

A matter of policy: on when the settings name it. The pattern is a regular expression for the whole name, in which
`{table}` stands for the name of the table.

```toml
[tool.sqlgen.rule.column-name-off-pattern]
pattern = "(?!{table}_id$|.*_flag$)[a-z][a-z0-9_]*"
```

Reported are columns that are added or renamed, alone or with their table. Not reported: temporary tables, and the copy
in a SQLite rebuild.

```sql before postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE orders (id INTEGER PRIMARY KEY, day DATE);
```

```sql bad postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE carts (id INTEGER PRIMARY KEY, day$ DATE);
```

```python bad postgresql mysql mariadb sqlite mssql oracle
op.add_column("orders", sa.Column("dayPaid", sa.Date))
```

```python good postgresql mysql mariadb sqlite mssql oracle
op.add_column("orders", sa.Column("day_paid", sa.Date))
```

```sql good postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE carts (id INTEGER PRIMARY KEY, day_paid DATE);
```

Sources:
- https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
- https://dev.mysql.com/doc/refman/8.4/en/identifier-case-sensitivity.html
"""

import re
from dataclasses import astuple, dataclass

from sqlgen.rulekit import (
    AddColumn,
    Before,
    CreateTable,
    Message,
    RedefineColumn,
    RenameColumn,
    Severity,
    required_pattern,
    rule,
    say,
)


@dataclass(frozen=True, slots=True)
class Options:
    pattern: str = "[a-z][a-z0-9_]*"
    """A regular expression for the whole name, with {table}."""

    def __post_init__(self) -> None:
        for pattern in astuple(self):
            required_pattern(pattern)


@rule(
    severity=Severity.WARNING,
    since="0.1",
    default=False,
    strict=False,
    help=say('Rename the column; where only Python needs the other name: mapped_column("name_in_the_database").'),
)
def check(
    made: CreateTable | AddColumn | RenameColumn | RedefineColumn, before: Before, options: Options
) -> Message | None:
    pattern = options.pattern.replace("{table}", re.escape(made.table.name))
    for name in _named(made):
        if not re.fullmatch(pattern, name):
            return say(
                "the column {table}.{column} is not named as agreed: {pattern}",
                table=made.table,
                column=name,
                pattern=options.pattern,
            )
    return None


def _named(made: CreateTable | AddColumn | RenameColumn | RedefineColumn) -> list[str]:
    match made:
        case CreateTable(table=table, columns=columns, temporary=temporary):
            return [] if temporary or table.name.startswith("_alembic_tmp_") else [column.name for column in columns]
        case AddColumn(column=column):
            return [column.name]
        case RenameColumn(to=to):
            return [to]
        case RedefineColumn(column=old, to=new):
            return [new.name] if new.name != old else []
