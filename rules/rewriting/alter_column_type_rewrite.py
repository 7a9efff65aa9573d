"""Changing a column's type rewrites the table while nobody can use it, unless the bytes can stay as they are.

PostgreSQL writes the table and its indexes anew under an ACCESS EXCLUSIVE lock (no reads, no writes). MySQL and MariaDB
copy the table, and writes to it wait until the copy is done. SQL Server writes each row under a Sch-M lock (no reads,
no writes), in one transaction; Oracle while writes wait.

Not reported are a table or column that was made in the same range, a change that the engine refuses
(type-cast-missing), and changes that keep the bytes:

* PostgreSQL: varchar(n) to a longer varchar, to varchar or to text; numeric(p, s) to a greater p with the same s, or to
  numeric; more precision of time, timestamp and interval; varbit to a longer one; text and varchar to and from citext;
  cidr to inet; xml to text. A USING that is more than a cast to the new type rewrites. Where indexes or CHECKs make the
  change slow nevertheless, alter-type-index-rebuild says so.
* MySQL: a longer VARCHAR or VARBINARY whose length still takes as many bytes (one up to 255 bytes, two above), with
  four bytes a character (utf8mb4, the default of MySQL 8) unless the column or the table names a character set; ENUM
  and SET with members added at the end.
* MariaDB: the same, for both one byte a character (latin1, its default before 11.6) and four; and any longer VARCHAR of
  up to 127 bytes.

* SQL Server: a longer VARCHAR, NVARCHAR or VARBINARY; WITH (ONLINE = ON), which Enterprise and Azure have. Oracle: a
  longer VARCHAR2, a NUMBER of more digits; what it can only change in an empty column fails rather than rewrites.

Where the old type is not known (a lone .sql file), the change is reported. SQLite has no such statement.

```sql before postgresql
CREATE TABLE orders (id INTEGER PRIMARY KEY, amount INTEGER, note VARCHAR(50), price NUMERIC(10, 2));
```

```sql before mysql mariadb
CREATE TABLE orders (id INTEGER PRIMARY KEY, amount INTEGER, note VARCHAR(50), state ENUM('new', 'paid'));
```

```sql before mssql
CREATE TABLE orders (id INT NOT NULL PRIMARY KEY, amount INT NULL, note VARCHAR(50) NULL);
```

```sql before oracle
CREATE TABLE orders (id NUMBER(10) NOT NULL PRIMARY KEY, code CHAR(4), note VARCHAR2(50));
```

```sql bad postgresql
ALTER TABLE orders ALTER COLUMN amount TYPE BIGINT;
```

```sql bad mssql
ALTER TABLE orders ALTER COLUMN amount BIGINT NULL;
```

```sql bad oracle
ALTER TABLE orders MODIFY code CHAR(8);
```

```sql good mssql
ALTER TABLE orders ALTER COLUMN note VARCHAR(200) NULL;
ALTER TABLE orders ALTER COLUMN amount BIGINT NULL WITH (ONLINE = ON);
```

```sql good oracle
ALTER TABLE orders MODIFY note VARCHAR2(200);
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
old one. In Alembic it begins with:

```python bad postgresql mysql mariadb mssql
op.alter_column("orders", "amount", type_=sa.BigInteger(), existing_type=sa.Integer(), existing_nullable=True)
```

```python good postgresql mysql mariadb mssql oracle
op.add_column("orders", sa.Column("amount_new", sa.BigInteger(), nullable=True))
```

SQL Server's own way needs the statement:

```python good mssql
op.execute("ALTER TABLE orders ALTER COLUMN amount BIGINT NULL WITH (ONLINE = ON)")
```

Sources:
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
- https://www.postgresql.org/docs/release/9.2.0/
- https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html#online-ddl-column-operations
- https://dev.mysql.com/worklog/task/?id=6554
- https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-instant-alter-algorithm/
- https://learn.microsoft.com/en-us/sql/t-sql/statements/alter-table-transact-sql#with--online--on--off-as-applies-to-altering-a-column
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/ALTER-TABLE.html
"""

from collections.abc import Iterator
from dataclasses import replace

from sqlgen.rulekit import (
    AlterColumnType,
    Before,
    Blocks,
    Column,
    Effect,
    Item,
    Message,
    RedefineColumn,
    SetColumnOption,
    Severity,
    Work,
    canonical,
    rule,
    say,
)


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "mysql", "mariadb", "mssql", "oracle"},
    since="0.1",
    help=say(
        "Add a column of the new type; write both; backfill in batches; read the new one; drop the old one later."
    ),
)
def check(item: Item, before: Before) -> Iterator[Message]:
    online = any(isinstance(fact, SetColumnOption) and fact.option.lower() == "online = on" for fact in item.facts)
    for fact in item.facts:
        if isinstance(fact, AlterColumnType | RedefineColumn) and not online:
            said = _judge(fact, before)
            if said is not None:
                yield said


def _judge(change: AlterColumnType | RedefineColumn, before: Before) -> Message | None:
    written = change.type if isinstance(change, AlterColumnType) else change.to.type
    if written is None or before.born(change.table, change.column):
        return None
    known = before.schema.column(change.table, change.column)
    effect = _effect(change, known, before)
    blocks = effect.blocks(change.table)
    if effect.work < Work.REWRITE or blocks < Blocks.WRITES or _fails(change, written, known, before):
        return None
    values = {
        "table": change.table,
        "column": change.column,
        "new": canonical(written, before.dialect),
        "blocked": say("reads and writes") if blocks is Blocks.ALL else say("writes"),
    }
    if known is None or known.type is None:
        return say(
            "changing {table}.{column} to {new} may write {table} anew, which blocks {blocked} until it is done: the "
            "old type is not known here",
            **values,
        )
    values["old"] = canonical(known.type, before.dialect)
    if before.dialect in ("mysql", "mariadb"):
        return say(
            "changing {table}.{column} from {old} to {new} copies {table}, which blocks {blocked} until it is done",
            **values,
        )
    return say(
        "changing {table}.{column} from {old} to {new} rewrites {table}, which blocks {blocked} until it is done",
        **values,
    )


def _fails(change: AlterColumnType | RedefineColumn, written: str, known: Column | None, before: Before) -> bool:
    """Whether the engine refuses it: type-cast-missing."""
    if known is None or known.type is None:
        return False
    using = change.using if isinstance(change, AlterColumnType) else None
    return before.type_change(known.type, written, column=change.column, using=using).refused


def _effect(change: AlterColumnType | RedefineColumn, known: Column | None, before: Before) -> Effect:
    """The effect of the change of the type alone: MODIFY may do more, which is not told here."""
    if isinstance(change, AlterColumnType) or known is None:
        return before.effect(change)
    return before.effect(RedefineColumn(change.table, change.column, replace(known, type=change.to.type)))
