"""Changing a column's type rewrites the table while nobody can use it, unless the bytes can stay as they are.

PostgreSQL writes the table and its indexes anew under an ACCESS EXCLUSIVE lock (no reads, no writes). MySQL and MariaDB
copy the table, and writes to it wait until the copy is done.

Not reported are a table or column that was made in the same range, and changes that keep the bytes:

* PostgreSQL: varchar(n) to a longer varchar, to varchar or to text; numeric(p, s) to a greater p with the same s, or to
  numeric; more precision of time, timestamp and interval; varbit to a longer one; text and varchar to and from citext;
  cidr to inet; xml to text. A USING that is more than a cast to the new type rewrites.
* MySQL: a longer VARCHAR or VARBINARY whose length still takes as many bytes (one up to 255 bytes, two above), with
  four bytes a character (utf8mb4, the default of MySQL 8) unless the type names a character set; ENUM and SET with
  members added at the end.
* MariaDB: the same, for both one byte a character (latin1, its default before 11.6) and four; and any longer VARCHAR of
  up to 127 bytes.

Where the old type is not known (a lone .sql file), the change is reported. SQLite has no such statement.

```sql before postgresql
CREATE TABLE orders (id INTEGER PRIMARY KEY, amount INTEGER, note VARCHAR(50), price NUMERIC(10, 2));
```

```sql before mysql mariadb
CREATE TABLE orders (id INTEGER PRIMARY KEY, amount INTEGER, note VARCHAR(50), state ENUM('new', 'paid'));
```

```sql bad postgresql
ALTER TABLE orders ALTER COLUMN amount TYPE BIGINT;
```

```sql bad postgresql
ALTER TABLE orders ALTER COLUMN note TYPE VARCHAR(20);
```

```sql bad mysql mariadb
ALTER TABLE orders MODIFY amount BIGINT;
```

```sql bad mysql mariadb
ALTER TABLE orders MODIFY note VARCHAR(300);
```

```sql good postgresql
ALTER TABLE orders ALTER COLUMN note TYPE VARCHAR(200);
ALTER TABLE orders ALTER COLUMN note TYPE TEXT;
ALTER TABLE orders ALTER COLUMN price TYPE NUMERIC(12, 2);
```

```sql good mysql mariadb
ALTER TABLE orders MODIFY note VARCHAR(60);
ALTER TABLE orders MODIFY amount INTEGER NOT NULL;
ALTER TABLE orders MODIFY state ENUM('new', 'paid', 'sent');
```

Otherwise expand and contract: add a column of the new type, write both, backfill in batches, read the new one, drop the
old one.

```python
op.add_column("orders", sa.Column("amount_new", sa.BigInteger(), nullable=True))
```

Sources:
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
- https://www.postgresql.org/docs/release/9.2.0/
- https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html#online-ddl-column-operations
- https://dev.mysql.com/worklog/task/?id=6554
- https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-instant-alter-algorithm/
"""

from sqlgen.rulekit import (
    AlterColumnType,
    Before,
    Message,
    RedefineColumn,
    Severity,
    SqlType,
    canonical,
    rule,
    say,
)


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "mysql", "mariadb"},
    since="0.1",
    help=say(
        "Add a column of the new type; write both; backfill in batches; read the new one; drop the old one later."
    ),
)
def check(change: AlterColumnType | RedefineColumn, before: Before) -> Message | None:
    if before.born(change.table, change.column):
        return None
    written = change.type if isinstance(change, AlterColumnType) else change.to.type
    if written is None:
        return None
    new = canonical(written, before.dialect)
    known = before.schema.column(change.table, change.column)
    old = None if known is None or known.type is None else canonical(known.type, before.dialect)
    if old is not None and _keeps_bytes(old, new, change, before.dialect):
        return None
    postgresql = before.dialect == "postgresql"
    how = "rewrites" if postgresql else "copies"
    return say(
        "changing {table}.{column} from {old} to {new} {how} {table}, which blocks {blocked} until it is done",
        table=change.table,
        column=change.column,
        old=old or "a type that is not known here",
        new=new,
        how=how if old is not None else f"may mean that the engine {how}",
        blocked="reads and writes" if postgresql else "writes",
    )


