"""A new enum value can't be used before the transaction that adds it is committed.

PostgreSQL answers `unsafe use of new value`, and the whole transaction is undone. It does not matter how the value is
used: as a DEFAULT, in a CHECK, in INSERT, UPDATE or a WHERE, in the predicate of an index. Before PostgreSQL 12 ALTER
TYPE … ADD VALUE is refused inside a transaction altogether.

Where `alembic upgrade` runs all revisions in one transaction (the default), the value can't be used in a later revision
of the same upgrade either. The rule looks for the value as a literal in statements that have to do with a column of the
enum, or with a table that is not wholly known. Not reported from
PostgreSQL 17 on: an enum that was created in the same transaction.

```sql before postgresql
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE users (id INTEGER PRIMARY KEY, state mood);
```

```sql bad postgresql
BEGIN;
ALTER TYPE mood ADD VALUE 'glad';
UPDATE users SET state = 'glad' WHERE id = 1;
COMMIT;
```

```sql bad postgresql
BEGIN;
ALTER TYPE mood ADD VALUE 'glad';
ALTER TABLE users ALTER COLUMN state SET DEFAULT 'glad';
COMMIT;
```

```sql good postgresql
ALTER TYPE mood ADD VALUE 'glad';
BEGIN;
UPDATE users SET state = 'glad' WHERE id = 1;
COMMIT;
```

In Alembic:

```python bad postgresql
op.execute("ALTER TYPE mood ADD VALUE 'glad'")
op.alter_column("users", "state", server_default="glad")
```

```python good postgresql
with op.get_context().autocommit_block():
    op.execute("ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad'")
op.alter_column("users", "state", server_default="glad")
```

Sources:
- https://www.postgresql.org/docs/current/sql-altertype.html
- https://www.postgresql.org/docs/release/12.0/
- https://www.postgresql.org/docs/release/17.0/
"""

from collections.abc import Iterable, Iterator

from sqlgen.rulekit import (
    AddColumn,
    AddEnumValue,
    AlterColumnType,
    Before,
    Column,
    CreateEnum,
    CreateObject,
    CreateTable,
    Describe,
    Fact,
    Insert,
    Item,
    Message,
    Name,
    Select,
    SetOption,
    Severity,
    Token,
    TokenKind,
    Update,
    is_of_type,
    rule,
    say,
    scan,
)


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql"},
    since="0.1",
    help=say("Add the value in an autocommit_block, or in a revision that is committed before the one that uses it."),
)
def check(item: Item, before: Before) -> Message | None:
    if before.transaction is None:
        return None
    new = {fact.type for fact in before.transaction.of(CreateEnum)}
    for fact in item.facts:
        if isinstance(fact, AddEnumValue) and fact.type not in new and not before.at_least(12):
            return say("ALTER TYPE {type} ADD VALUE inside a transaction always fails before 12", type=fact.type)
    if any(isinstance(fact, AddEnumValue) for fact in item.facts):
        return None  # BEFORE and AFTER may name a new value
    if not before.at_least(17):
        new = set()  # seen on 12 and 16: the value can't be used even where its enum is as new as it is
    added = [fact for fact in before.transaction.of(AddEnumValue) if fact.type not in new]
    literals = set(_literals(item.statement.tokens)) if added else set()
    for fact in added:
        if fact.value in literals and any(_may_use(each, fact, before) for each in item.facts):
            return say(
                "{value} is a value of {type} only after the transaction that adds it: using it here always fails",
                value=fact.value,
                type=fact.type,
            )
    return None


def _literals(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        if token.kind is TokenKind.STRING and token.text.startswith("$"):
            mark = token.text[: token.text.index("$", 1) + 1]
            yield from _literals(scan(token.text.removeprefix(mark).removesuffix(mark), "postgresql"))
        elif token.kind is TokenKind.STRING:
            yield token.text.partition("'")[2][:-1].replace("''", "'")


def _may_use(fact: Fact, new: AddEnumValue, before: Before) -> bool:
    """Whether a column of the enum is involved, as far as can be told."""
    columns: tuple[Column, ...]
    match fact:
        case CreateTable(columns=columns):
            pass
        case AddColumn(column=column):
            columns = (column,)
        case AlterColumnType(column=name, type=to):
            columns = (Column(name, to),)
        case Describe() | Select() | SetOption():
            return False
        case CreateObject(options=options) if ("language", "plpgsql") in options:
            return False  # its body is looked at when it runs
        case _:
            on = getattr(fact, "table", None)
            table = before.table(on) if isinstance(on, Name) else None
            if table is None or not table.complete:
                return True
            columns = table.columns
    names = {column.name for column in columns if is_of_type(column, new.type, before.dialect)}
    match fact:
        case Insert(columns=tuple() as named):
            return not names.isdisjoint(named)
        case Update(columns=named, condition=condition):
            in_condition = _literals(scan(condition or "", before.dialect))
            return bool(names) and (not names.isdisjoint(named) or new.value in in_condition)
        case _:
            return bool(names)
