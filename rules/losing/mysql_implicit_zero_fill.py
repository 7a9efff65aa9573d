"""Without strict mode, NOT NULL silently turns NULLs into 0, '' and 0000-00-00.

A MODIFY to NOT NULL stops with an error when a row holds NULL, as long as sql_mode is strict, which it is by default. A
script that sets sql_mode to something else, as dumps and old migrations do, gives such rows values that nobody chose:
0, an empty string, the date 0000-00-00. Afterwards they can't be told from real ones.

Reported is a column that becomes NOT NULL, or may be NULL as far as is known here, behind a SET sql_mode without
STRICT_TRANS_TABLES, STRICT_ALL_TABLES or TRADITIONAL. Not reported: a column or table made in the same range; a column
that an UPDATE of the range fills; a NOT NULL column that is added without a default, which is filled so in strict mode
too, and which add-required-column tells.

```sql before mysql mariadb
CREATE TABLE orders (id INTEGER PRIMARY KEY, shipped DATE NULL, paid DATE NOT NULL);
```

```sql bad mysql mariadb
SET sql_mode = '';
ALTER TABLE orders MODIFY shipped DATE NOT NULL;
```

```sql good mysql mariadb
SET sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_DATE';
UPDATE orders SET shipped = paid WHERE shipped IS NULL;
ALTER TABLE orders MODIFY shipped DATE NOT NULL;
```

In Alembic, fill the rows with what they should hold, and leave sql_mode alone:

```python good mysql mariadb
op.execute("UPDATE orders SET shipped = paid WHERE shipped IS NULL")
op.alter_column("orders", "shipped", existing_type=sa.Date(), nullable=False)
```

Sources:
- https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html#sql-mode-strict
- https://dev.mysql.com/doc/refman/8.4/en/data-type-defaults.html
- https://mariadb.com/kb/en/sql-mode/#strict-mode
"""

from sqlgen.rulekit import Before, Message, RedefineColumn, Severity, canonical, rule, say

NUMERIC = ("tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double", "bit", "year")
STRICT = ("STRICT_TRANS_TABLES", "STRICT_ALL_TABLES", "TRADITIONAL")


@rule(
    severity=Severity.ERROR,
    dialects={"mysql", "mariadb"},
    since="0.1",
    help=say("UPDATE the rows that hold NULL first, and run it with a strict sql_mode, which refuses those forgotten."),
)
def check(change: RedefineColumn, before: Before) -> Message | None:
    if change.to.nullable or change.to.generated is not None or before.born(change.table, change.column):
        return None
    mode = before.options.get("sql_mode")
    if mode is None or not _is_literal(mode) or any(word in mode.upper() for word in STRICT):
        return None
    if before.filled(change.table, change.column) or before.schema.proves_not_null(change.table, change.column):
        return None
    return say(
        "with sql_mode {mode} the rows of {table} whose {column} is NULL silently get {value}",
        mode=f"'{mode}'",
        table=change.table,
        column=change.column,
        value=_filled(canonical(str(change.to.type), before.dialect).name),
    )


def _is_literal(mode: str) -> bool:
    """Whether the mode stands there: @@sql_mode, REPLACE(@@sql_mode, …) and the like may hold anything."""
    return mode.replace(",", "").replace("_", "").isalnum() or not mode


def _filled(type: str) -> Message:
    """What stands for NULL: MySQL 8.4, 13.6."""
    if type in ("date", "time", "datetime", "timestamp"):
        return say("a zero date or time")
    return say("0") if type in NUMERIC else say("an empty string")
