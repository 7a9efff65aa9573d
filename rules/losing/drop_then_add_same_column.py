"""A column is dropped and added again: that is no rename, its values are lost.

Alembic's autogenerate can't see a rename. Where a model renames `mail` to `email`, it finds one column that is gone and
one that is new, and writes a DROP and an ADD. The new column is empty, and nothing fails. The same goes for a column
that is dropped and added under its own name, to change its type for example.

Reported: a column that comes back under its own name; and one where, in the same revision, the table gets exactly one
column of exactly that type in exchange, which no statement fills. Not reported: a column that was added in the same
range; one whose values an UPDATE copies first; one whose type the history does not know.

```sql before postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE users (id INTEGER PRIMARY KEY, mail VARCHAR(200), logins INTEGER);
```

```sql bad postgresql mysql mariadb sqlite
ALTER TABLE users ADD COLUMN email VARCHAR(200);
ALTER TABLE users DROP COLUMN mail;
```

```sql bad mssql oracle
ALTER TABLE users ADD email VARCHAR(200);
ALTER TABLE users DROP COLUMN mail;
```

```sql bad postgresql mysql mariadb sqlite
ALTER TABLE users DROP COLUMN logins;
ALTER TABLE users ADD COLUMN logins BIGINT;
```

```python bad postgresql mysql mariadb mssql
op.add_column("users", sa.Column("email", sa.String(200), nullable=True))
op.drop_column("users", "mail")
```

```python bad sqlite
with op.batch_alter_table("users") as batch_op:
    batch_op.add_column(sa.Column("email", sa.String(200)))
    batch_op.drop_column("mail")
```

```sql good postgresql mysql mariadb sqlite
ALTER TABLE users ADD COLUMN email VARCHAR(200);
ALTER TABLE users ADD COLUMN address VARCHAR(200);
```

Rename it. The values stay; the old code, which says the old name, still breaks:

```python good postgresql mysql mariadb sqlite mssql oracle
with op.batch_alter_table("users") as batch_op:
    # sqlgen: allow rename-column because "deployed with the application stopped"
    batch_op.alter_column("mail", new_column_name="email", existing_type=sa.String(200))
```

Or, without a stop, add the new column and copy; drop the old one a release later:

```python good postgresql mysql mariadb sqlite mssql oracle
op.add_column("users", sa.Column("email", sa.String(200), nullable=True))
# --- next revision
op.execute("UPDATE users SET email = mail WHERE email IS NULL")
```

Sources:
- https://alembic.sqlalchemy.org/en/latest/autogenerate.html#what-does-autogenerate-detect-and-what-does-it-not-detect
- https://alembic.sqlalchemy.org/en/latest/ops.html#alembic.operations.Operations.alter_column
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sqlgen.rulekit import (
    AddColumn,
    Before,
    Column,
    CreateTable,
    DropColumn,
    DropTable,
    Insert,
    Item,
    Message,
    Name,
    RenameColumn,
    RenameTable,
    Severity,
    Step,
    Update,
    canonical,
    rule,
    say,
)

FEW = 50
"""In a revision that drops more columns of one table, nobody renames."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A column that goes."""

    name: str
    type: str | None
    item: Item
    filled: frozenset[str]
    """The columns of the table that hold values of others by then."""


@dataclass(slots=True)
class Change:
    """What a revision does to the columns of a table."""

    lost: list[Lost] = field(default_factory=list)
    gained: list[Column] = field(default_factory=list)
    by_name: dict[str, Column] = field(default_factory=dict)
    filled: set[str] = field(default_factory=set)

    def rename(self, column: str, to: str) -> None:
        self.gained = [replace(one, name=to) if one.name.lower() == column.lower() else one for one in self.gained]

    def forget(self, column: str) -> bool:
        """A column that came in this revision goes again: whether it is one."""
        kept = [one for one in self.gained if one.name.lower() != column.lower()]
        forgotten = len(kept) < len(self.gained)
        self.gained = kept
        return forgotten


@rule(
    severity=Severity.ERROR,
    since="0.1",
    help=say('Rename it: op.alter_column("table", "old", new_column_name="new"); or copy the values before the drop.'),
)
def check(step: Step, before: Before) -> Iterator[tuple[Item, Message]]:
    for table, change in _changes(step, before).items():
        if before.created(table):
            continue
        change.by_name = {column.name.lower(): column for column in change.gained}
        for lost in change.lost:
            if before.born(table, lost.name):
                continue
            found = change.by_name.get(lost.name.lower())
            if found is None and len(change.lost) <= FEW:
                found = _in_exchange(lost, change, before.dialect)
            if found is not None:
                yield lost.item, _said(table, lost.name, found)


def _said(table: Name, column: str, found: Column) -> Message:
    if found.name.lower() == column.lower():
        return say("{table}.{column} is dropped and added again: its values are lost", table=table, column=column)
    return say(
        "{table}.{column} is dropped and {new} added with the same type: if this is a rename, the values of {column} "
        "are lost",
        table=table,
        column=column,
        new=found.name,
    )


def _in_exchange(lost: Lost, change: Change, dialect: str) -> Column | None:
    """The one new column of this type, where the table loses just one of it too, and nothing was copied."""
    if lost.type is None:
        return None
    wanted = canonical(lost.type, dialect)
    gained = [new for new in change.gained if new.type is not None and canonical(new.type, dialect) == wanted]
    others = [old for old in change.lost if old.type is not None and canonical(old.type, dialect) == wanted]
    return gained[0] if len(gained) == len(others) == 1 and gained[0].name.lower() not in lost.filled else None


def _changes(step: Step, before: Before) -> dict[Name, Change]:
    changes: dict[Name, Change] = {}
    copies: dict[Name, tuple[CreateTable, set[str] | None]] = {}
    dropped: dict[Name, Item] = {}
    for item in step.items:
        for fact in item.facts:
            match fact:
                case AddColumn(table, column):
                    changes.setdefault(table, Change()).gained.append(column)
                case RenameColumn(table, column, to) if table in changes:
                    changes[table].rename(column, to)
                case DropColumn(table, column) if table in changes and changes[table].forget(column):
                    continue
                case DropColumn(table, column):
                    old = before.schema.column(table, column)
                    change = changes.setdefault(table, Change())
                    type_ = None if old is None else old.type
                    change.lost.append(Lost(column, type_, item, frozenset(change.filled)))
                case Update(table, columns=columns):
                    changes.setdefault(table, Change()).filled |= {column.lower() for column in columns}
                case CreateTable(table):
                    copies[table] = (fact, None)
                case Insert(table, rows=None, columns=tuple(columns)) if table in copies:
                    copies[table] = (copies[table][0], {column.lower() for column in columns})
                case DropTable(table):
                    dropped[table] = item
                case RenameTable(table, to) if table in copies and to in dropped:
                    _rebuild(*copies[table], to, dropped[to], before, changes)
                case _:
                    pass
    return changes


def _rebuild(
    copy: CreateTable, filled: set[str] | None, table: Name, item: Item, before: Before, changes: dict[Name, Change]
) -> None:
    """SQLite, Alembic's batch mode: a copy is made and filled, and takes the name of the table."""
    old = before.table(table)
    if old is None or filled is None:
        return
    change = changes.setdefault(table, Change())
    had = {column.name.lower() for column in old.columns}
    has = {column.name.lower() for column in copy.columns}
    gone = [column for column in old.columns if column.name.lower() not in has]
    change.lost += [Lost(column.name, column.type, item, frozenset(filled)) for column in gone]
    change.gained += [column for column in copy.columns if column.name.lower() not in had]
