"""Oracle's DROP COLUMN writes every row anew while nobody can write to the table.

The column is taken out of each block there and then, in one operation that writes undo and redo for the whole table;
its exclusive lock makes INSERT, UPDATE and DELETE wait until the end. SET UNUSED makes the column disappear at once, by
the catalog alone; DROP UNUSED COLUMNS frees its space later, in pieces, with CHECKPOINT.

Not reported: SET UNUSED; a table or column that was made in the same range. That the values are lost either way is
drop-column's to say.

```sql before oracle
CREATE TABLE orders (id NUMBER(10) NOT NULL PRIMARY KEY, note VARCHAR2(200));
```

```sql bad oracle
-- sqlgen: allow drop-column, unguarded-drop because "unmapped in 4.1"
ALTER TABLE orders DROP COLUMN note;
```

```sql good oracle
-- sqlgen: allow drop-column, unguarded-drop because "unmapped in 4.1"
ALTER TABLE orders SET UNUSED (note);
```

In Alembic, and in a quiet hour afterwards `ALTER TABLE orders DROP UNUSED COLUMNS CHECKPOINT 1000`:

```python bad oracle
op.drop_column("orders", "note")
```

```python good oracle
# sqlgen: allow drop-column, unguarded-drop because "unmapped in 4.1"
op.execute("ALTER TABLE orders SET UNUSED (note)")
```

Sources:
- https://docs.oracle.com/en/database/oracle/oracle-database/19/admin/managing-tables.html
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/ALTER-TABLE.html
"""

from collections.abc import Iterator

from sqlgen.rulekit import Before, DropColumn, Item, Message, Severity, rule, say


@rule(
    severity=Severity.WARNING,
    dialects={"oracle"},
    since="0.1",
    help=say("SET UNUSED now; DROP UNUSED COLUMNS CHECKPOINT 1000 in a quiet hour (Alembic: op.execute)."),
)
def check(item: Item, before: Before) -> Iterator[Message]:
    if any(token.text.upper() == "UNUSED" for token in item.statement.tokens):
        return
    for fact in item.facts:
        if isinstance(fact, DropColumn) and not before.born(fact.table, fact.column):
            yield say(
                "dropping {table}.{column} writes each row of {table} anew, which blocks writes to it until it is done",
                table=fact.table,
                column=fact.column,
            )
