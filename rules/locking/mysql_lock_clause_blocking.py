"""LOCK=SHARED and LOCK=EXCLUSIVE block the table for as long as the ALTER takes, where it needs no lock.

MySQL and MariaDB let others read and write while they add an index or rebuild a table in place. LOCK=SHARED makes
INSERT, UPDATE and DELETE wait, LOCK=EXCLUSIVE queries too. LOCK=NONE asks for the opposite: the statement fails at once
where it would block.

Not reported: a table that was made in the same range; a change that takes such a lock in any case, of which other rules
tell; LOCK beside ALGORITHM=COPY.

```sql before mysql mariadb
CREATE TABLE orders (id INTEGER PRIMARY KEY, code VARCHAR(40) NOT NULL);
```

```sql bad mysql mariadb
ALTER TABLE orders ADD INDEX ix_code (code), LOCK=SHARED;
```

```sql bad mysql mariadb
CREATE INDEX ix_code ON orders (code) LOCK=EXCLUSIVE;
```

```sql good mysql mariadb
ALTER TABLE orders ADD INDEX ix_code (code), ALGORITHM=INPLACE, LOCK=NONE;
```

Alembic's operations ask for no lock; where a migration should fail rather than block, write the statement:

```python good mysql mariadb
op.execute("ALTER TABLE orders ADD INDEX ix_code (code), ALGORITHM=INPLACE, LOCK=NONE")
```

Sources:
- https://dev.mysql.com/doc/refman/8.4/en/alter-table.html#alter-table-concurrency
- https://mariadb.com/kb/en/innodb-online-ddl-overview/#lock
"""

from sqlgen.rulekit import Before, Blocks, Item, Message, SetTableOption, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"mysql", "mariadb"},
    since="0.1",
    help=say("Leave LOCK out, or say LOCK=NONE: then the statement fails rather than block."),
)
def check(item: Item, before: Before) -> Message | None:
    options = [fact for fact in item.facts if isinstance(fact, SetTableOption) and not before.created(fact.table)]
    asked = next((one for one in options if before.effect(one).line == "ask-lock"), None)
    if asked is None:
        return None
    blocks = before.effect(asked).blocks(asked.table)
    needed = max(
        before.effect(fact).blocks(asked.table) if fact is not asked else Blocks.NOTHING for fact in item.facts
    )
    if blocks < Blocks.WRITES or blocks <= needed:
        return None
    return say(
        "{clause} blocks {blocked} of {table} until this is done; without it they go on",
        clause=asked.option,
        blocked=say("reads and writes") if blocks is Blocks.ALL else say("writes"),
        table=asked.table,
    )
