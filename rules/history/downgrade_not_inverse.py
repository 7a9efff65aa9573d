"""A downgrade that leaves a table other than its upgrade found it fails the old code, or the next upgrade.

A rollback is run when things are bad already. A column that stays NOT NULL, an index that is missing, a constraint that
is still there: the old code fails, or the repaired upgrade does when it is tried again.

Both directions are folded, and the tables that the upgrade touched are compared: columns, types, NOT NULL, whether
there is a default, constraints, indexes. Not compared: rows, names of constraints, comments, the order of columns. It
is looked at where both directions are rendered, as in a bundle. A downgrade that is missing or empty is not reported
here: downgrade-missing says so.

```sql before postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(100));
```

```python bad postgresql mysql mariadb sqlite mssql oracle
op.create_index("ix_users_email", "users", ["email"])
op.add_column("users", sa.Column("age", sa.Integer))
# --- downgrade
op.drop_column("users", "age")
```

```python good postgresql mysql mariadb sqlite mssql oracle
op.add_column("users", sa.Column("age", sa.Integer))
# --- downgrade
op.drop_column("users", "age")
```

Sources:
- https://alembic.sqlalchemy.org/en/latest/tutorial.html#downgrading
"""

from sqlgen.rulekit import Message, RoundTrip, Severity, apart, rule, say


@rule(
    severity=Severity.WARNING,
    since="0.1",
    help=say("Let downgrade() undo each step of upgrade(), in the opposite order."),
)
def check(trip: RoundTrip) -> Message:
    return say(
        "after its downgrade {table} is not what it was: {differences}",
        table=trip.table,
        differences=apart(trip.differences),
    )
