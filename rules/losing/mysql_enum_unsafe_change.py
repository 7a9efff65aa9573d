"""Taking members out of an ENUM or SET, or moving them, loses values or changes what they compare as.

Rows that hold a member which is gone stop the ALTER in strict mode; without it they silently become ''. A member that
is put before others, or moved, gets another number: the engine keeps the text of each row, but ORDER BY, comparisons
with numbers and indexes go by the number. Appending members at the end does neither, and copies nothing.

Not reported: members that an UPDATE or DELETE before it in the same revision names in its WHERE, since that is the safe
way to remove one; a column or table made in the same range; a column whose old members are not known here.

```sql before mysql mariadb
CREATE TABLE orders (id INTEGER PRIMARY KEY, state ENUM('new', 'paid', 'void') NOT NULL);
```

```sql bad mysql mariadb
ALTER TABLE orders MODIFY state ENUM('new', 'paid') NOT NULL;
```

```sql bad mysql mariadb
ALTER TABLE orders MODIFY state ENUM('draft', 'new', 'paid', 'void') NOT NULL;
```

```sql good mysql mariadb
ALTER TABLE orders MODIFY state ENUM('new', 'paid', 'void', 'draft') NOT NULL;
```

In Alembic, a new member goes to the end:

```python good mysql mariadb
op.alter_column(
    "orders",
    "state",
    type_=mysql.ENUM("new", "paid", "void", "sent"),
    existing_type=mysql.ENUM("new", "paid", "void"),
    existing_nullable=False,
)
```

To take one out, give its rows another value first (`op.execute`, in the same revision). The table is copied all the
same, which alter-column-type-rewrite says:

```sql good mysql mariadb
UPDATE orders SET state = 'paid' WHERE state = 'void';
-- sqlgen: allow alter-column-type-rewrite because "a few thousand rows"
ALTER TABLE orders MODIFY state ENUM('new', 'paid') NOT NULL;
```

Sources:
- https://dev.mysql.com/doc/refman/8.4/en/enum.html#enum-sorting
- https://dev.mysql.com/doc/refman/8.4/en/alter-table.html#alter-table-performance
- https://mariadb.com/kb/en/enum/
"""

from collections.abc import Iterator

from sqlgen.rulekit import (
    AddColumn,
    Before,
    Column,
    CreateTable,
    Delete,
    Fact,
    Item,
    Message,
    Name,
    RedefineColumn,
    Severity,
    SqlType,
    Step,
    Update,
    both,
    canonical,
    rule,
    say,
)


@rule(
    severity=Severity.ERROR,
    dialects={"mysql", "mariadb"},
    since="0.1",
    help=say("Append members at the end; before you take one out, UPDATE the rows that hold it, in the same revision."),
)
def check(step: Step, before: Before) -> Iterator[tuple[Item, Message]]:
    columns: dict[tuple[Name, str], Column | None] = {}
    """What the step has defined so far; None: made in it, so that no row holds a value."""
    made: set[Name] = set()
    conditions: list[tuple[Name, str]] = []
    for item in step.items:
        for fact in item.facts:
            if isinstance(fact, RedefineColumn) and fact.table not in made:
                key = (fact.table, fact.column.lower())
                if before.born(fact.table, fact.column):
                    columns[key] = None
                old = columns.get(key, before.schema.column(fact.table, fact.column))
                if (said := _judge(fact, old, conditions, before.dialect)) is not None:
                    yield item, said
            _remember(fact, columns, made, conditions)


def _remember(
    fact: Fact, columns: dict[tuple[Name, str], Column | None], made: set[Name], conditions: list[tuple[Name, str]]
) -> None:
    match fact:
        case CreateTable(table=table):
            made.add(table)
        case AddColumn(table=table, column=column):
            columns[table, column.name.lower()] = None
        case RedefineColumn(table=table, column=name, to=to):
            fresh = columns.get((table, name.lower()), to) is None
            columns[table, to.name.lower()] = None if fresh else to
        case Update(table=table, condition=str(condition)) | Delete(table=table, condition=str(condition)):
            conditions.append((table, condition))
        case _:
            pass


def _judge(
    change: RedefineColumn, known: Column | None, conditions: list[tuple[Name, str]], dialect: str
) -> Message | None:
    if known is None or known.type is None or change.to.type is None:
        return None
    old, new = canonical(known.type, dialect), canonical(change.to.type, dialect)
    if old.name not in ("enum", "set") or new.name not in ("enum", "set") or old.args == new.args:
        return None
    gone = [one for one in old.args if one not in new.args and not _emptied(one, change.table, conditions)]
    if gone:
        return say(
            "{members} is no member of {table}.{column} any more: rows that hold it stop the ALTER, or become '' where "
            "sql_mode is not strict",
            members=both(f"'{one}'" for one in gone),
            table=change.table,
            column=change.column,
        )
    moved = _moved(old, new)
    if moved is None:
        return None
    return say(
        "'{member}' of {table}.{column} was number {old} and becomes {new}: rows keep their text, but ORDER BY and "
        "comparisons with numbers go by it",
        member=moved,
        table=change.table,
        column=change.column,
        old=_number(old, moved),
        new=_number(new, moved),
    )


def _emptied(member: str, table: Name, conditions: list[tuple[Name, str]]) -> bool:
    quoted = "'" + member.replace("'", "''") + "'"
    return any(each == table and quoted in condition.replace('"', "'") for each, condition in conditions)


def _moved(old: SqlType, new: SqlType) -> str | None:
    """The first member that is kept and gets another number, where that is not because a member before it went."""
    kept = [one for one in old.args if one in new.args]
    if list(new.args[: len(kept)]) == kept:
        return None
    return next((one for one in kept if _number(old, one) != _number(new, one)), None)


def _number(type: SqlType, member: str) -> int:
    place = type.args.index(member)
    return place + 1 if type.name == "enum" else 2**place
