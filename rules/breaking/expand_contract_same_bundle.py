"""The new column or table comes, and the one that it replaces goes, in one release: no code can run on both sides.

Expand and contract keeps a release smooth because there is a time when both stand: the new column is there, the code
that writes both is deployed, the values are copied, the code reads the new one, and then the old one goes. When all of
it ships in one range there is no such time. The code that runs when the script starts fails when it ends, and what it
writes between the copy and the drop is lost.

Reported where the range shows that one replaces the other: a new column, an UPDATE that sets it from an old column of
the same table, and the DROP of that one; a new table, an INSERT … SELECT from an old one, and the DROP of that one. A
rebuild, after which the new table bears the old name, is not one. Not reported: what was made in the same range.

```sql before postgresql mysql mariadb sqlite mssql oracle
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

```python bad postgresql mysql mariadb mssql oracle
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

```python good postgresql mysql mariadb sqlite mssql oracle
op.add_column("users", sa.Column("email", sa.String(200), nullable=True))
# --- next revision
op.execute("UPDATE users SET email = mail WHERE email IS NULL")
```

And in the next one, when no running code knows the old column:

```python good postgresql mysql mariadb mssql oracle
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
    Fact,
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
    """What the range has brought so far, and what was copied to it."""

    tables: set[Name] = field(default_factory=set)
    columns: dict[Name, set[str]] = field(default_factory=dict)
    """Old table → its new columns, in lower case."""
    copied_columns: dict[tuple[Name, str], str] = field(default_factory=dict)
    """(table, word of an UPDATE that sets a new column) → that column."""
    copied_tables: dict[str, Name] = field(default_factory=dict)
    """Word of an INSERT … SELECT into a new table → that table."""


@rule(
    severity=Severity.ERROR,
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
                    case DropColumn(table, column) if table not in seen.tables:
                        new = seen.copied_columns.get((table, column.lower()))
                        if new is not None and column.lower() not in seen.columns.get(table, ()):
                            yield item, _said(f"{table}.{new}", new, column)
                    case DropTable(table) if table not in seen.tables and table not in named:
                        copy = seen.copied_tables.get(table.name.lower())
                        if copy is not None:
                            yield item, _said(str(copy), str(copy), str(table))
                    case _:
                        _expand(seen, fact, item)


def _expand(seen: Expanded, fact: Fact, item: Item) -> None:
    match fact:
        case AddColumn(table, column) if table not in seen.tables:
            seen.columns.setdefault(table, set()).add(column.name.lower())
        case CreateTable(table) if not table.name.startswith("_alembic_tmp_"):
            seen.tables.add(table)
        case Update(table, columns=columns) if table in seen.columns:
            for name in (name for name in columns if name.lower() in seen.columns[table]):
                seen.copied_columns.update({(table, word): name for word in _words(item)})
        case Insert(table, rows=None) if table in seen.tables:
            seen.copied_tables.update(dict.fromkeys(_words(item), table))
        case _:
            pass


def _said(whole: str, new: str, old: str) -> Message:
    return say(
        "{whole} replaces {old} in this very range: code that runs before it does not know {new}, code that runs "
        "after it can't use {old}",
        whole=whole,
        new=new,
        old=old,
    )


def _words(item: Item) -> set[str]:
    """The names that a statement says, in lower case."""
    return {token.text.strip('"`[]').lower() for token in item.statement.tokens}
