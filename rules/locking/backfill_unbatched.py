"""A backfill in one statement locks every row that it fills until it commits.

An UPDATE that fills a new column touches most rows of its table. Each stays locked until the transaction ends, so
writers of these rows wait; PostgreSQL leaves a dead version of each, replicas fall behind, and a mistake near the end
takes as long again to undo.

On in the preset strict, since only you know how large the table is. Reported: an UPDATE of a table that was there
before, without LIMIT or a range of a key, that sets a column added in this range or only rows where the column IS NULL.
An UPDATE without any WHERE is update-without-where's.

```sql before postgresql mysql mariadb sqlite
CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(200), domain VARCHAR(200));
```

```sql bad postgresql mysql mariadb sqlite
UPDATE users SET domain = 'none' WHERE domain IS NULL;
```

```python bad postgresql mysql mariadb sqlite
op.execute("UPDATE users SET domain = 'none' WHERE domain IS NULL")
```

```sql good postgresql mysql mariadb sqlite
UPDATE users SET domain = 'none' WHERE domain IS NULL AND id BETWEEN 1 AND 50000;
```

```sql good postgresql mysql mariadb sqlite
UPDATE users SET domain = 'none' WHERE id = 7;
```

Fill it in ranges of the key, each committed by itself. sqlgen renders without a database, so the ranges must be known;
else fill the column outside of migrations, with a job of the application:

```python good postgresql mysql mariadb sqlite
for start in range(0, 150000, 50000):
    op.execute(f"UPDATE users SET domain = 'none' WHERE domain IS NULL AND id BETWEEN {start + 1} AND {start + 50000}")
```

Sources:
- https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-SPACE-RECOVERY
- https://dev.mysql.com/doc/refman/8.4/en/optimizing-innodb-transaction-management.html
"""

from sqlgen.rulekit import Before, Message, Severity, Update, changes_many, rule, say


@rule(
    severity=Severity.WARNING,
    dialects={"postgresql", "mysql", "mariadb", "sqlite"},
    since="0.1",
    default=False,
    help=say("Fill it in ranges of the key, some ten thousand rows each, committed one by one."),
)
def check(update: Update, before: Before) -> Message | None:
    if not update.where or update.limited or before.created(update.table):
        return None
    condition = "".join(char for char in str(update.condition).lower() if char not in '"`[]')
    columns = [column for column in update.columns if _fills(update, column, condition, before)]
    if not columns or _has_a_range(condition) or not changes_many(update, before.schema):
        return None
    return say(
        "filling {table}.{column} in one statement locks every row that it changes until it commits",
        table=update.table,
        column=columns[0],
    )


def _fills(update: Update, column: str, condition: str, before: Before) -> bool:
    if ("column", column.lower()) in before.born_parts.get(update.table, ()):
        return True
    return f"{column.lower()} is null" in condition


def _has_a_range(condition: str) -> bool:
    return " between " in condition or ("<" in condition and ">" in condition.replace("<>", ""))
