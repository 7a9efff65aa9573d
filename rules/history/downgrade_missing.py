"""A revision changes the schema and has no downgrade: a rollback stops at it, or does nothing and says it worked.

`alembic downgrade` runs downgrade(), and then sets the version table back. Where the function is empty, the schema
stays as it is, and what follows meets a schema that the version table denies.

On in the preset strict: many teams only ever go forward. Merge revisions and revisions that change only rows are not
reported, nor what irreversible-revision says already, nor a downgrade() that raises: it says what it does.

```sql before postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE users (id INTEGER PRIMARY KEY);
```

```python bad postgresql mysql mariadb sqlite mssql oracle
op.add_column("users", sa.Column("phone", sa.String(40), nullable=True))
# --- downgrade
pass
```

```python good postgresql mysql mariadb sqlite mssql oracle
op.add_column("users", sa.Column("phone", sa.String(40), nullable=True))
# --- downgrade
op.drop_column("users", "phone")
```

```python good postgresql mysql mariadb sqlite mssql oracle
op.execute("UPDATE users SET id = 2 WHERE id = 1")
# --- downgrade
pass
```

Sources:
- https://alembic.sqlalchemy.org/en/latest/tutorial.html#downgrading
"""

from sqlgen.rulekit import (
    Before,
    Begin,
    Block,
    Commit,
    Delete,
    DropColumn,
    DropPartition,
    DropTable,
    Insert,
    Message,
    Opaque,
    Select,
    SetOption,
    Severity,
    Step,
    Truncate,
    Update,
    rule,
    say,
)

DESTROYS = (DropTable, DropColumn, DropPartition, Truncate)
"""What irreversible-revision speaks of."""
NO_STRUCTURE = (Begin, Commit, SetOption, Select, Insert, Update, Delete, Block, Opaque)


@rule(
    severity=Severity.WARNING,
    since="0.1",
    default=False,
    help=say("Write downgrade(); where there is no way back, raise an exception that says what to do instead."),
)
def check(step: Step, before: Before) -> Message | None:
    way_back = step.downgrade
    if way_back is None or way_back.state not in ("missing", "empty") or len(step.before) > 1:
        return None
    facts = [fact for item in step.items for fact in item.facts]
    if any(isinstance(fact, DESTROYS) for fact in facts) or all(isinstance(fact, NO_STRUCTURE) for fact in facts):
        return None
    if way_back.state == "missing":
        return say("the revision has no downgrade(): a rollback stops here")
    return say("downgrade() does nothing: a rollback leaves the schema as it is, and says that it worked")
