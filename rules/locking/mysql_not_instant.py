"""An ALTER TABLE that rebuilds the table takes as long as the table is large, though reads and writes go on.

Many changes of a table are INSTANT: a new column, a default, another name. Others write every row anew: NOT NULL that
comes or goes, a new primary key, ROW_FORMAT, ENGINE=InnoDB, OPTIMIZE TABLE. In place that lets others read and write,
but it needs the space of the table once more, a log of the changes made meanwhile, and a lock that blocks all of them
at its end; a replica begins with it when the server is done, and lags behind by the same time.

A rebuild or copy that blocks writes is told by mysql-algorithm-copy and the rules that it names. Not reported: a table
that was made in the same range.

```sql before mysql mariadb
CREATE TABLE orders (id INTEGER PRIMARY KEY, code VARCHAR(40));
```

```sql bad mysql mariadb
ALTER TABLE orders MODIFY code VARCHAR(40) NOT NULL;
```

```sql bad mysql mariadb
ALTER TABLE orders ROW_FORMAT=COMPRESSED;
```

```sql bad mysql mariadb
OPTIMIZE TABLE orders;
```

```sql good mysql mariadb
ALTER TABLE orders ADD COLUMN note VARCHAR(200) NULL;
ALTER TABLE orders ALTER COLUMN code SET DEFAULT 'x';
ALTER TABLE orders ADD INDEX ix_code (code);
```

In Alembic `nullable=False` rebuilds the table, a new column that is nullable does not:

```python bad mysql mariadb
op.alter_column("orders", "code", existing_type=sa.String(40), nullable=False)
```

```python good mysql mariadb
op.add_column("orders", sa.Column("note", sa.String(200), nullable=True))
```

Sources:
- https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html
- https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-space-requirements.html
- https://mariadb.com/kb/en/innodb-online-ddl-overview/
"""

from sqlgen.rulekit import (
    AddConstraint,
    Before,
    Blocks,
    Effect,
    Fact,
    Item,
    Kind,
    Message,
    Name,
    Severity,
    Work,
    rule,
    say,
)

SAID_ELSEWHERE = ("add-foreign-key", "add-check", "add-column-check", "add-column-references")
"""Lines of the effects' table whose rules speak whether writes go on or not."""


@rule(
    severity=Severity.WARNING,
    dialects={"mysql", "mariadb"},
    since="0.1",
    help=say("On a large table run it in a quiet hour, or with gh-ost or pt-online-schema-change."),
)
def check(item: Item, before: Before) -> Message | None:
    found = None
    for fact in item.facts:
        table = _table(fact, before)
        if table is None:
            continue
        effect = before.effect(fact)
        if effect.algorithm is None or effect.line in SAID_ELSEWHERE or _key_replaced(effect, item):
            continue
        if effect.blocks(table) >= Blocks.WRITES:
            return None  # said with the lock
        if effect.work is Work.REWRITE:
            found = (table, effect)
    if found is None:
        return None
    table, effect = found
    return say(
        "this rebuilds {table} ({line}, ALGORITHM={algorithm}): reads and writes go on, but the larger {table} is, the "
        "longer it takes, here and on each replica",
        table=table,
        line=effect.line.replace("-", " "),
        algorithm=effect.algorithm.name if effect.algorithm is not None else "",
    )


def _table(fact: Fact, before: Before) -> Name | None:
    table = getattr(fact, "table", None) or getattr(fact, "name", None)
    return table if isinstance(table, Name) and not before.created(table) else None


def _key_replaced(effect: Effect, item: Item) -> bool:
    """MySQL 8.4, 17.12.1: a primary key that is dropped and added in one statement is replaced in place."""
    if effect.line != "drop-primary-key":
        return False  # asked first: a statement may have thousands of actions
    return any(isinstance(one, AddConstraint) and one.constraint.kind is Kind.PRIMARY_KEY for one in item.facts)
