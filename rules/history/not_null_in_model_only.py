"""The models say that a column is NOT NULL, and the history never makes it so.

The code then counts on a value that the database does not ask for: a row without one comes in by hand or from another
service, and the code fails far from the cause. Autogenerate sees the difference and puts a SET NOT NULL into the next
revision, where nobody expects it.

The models are those of env.py's target_metadata, looked at where the range ends at the head. Reported are columns that
the range adds or makes nullable; a primary key, and a column that a later revision of the range changes, are not.

```python before postgresql mysql mariadb sqlite mssql oracle
metadata = sa.MetaData()
sa.Table(
    "users",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("email", sa.String(100), nullable=False),
    sa.Column("nickname", sa.String(50)),
)
```

```sql before postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE users (id INTEGER PRIMARY KEY);
```

```sql bad postgresql mysql mariadb sqlite
ALTER TABLE users ADD COLUMN email VARCHAR(100);
```

```sql bad postgresql
ALTER TABLE users ADD COLUMN mail VARCHAR(100);
ALTER TABLE users RENAME COLUMN mail TO email;
ALTER TABLE users ADD CONSTRAINT uq_users_email UNIQUE (email);
CREATE TABLE scratch (id INTEGER PRIMARY KEY);
ALTER TABLE scratch RENAME TO notes;
DROP TABLE notes;
```

```sql bad mssql oracle
ALTER TABLE users ADD email VARCHAR(100);
```

```sql good postgresql mysql mariadb sqlite
ALTER TABLE users ADD COLUMN nickname VARCHAR(50);
```

```sql good mssql oracle
ALTER TABLE users ADD nickname VARCHAR(50);
```

The column is added without a value, filled, and then made NOT NULL:

```python good postgresql
op.add_column("users", sa.Column("email", sa.String(100)))
# --- next revision
op.execute("UPDATE users SET email = '' WHERE email IS NULL")
op.create_check_constraint("users_email_present", "users", "email IS NOT NULL", postgresql_not_valid=True)
# --- next revision
op.execute("ALTER TABLE users VALIDATE CONSTRAINT users_email_present")
# --- next revision
op.alter_column("users", "email", nullable=False)
```

Sources:
- https://alembic.sqlalchemy.org/en/latest/autogenerate.html#what-does-autogenerate-detect-and-what-does-it-not-detect
"""

from collections.abc import Iterator

from sqlgen.rulekit import (
    AddColumn,
    AddConstraint,
    Before,
    Column,
    CreateTable,
    DropColumn,
    DropNotNull,
    DropTable,
    Item,
    Kind,
    Message,
    Name,
    Range,
    RedefineColumn,
    RenameColumn,
    RenameTable,
    SetNotNull,
    Severity,
    rule,
    say,
)

Nullable = dict[tuple[Name, str], Item]
"""Columns that may hold NULL, and the statement that made them so."""


@rule(
    severity=Severity.WARNING,
    since="0.1",
    help=say("Make it NOT NULL in a later revision of the range, or say nullable=True in the model."),
)
def check(range: Range, before: Before) -> Iterator[tuple[Item, Message]]:
    if before.model is None or before.direction != "upgrade":
        return
    nullable: Nullable = {}
    for step in range:
        for item in step.items:
            for fact in item.facts:
                _follow(fact, item, nullable)
    for (table, name), item in nullable.items():
        mapped = before.model.column(table, name)
        if mapped is not None and not mapped.nullable and not mapped.primary_key:
            yield (
                item,
                say(
                    "the models say that {table}.{column} is NOT NULL, and it may hold NULL",
                    table=table,
                    column=name,
                ),
            )


def _follow(fact: object, item: Item, nullable: Nullable) -> None:
    match fact:
        case AddColumn(table, column):
            _define(table, column, item, nullable)
        case CreateTable(table, columns):
            for column in columns:
                _define(table, column, item, nullable)
        case RedefineColumn(table, old, column):
            nullable.pop((table, old), None)
            _define(table, column, item, nullable)
        case DropNotNull(table, name):
            nullable[table, name] = item
        case SetNotNull(table, name) | DropColumn(table, name):
            nullable.pop((table, name), None)
        case AddConstraint(table, constraint) if constraint.kind in (Kind.PRIMARY_KEY, Kind.NOT_NULL):
            for name in constraint.columns:
                nullable.pop((table, name), None)
        case RenameColumn(table, name, to) if (table, name) in nullable:
            nullable[table, to] = nullable.pop((table, name))
        case RenameTable(table, to):
            for key in [key for key in nullable if key[0] == table]:
                nullable[to, key[1]] = nullable.pop(key)
        case DropTable(table):
            for key in [key for key in nullable if key[0] == table]:
                del nullable[key]
        case _:
            pass


def _define(table: Name, column: Column, item: Item, nullable: Nullable) -> None:
    nullable.pop((table, column.name), None)
    if column.nullable and column.generated is None:
        nullable[table, column.name] = item
