"""A column is dropped and added again: that is no rename, its values are lost.

The new column is empty, and nothing fails: it has its name, and maybe another type, but none of its values. A revision
that copies the values into a third column first, and renames that one, keeps them.

Not reported: a column that was added in the same range; one that an UPDATE has filled before the old one goes; a
revision that reads rows, since it may copy values by itself (drop-column speaks there). Where the new column has
another name, drop-column's help says how to rename.

```sql before postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE users (id INTEGER PRIMARY KEY, mail VARCHAR(200), logins INTEGER);
```

```sql bad postgresql mysql mariadb sqlite
ALTER TABLE users DROP COLUMN logins;
ALTER TABLE users ADD COLUMN logins BIGINT;
```

```python bad postgresql mysql mariadb mssql
op.drop_column("users", "logins")
op.add_column("users", sa.Column("logins", sa.BigInteger(), nullable=True))
```

```python bad oracle
op.drop_column("users", "logins")
op.add_column("users", sa.Column("logins", sa.String(20), nullable=True))
```

```sql good postgresql mysql mariadb sqlite
ALTER TABLE users ADD COLUMN email VARCHAR(200);
ALTER TABLE users ADD COLUMN address VARCHAR(200);
```

Change the type of the column that is there:

```python good postgresql mysql mariadb mssql
# sqlgen: allow alter-column-type-rewrite because "2,000 rows"
op.alter_column("users", "logins", type_=sa.BigInteger(), existing_type=sa.Integer(), existing_nullable=True)
```

```python good sqlite
with op.batch_alter_table("users") as batch_op:
    batch_op.alter_column("logins", type_=sa.BigInteger(), existing_type=sa.Integer())
```

Or, while the application runs, fill a new column, and drop the old one a release later:

```python good postgresql mysql mariadb sqlite mssql oracle
op.add_column("users", sa.Column("login_count", sa.BigInteger(), nullable=True))
# --- next revision
op.execute("UPDATE users SET login_count = logins WHERE login_count IS NULL")
```

Sources:
- https://alembic.sqlalchemy.org/en/latest/autogenerate.html#what-does-autogenerate-detect-and-what-does-it-not-detect
- https://alembic.sqlalchemy.org/en/latest/ops.html#alembic.operations.Operations.alter_column
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlgen.rulekit import (
    AddColumn,
    Before,
    DropColumn,
    Item,
    Message,
    Name,
    RenameColumn,
    Severity,
    Step,
    Update,
    rule,
    say,
)


@dataclass(slots=True)
class Change:
    """What a revision does to the columns of a table. Names in lower case."""

    lost: dict[str, tuple[Item, set[str]]] = field(default_factory=dict)
    """Old columns, the statement that drops each, and which new ones were filled by then."""
    gained: set[str] = field(default_factory=set)
    filled: set[str] = field(default_factory=set)


@rule(
    severity=Severity.ERROR,
    since="0.1",
    help=say("Change its type where it stands: op.alter_column(…, type_=…); or copy the values before the drop."),
)
def check(step: Step, before: Before) -> Iterator[tuple[Item, Message]]:
    for table, change in _changes(step).items():
        if step.row_driven or before.created(table):
            continue
        for column, (item, filled) in change.lost.items():
            if column in change.gained - filled and not before.born(table, column):
                yield (
                    item,
                    say(
                        "{table}.{column} is dropped and added again: its values are lost, and nothing fails",
                        table=table,
                        column=column,
                    ),
                )


def _changes(step: Step) -> dict[Name, Change]:
    changes: dict[Name, Change] = {}
    for item in step.items:
        for fact in item.facts:
            match fact:
                case AddColumn(table, column):
                    changes.setdefault(table, Change()).gained.add(column.name.lower())
                case RenameColumn(table, column, to) if table in changes:
                    change = changes[table]
                    for names in (change.gained, change.filled, *(filled for _, filled in change.lost.values())):
                        if column.lower() in names:
                            names.remove(column.lower())
                            names.add(to.lower())
                case DropColumn(table, column):
                    change = changes.setdefault(table, Change())
                    if column.lower() in change.gained:
                        change.gained.remove(column.lower())
                    else:
                        change.lost[column.lower()] = item, set(change.filled)
                case Update(table, columns=columns) if table in changes:
                    changes[table].filled |= {column.lower() for column in columns} & changes[table].gained
                case _:
                    pass
    return changes
