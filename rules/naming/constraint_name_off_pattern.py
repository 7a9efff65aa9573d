"""A constraint whose name does not follow the team's pattern can't be told from its error message.

A matter of policy: on when the settings name it. A pattern is a regular expression for the whole name, in which
`{table}`, `{columns}`, `{column}` and `{referred_table}` stand for the table, the constraint's columns joined by `_`,
the first of them, and the table that a foreign key refers to. An empty pattern lets every name pass.

```toml
[tool.sqlgen.rule.constraint-name-off-pattern]
foreign_key = "fk_{table}_{columns}"
check = ""
```

Not reported: names that SQLAlchemy shortened (they end in `_` and four hexadecimal digits); primary keys of MySQL and
MariaDB, which are all called PRIMARY; constraints without a name, which unnamed-constraint reports where it matters. On
PostgreSQL they are reported here, since the name that the server gives them does not follow the pattern.

```sql before postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE users (id INTEGER PRIMARY KEY);
```

```sql bad postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE orders (id INTEGER, user_id INTEGER, CONSTRAINT owner FOREIGN KEY (user_id) REFERENCES users (id));
```

```sql bad postgresql
CREATE TABLE orders (id INTEGER PRIMARY KEY);
```

```sql good postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE orders (
    id INTEGER NOT NULL,
    user_id INTEGER,
    CONSTRAINT pk_orders PRIMARY KEY (id),
    CONSTRAINT ck_orders_user CHECK (user_id > 0),
    CONSTRAINT fk_orders_user_id_users FOREIGN KEY (user_id) REFERENCES users (id)
);
```

```python good postgresql mysql mariadb sqlite mssql oracle
op.create_table(
    "orders",
    sa.Column("id", sa.Integer),
    sa.Column("code", sa.String(20)),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
    sa.UniqueConstraint("code", name=op.f("uq_orders_code")),
)
```

Sources:
- https://docs.sqlalchemy.org/en/20/core/constraints.html#configuring-constraint-naming-conventions
- https://alembic.sqlalchemy.org/en/latest/naming.html
"""

import re
from dataclasses import astuple, dataclass

from sqlgen.rulekit import (
    AddColumn,
    AddConstraint,
    Before,
    Constraint,
    CreateTable,
    Kind,
    Message,
    Name,
    Severity,
    constraints_of,
    required_pattern,
    rule,
    say,
)


@dataclass(frozen=True, slots=True)
class Options:
    primary_key: str = "pk_{table}"
    """A regular expression for the whole name of a primary key, with {table}, {columns} and {column}."""
    unique: str = "uq_{table}_({column}|{columns})"
    """The same for a unique key."""
    foreign_key: str = "fk_{table}_({column}|{columns})_{referred_table}"
    """The same for a foreign key, with {referred_table}."""
    check: str = "ck_{table}_.+"
    """The same for a check."""

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
def check(made: CreateTable | AddColumn | AddConstraint, before: Before, options: Options) -> Message | None:
    patterns = {
        Kind.PRIMARY_KEY: "" if before.dialect in ("mysql", "mariadb") else options.primary_key,
        Kind.UNIQUE: options.unique,
        Kind.FOREIGN_KEY: options.foreign_key,
        Kind.CHECK: options.check,
    }
    for constraint in constraints_of(made):
        pattern = patterns.get(constraint.kind, "")
        if not pattern or (constraint.name is None and before.dialect != "postgresql"):
            continue
        if not _follows(constraint, made.table, pattern):
            return say(
                "the {kind} {constraint} of {table} is not named as agreed: {pattern}",
                kind=constraint.kind,
                constraint=constraint.name or f"on ({', '.join(constraint.columns) or constraint.expression})",
                table=made.table,
                pattern=pattern,
            )
    return None


def _follows(constraint: Constraint, table: Name, pattern: str) -> bool:
    name = constraint.name or ""
    columns = constraint.columns or ("",)
    values = {"{table}": table.name, "{columns}": "_".join(columns), "{column}": columns[0]}
    if constraint.references is not None:
        values["{referred_table}"] = constraint.references.name
    for placeholder, value in values.items():
        pattern = pattern.replace(placeholder, re.escape(value))
    return re.fullmatch(pattern, name) is not None or re.fullmatch(r".{40,}_[0-9a-f]{4}", name) is not None
