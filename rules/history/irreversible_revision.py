"""A revision destroys data, and there is no way back from it: its downgrade() is missing, empty, or forgets what went.

An empty downgrade() is the worst of these: `alembic downgrade` says that it worked, the version table goes back, and
the table or column is still gone. The next upgrade then fails, or the old code does. One that is missing or raises
stops the rollback of everything that was released with it.

Reported: DROP TABLE, DROP COLUMN, TRUNCATE and the like, of what was there before the revision, where downgrade() does
not exist, does nothing, does nothing but raise, or never names what was dropped. A downgrade() that calls helpers or
builds its names in loops is not judged. That it brings columns back empty is what drop-column says. Files of SQL have
no downgrade, and are not judged.

```sql before postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE users (id INTEGER PRIMARY KEY, phone VARCHAR(40));
```

```python bad postgresql mysql mariadb sqlite mssql oracle
op.drop_table("users")
# --- downgrade
pass
```

```python bad postgresql mysql mariadb sqlite mssql oracle
op.drop_table("users")
# --- downgrade
raise NotImplementedError("restore the backup")
```

```python bad sqlite
with op.batch_alter_table("users", recreate="always") as batch_op:
    batch_op.drop_column("phone")
# --- downgrade
pass
```

```python bad postgresql mysql mariadb mssql oracle
op.drop_column("users", "phone")
# --- downgrade
op.add_column("users", sa.Column("fax", sa.String(40), nullable=True))
```

Bring back what was there, and keep the values where somebody may want them back. Where there is no way back, say so:

```python good postgresql mysql mariadb sqlite mssql oracle
# sqlgen: allow drop-table because "unread since 4.1; archived"
op.drop_table("users", if_exists=True)
# --- downgrade
op.create_table("users", sa.Column("id", sa.Integer, primary_key=True), sa.Column("phone", sa.String(40)))
```

```python good postgresql mysql mariadb sqlite mssql oracle
# sqlgen: allow drop-table, irreversible-revision because "copied to the archive; nothing reads it"
op.drop_table("users", if_exists=True)
# --- downgrade
raise NotImplementedError("restore the backup of 2026-01-04")
```

Sources:
- https://alembic.sqlalchemy.org/en/latest/tutorial.html#downgrading
- https://alembic.sqlalchemy.org/en/latest/ops.html
"""

from collections.abc import Iterator

from sqlgen.rulekit import (
    AddColumn,
    Before,
    CreateTable,
    Delete,
    DropColumn,
    DropPartition,
    DropTable,
    Fact,
    Item,
    Message,
    Name,
    RenameTable,
    Severity,
    Step,
    Truncate,
    rule,
    say,
)

Destroyed = tuple[Item, Message, frozenset[str]]
"""The statement, what it destroys, and the names that a way back would have to say."""


@rule(
    severity=Severity.WARNING,
    since="0.1",
    once=True,
    help=say(
        "Write a downgrade() that brings it back. Where nothing can, say why it may go: "
        '# sqlgen: allow irreversible-revision because "…"'
    ),
)
def check(step: Step, before: Before) -> Iterator[tuple[Item, Message]]:
    way_back = step.downgrade
    if way_back is None or step.direction == "downgrade":
        return
    for item, what, names in _destroyed(step, before):
        match way_back.state:
            case "missing":
                yield item, say("{what} is destroyed, and the revision has no downgrade()", what=what)
            case "empty":
                yield (
                    item,
                    say("{what} is destroyed, and downgrade() does nothing: a rollback says it worked", what=what),
                )
            case "raises":
                yield item, say("{what} is destroyed, and downgrade() refuses: only a backup goes back", what=what)
            case "present" if way_back.words is not None and names - way_back.words:
                yield item, say("{what} is destroyed, and downgrade() does not bring it back", what=what)
            case _:
                continue
        return  # one of them says enough


def _destroyed(step: Step, before: Before) -> Iterator[Destroyed]:
    made: dict[Name, CreateTable] = {}
    added: set[tuple[Name, str]] = set()
    rebuilt = {fact.to for item in step.items for fact in item.facts if isinstance(fact, RenameTable)}
    for item in step.items:
        for fact in item.facts:
            match fact:
                case CreateTable(table):
                    made[table] = fact
                case AddColumn(table, column):
                    added.add((table, column.name))
                case RenameTable(table, to) if table in made:
                    yield from _left_out(made[table], to, item, before)
                case _:
                    pass
            found = _what(fact)
            if found is None:
                continue
            table, what, names = found
            if table in made or table in rebuilt or before.created(table) or table.name.startswith("_alembic_tmp_"):
                continue
            if isinstance(fact, DropColumn) and ((table, fact.column) in added or before.born(table, fact.column)):
                continue
            yield item, what, names


def _left_out(copy: CreateTable, to: Name, item: Item, before: Before) -> Iterator[Destroyed]:
    """The columns that the copy of a rebuild lacks, where it has no new ones that may be those under another name."""
    old = before.table(to)
    if old is None or before.created(to) or len(copy.columns) >= len(old.columns):
        return
    has = {column.name for column in copy.columns}
    for column in old.columns:
        if column.name not in has and not before.born(to, column.name):
            what = say("column {table}.{column}", table=to, column=column.name)
            yield item, what, frozenset({column.name.lower()})


def _what(fact: Fact) -> tuple[Name, Message, frozenset[str]] | None:
    match fact:
        case DropTable(table):
            return table, say("table {table}", table=table), frozenset({table.name.lower()})
        case DropColumn(table, column):
            return table, say("column {table}.{column}", table=table, column=column), frozenset({column.lower()})
        case Truncate(table) | Delete(table, where=False):
            return table, say("every row of {table}", table=table), frozenset()
        case DropPartition(table, partitions):
            what = say("partition {partitions} of {table}", partitions=", ".join(partitions), table=table)
            return table, what, frozenset()
        case _:
            return None