def _keeps_bytes(old: SqlType, new: SqlType, change: AlterColumnType | RedefineColumn, dialect: str) -> bool:
    match dialect:
        case "postgresql":
            using = change.using if isinstance(change, AlterColumnType) else None
            return _only_casts(using, change.column, new) and _postgresql(old, new)
        case "mysql":
            return _mysql(old, new, bytes_a_character=(4,), always_up_to=0)
        case _:
            return _mysql(old, new, bytes_a_character=(1, 4), always_up_to=127)


# ---- PostgreSQL: measured by pg_relation_filenode on PostgreSQL 15, tests/servers/test_rule_claims.py

_TEXTUAL = ("varchar", "text", "citext")
_TIMES = ("time", "timetz", "timestamp", "timestamptz", "interval")


def _postgresql(old: SqlType, new: SqlType) -> bool:
    if old == new:
        return True
    if old.array or new.array:
        return False
    if old.name in _TEXTUAL and new.name in _TEXTUAL:
        return _longer(old.args, new.args) if old.name == new.name == "varchar" else not new.args
    if old.name != new.name:
        return (old.name, new.name) in (("cidr", "inet"), ("xml", "text"))
    if old.name == "numeric":
        return not new.args or (bool(old.args) and old.args[1:] == new.args[1:] and _longer(old.args[:1], new.args[:1]))
    return old.name in ("varbit", *_TIMES) and _longer(old.args, new.args)


def _longer(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """Whether a length or precision is kept or raised; without one there is no limit."""
    if not new:
        return True
    return bool(old) and old[0].isdigit() and new[0].isdigit() and int(old[0]) <= int(new[0])


def _only_casts(using: str | None, column: str, new: SqlType) -> bool:
    """Whether USING says no more than the column, or its cast to the new type."""
    if using is None:
        return True
    text = using.strip()
    while text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    name, _, cast = text.partition("::")
    if text.lower().startswith("cast(") and text.endswith(")"):
        name, _, cast = text[len("cast(") : -1].replace(" AS ", " as ").partition(" as ")
    same = name.strip().strip('"').lower() == column.lower()
    return same and (not cast.strip() or canonical(cast.strip(), "postgresql") == new)


# ---- MySQL and MariaDB: the manual; MariaDB 10.11 measured by ALGORITHM=INPLACE, LOCK=NONE


def _mysql(old: SqlType, new: SqlType, *, bytes_a_character: tuple[int, ...], always_up_to: int) -> bool:
    if old == new:
        return True
    if old.name != new.name or old.modifiers != new.modifiers:
        return False
    if old.name in ("varchar", "varbinary") and _longer(old.args, new.args) and old.args:
        sizes = (1,) if old.name == "varbinary" else _bytes_a_character(new, bytes_a_character)
        longest = [(int(old.args[0]) * size, int(new.args[0]) * size) for size in sizes]
        return all(b <= 255 or a > 255 or a <= always_up_to for a, b in longest)
    if old.name in ("enum", "set"):
        appended = new.args[: len(old.args)] == old.args
        return appended and _member_bytes(old) == _member_bytes(new)
    return False


def _bytes_a_character(type: SqlType, otherwise: tuple[int, ...]) -> tuple[int, ...]:
    for modifier in type.modifiers:
        if modifier.startswith("character set "):
            charset = modifier.removeprefix("character set ")
            return {"latin1": (1,), "ascii": (1,), "utf8mb4": (4,)}.get(charset, (1, 2, 3, 4))
    return otherwise


def _member_bytes(type: SqlType) -> int:
    """How many bytes a value takes. MySQL 8.4, 13.7: ENUM 1 or 2; SET 1, 2, 3, 4 or 8."""
    if type.name == "enum":
        return 1 if len(type.args) <= 255 else 2
    needed = (len(type.args) + 7) // 8
    return needed if needed <= 4 else 8
