"""The index of a primary key or UNIQUE constraint can't be dropped by itself: the statement always fails.

The index belongs to the constraint. PostgreSQL answers `cannot drop index … because constraint … requires it`, and
DROP INDEX … CASCADE does not help. IF EXISTS does not either, since it does exist.

The rule speaks where the history shows which constraint has the index; else it is silent.

```sql before postgresql
CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, CONSTRAINT uq_users_email UNIQUE (email));
```

```sql bad postgresql
DROP INDEX IF EXISTS uq_users_email;
```

```sql good postgresql
ALTER TABLE users DROP CONSTRAINT IF EXISTS uq_users_email;
```

In Alembic:

```python bad postgresql
op.drop_index("uq_users_email", "users", if_exists=True)
```

```python good postgresql
op.drop_constraint("uq_users_email", "users", if_exists=True)
```

Sources:
- https://www.postgresql.org/docs/current/sql-dropindex.html
- https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-UNIQUE-CONSTRAINTS
"""

from sqlgen.rulekit import Before, DropIndex, Message, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql"},
    since="0.1",
    help=say("Drop the constraint instead; its index goes with it: ALTER TABLE … DROP CONSTRAINT."),
)
def check(drop: DropIndex, before: Before) -> Message | None:
    behind = before.schema.backs(drop.index, drop.table)
    if behind is None:
        return None
    table, constraint = behind
    return say(
        "{index} is the index of a {kind} constraint of {table}: dropping it by itself always fails",
        index=drop.index,
        kind=str(constraint.kind).upper(),
        table=table,
    )
