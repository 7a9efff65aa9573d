"""An ALTER TABLE without ALGORITHM falls back to a copy that blocks writes, where a lighter way is not open.

Whether MySQL and MariaDB alter a table at once depends on what stands in it: an index, a FULLTEXT column, a row format,
the number of instant changes before. Without ALGORITHM they take the next heavier way and say nothing. With
ALGORITHM=INSTANT (or INPLACE, LOCK=NONE) the statement fails at once instead, and nobody waits.

The rule belongs to the preset "strict": Alembic has no option for the clause, so that it speaks for nearly each
operation on a table. Not reported: a table that was made in the same range; what only a copy can do.

```sql before mysql mariadb
CREATE TABLE orders (id INTEGER PRIMARY KEY, code VARCHAR(40) NOT NULL);
```

```sql bad mysql mariadb
ALTER TABLE orders ADD COLUMN note VARCHAR(200) NULL;
```

```sql good mysql mariadb
ALTER TABLE orders ADD COLUMN note VARCHAR(200) NULL, ALGORITHM=INSTANT;
ALTER TABLE orders ADD INDEX ix_code (code), ALGORITHM=INPLACE, LOCK=NONE;
```

In Alembic:

```python bad mysql mariadb
op.add_column("orders", sa.Column("note", sa.String(200), nullable=True))
```

```python good mysql mariadb
op.execute("ALTER TABLE orders ADD COLUMN note VARCHAR(200) NULL, ALGORITHM=INSTANT")
```

Sources:
- https://dev.mysql.com/doc/refman/8.4/en/alter-table.html#alter-table-performance
- https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html
- https://mariadb.com/kb/en/innodb-online-ddl-overview/#algorithm
"""

from sqlgen.rulekit import (
    Advice,
    Algorithm,
    Before,
    Blocks,
    Item,
    Name,
    SetTableOption,
    Severity,
    rule,
    say,
)


@rule(
    severity=Severity.WARNING,
    dialects={"mysql", "mariadb"},
    since="0.1",
    default=False,
    help=say("Append ALGORITHM=INSTANT, or ALGORITHM=INPLACE, LOCK=NONE (Alembic: op.execute with the statement)."),
)
def check(item: Item, before: Before) -> Advice | None:
    found: list[tuple[Algorithm, Name]] = []
    for fact in item.facts:
        table = getattr(fact, "table", None)
        if not isinstance(table, Name) or before.created(table):
            continue
        if isinstance(fact, SetTableOption) and fact.option.upper().startswith("ALGORITHM"):
            return None
        effect = before.effect(fact)
        if effect.algorithm is Algorithm.COPY or effect.blocks(table) >= Blocks.WRITES:
            return None
        if effect.algorithm is not None:
            found.append((effect.algorithm, table))
    if not found:
        return None
    algorithm, table = max(found, key=lambda each: each[0])
    clause = "ALGORITHM=INSTANT" if algorithm is Algorithm.INSTANT else "ALGORITHM=INPLACE, LOCK=NONE"
    return Advice(
        say(
            "without {clause} this copies {table} where it can't be done so, which blocks writes to it",
            clause=clause,
            table=table,
        ),
        say(
            "Append {clause} (Alembic: op.execute with the statement): it fails then rather than block.", clause=clause
        ),
    )
