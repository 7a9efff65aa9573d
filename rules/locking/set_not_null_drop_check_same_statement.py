"""A CHECK that is dropped in the statement that sets NOT NULL proves nothing: every row is read after all.

One ALTER TABLE with several actions does all its DROPs first, in whatever order they are written. So the CHECK
(column IS NOT NULL) is gone before SET NOT NULL looks for it, and the scan that it should have spared is done under an
ACCESS EXCLUSIVE lock.

The rule speaks where the CHECK is known to the history and was validated; without it, set-not-null-scan speaks.

```sql before postgresql
CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, CONSTRAINT email_present CHECK (email IS NOT NULL));
```

```sql bad postgresql
ALTER TABLE users ALTER COLUMN email SET NOT NULL, DROP CONSTRAINT IF EXISTS email_present;
```

```sql good postgresql
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
ALTER TABLE users DROP CONSTRAINT IF EXISTS email_present;
```

In Alembic, two operations are two statements:

```python good postgresql
op.alter_column("users", "email", nullable=False)
op.drop_constraint("email_present", "users", if_exists=True)
```

Sources:
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL
- https://github.com/postgres/postgres/blob/REL_17_STABLE/src/backend/commands/tablecmds.c (AlterTablePass)
"""

from sqlgen.rulekit import Before, Block, DropConstraint, Item, Message, SetNotNull, Severity, is_not_null, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql"},
    since="0.1",
    help=say("Drop the CHECK in a statement of its own, after SET NOT NULL."),
)
def check(item: Item, before: Before) -> Message | None:
    if any(isinstance(fact, Block) for fact in item.facts):
        return None  # statements of their own
    made: list[SetNotNull] = []
    for fact in item.facts:
        match fact:
            case SetNotNull():
                made.append(fact)
            case DropConstraint(table, str(name)):
                for change in made:
                    if change.table == table and _proves(change, name, before):
                        return say(
                            "{check} is dropped before {table}.{column} is made NOT NULL: every row is read under an "
                            "ACCESS EXCLUSIVE lock, which blocks reads and writes of {table}",
                            check=name,
                            table=table,
                            column=change.column,
                        )
    return None


def _proves(change: SetNotNull, name: str, before: Before) -> bool:
    """Whether it is this CHECK that spares the scan."""
    constraint = before.schema.constraint(change.table, name)
    column = before.schema.column(change.table, change.column)
    if constraint is None or not is_not_null(constraint, change.column, before.dialect):
        return False
    return column is not None and column.nullable and before.schema.proves_not_null(change.table, change.column)
