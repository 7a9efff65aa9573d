"""The new column or table comes, and the one that it replaces goes, in one release: no code can run on both sides.

Expand and contract keeps a release smooth because there is a time when both stand: the new column is there, the code
that writes both is deployed, the values are copied, the code reads the new one, and then the old one goes. When all of
it ships in one range there is no such time. The code that runs when the script starts fails when it ends, and what it
writes between the copy and the drop is lost.

Reported where the range shows that one replaces the other: a new column, an UPDATE that sets it from an old column of
the same table, and the DROP of that one; a new table, an INSERT … SELECT from an old one, and the DROP of that one. A
rebuild, after which the new table bears the old name, is not one. Not reported: what was made in the same range.

```sql before postgresql mysql mariadb sqlite
CREATE TABLE users (id INTEGER PRIMARY KEY, mail VARCHAR(200));
```

```sql bad postgresql mysql mariadb sqlite
ALTER TABLE users ADD COLUMN email VARCHAR(200);
UPDATE users SET email = mail WHERE email IS NULL;
-- sqlgen: allow drop-column because "copied to email"
ALTER TABLE users DROP COLUMN mail;
```

```sql bad postgresql mysql mariadb sqlite
CREATE TABLE accounts (id INTEGER PRIMARY KEY, email VARCHAR(200));
INSERT INTO accounts (id, email) SELECT id, mail FROM users;
-- sqlgen: allow drop-table because "copied to accounts"
DROP TABLE users;
```

```python bad postgresql mysql mariadb
op.add_column("users", sa.Column("email", sa.String(200), nullable=True))
op.execute("UPDATE users SET email = mail WHERE email IS NULL")
# --- next revision
op.drop_column("users", "mail")
```

```sql good postgresql mysql mariadb sqlite
ALTER TABLE users ADD COLUMN email VARCHAR(200);
UPDATE users SET email = mail WHERE email IS NULL;
```

Cut the range before the revision that drops. In this release:

```python good postgresql mysql mariadb sqlite
op.add_column("users", sa.Column("email", sa.String(200), nullable=True))
# --- next revision
op.execute("UPDATE users SET email = mail WHERE email IS NULL")
```

And in the next one, when no running code knows the old column:

```python good postgresql mysql mariadb
# sqlgen: allow drop-column, irreversible-revision because "copied to email in 4.1; unmapped since"
op.drop_column("users", "mail")
```

Sources:
- https://martinfowler.com/bliki/ParallelChange.html
- https://docs.gitlab.com/development/database/avoiding_downtime_in_migrations/
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlgen.rulekit import (
    AddColumn,
    Before,
    CreateTable,
    DropColumn,
    DropTable,
    Insert,
    Item,
    Message,
    Name,
    Range,
    RenameTable,
    Severity,
    Update,
    rule,
    say,
)


@dataclass(slots=True)
class Expanded:
    """What the range has brought so far, and which statements have filled it."""

    columns: dict[tuple[Name, str], list[Item]] = field(default_factory=dict)
    """(table, column in lower case) that is new in an old table → the UPDATEs that set it."""
    tables: dict[Name, list[Item]] = field(default_factory=dict)
    """A new table → the INSERT … SELECTs into it."""


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "mysql", "mariadb", "sqlite"},
    since="0.1",
    help=say("End the range before this revision. Release it when no running code knows the old name any more."),
)
def check(steps: Range, before: Before) -> Iterator[tuple[Item, Message]]:
    named = {fact.to for step in steps for item in step.items for fact in item.facts if isinstance(fact, RenameTable)}
    seen = Expanded()
    for step in steps:
        for item in step.items if step.direction == "upgrade" else ():
            for fact in item.facts:
                match fact:
                    case AddColumn(table, column) if table not in seen.tables:
                        seen.columns[table, column.name.lower()] = []
                    case CreateTable(table) if not table.name.startswith("_alembic_tmp_"):
                        seen.tables[table] = []
                    case Update(table, columns=columns):
                        for name in columns:
                            seen.columns.get((table, name.lower()), []).append(item)
                    case Insert(table, rows=None) if table in seen.tables:
                        seen.tables[table].append(item)
                    case DropColumn(table, column):
                        yield from _column(table, column, item, seen)
                    case DropTable(table) if table not in seen.tables and table not in named:
                        yield from _table(table, item, seen)
                    case _:
                        pass


def _column(table: Name, column: str, item: Item, seen: Expanded) -> Iterator[tuple[Item, Message]]:
    if table in seen.tables or (table, column.lower()) in seen.columns:
        return
    for (other, new), updates in seen.columns.items():
        if other == table and any(_says(update, column) for update in updates):
            yield (
                item,
                say(
                    "{table}.{new} replaces {column} in this very range: code that runs before it does not know {new}, "
                    "code that runs after it can't use {column}",
                    table=table,
                    new=new,
                    column=column,
                ),
            )
            return


def _table(table: Name, item: Item, seen: Expanded) -> Iterator[tuple[Item, Message]]:
    for new, inserts in seen.tables.items():
        if any(_says(insert, table.name) for insert in inserts):
            yield (
                item,
                say(
                    "{new} replaces {table} in this very range: code that runs before it does not know {new}, code "
                    "that runs after it can't use {table}",
                    table=table,
                    new=new,
                ),
            )
            return


def _says(item: Item, name: str) -> bool:
    """Whether a statement says a name."""
    return any(token.text.strip('"`[]').lower() == name.lower() for token in item.statement.tokens)
