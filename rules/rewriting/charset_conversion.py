"""CONVERT TO CHARACTER SET writes every row anew while nobody can write to the table.

The table is copied with all its indexes, and writes to it wait until the copy is done. TEXT columns may become
MEDIUMTEXT, an index may become too long for its key, and foreign keys between columns of two character sets fail.

Not reported: a conversion on MariaDB that keeps the bytes, as that of utf8mb3 to utf8mb4 does, where the history tells
the table's character set, or where the table has no text; on either engine, a table that was made in the same range.

```sql before mysql mariadb
CREATE TABLE orders (id INTEGER PRIMARY KEY, note VARCHAR(200)) DEFAULT CHARSET = latin1;
```

```sql bad mysql mariadb
ALTER TABLE orders CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
```

```sql good mysql mariadb
CREATE TABLE teams (id INTEGER PRIMARY KEY, name VARCHAR(200)) DEFAULT CHARSET = latin1;
ALTER TABLE teams CONVERT TO CHARACTER SET utf8mb4;
```

Alembic has no operation for it. Where the table is small, say so:

```python good mysql mariadb
# sqlgen: allow charset-conversion because "2,000 rows"
op.execute("ALTER TABLE orders CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
```

Sources:
- https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html#online-ddl-table-operations
- https://dev.mysql.com/doc/refman/8.4/en/alter-table.html#alter-table-character-set
- https://mariadb.com/kb/en/alter-table/
"""

from sqlgen.rulekit import Before, Blocks, Message, SetTableOption, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"mysql", "mariadb"},
    since="0.1",
    help=say("Convert it with gh-ost or pt-online-schema-change, or in a quiet hour with that reason in an allowance."),
)
def check(change: SetTableOption, before: Before) -> Message | None:
    to = dict(change.settings).get("convert")
    if to is None or before.created(change.table):
        return None
    if before.effect(change).blocks(change.table) < Blocks.WRITES:
        return None
    return say(
        "converting {table} to {charset} copies it, which blocks writes to it until the copy is done",
        table=change.table,
        charset=to,
    )
