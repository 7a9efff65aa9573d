"""Adding an EXCLUDE constraint builds its index while nobody can read or write the table.

ALTER TABLE holds an ACCESS EXCLUSIVE lock until the index is built and each row has been compared with the others.
There is no NOT VALID for it, and no USING INDEX: on a large table, what is left is a new table with the constraint,
filled in batches, that takes the name of the old one.

A constraint on a table that was made in the same range is not reported.

```sql before postgresql
CREATE TABLE bookings (id INTEGER PRIMARY KEY, during TSRANGE);
```

```sql bad postgresql
ALTER TABLE bookings ADD CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&);
```

```sql good postgresql
CREATE TABLE bookings_new (id INTEGER PRIMARY KEY, during TSRANGE);
ALTER TABLE bookings_new ADD CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&);
```

In Alembic:

```python bad postgresql
op.create_exclude_constraint("no_overlap", "bookings", ("during", "&&"), using="gist")
```

Sources:
- https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-EXCLUDE
- https://www.postgresql.org/docs/current/sql-altertable.html
"""

from sqlgen.rulekit import AddConstraint, Before, Kind, Message, Severity, rule, say


@rule(
    severity=Severity.WARNING,
    dialects={"postgresql"},
    since="0.1",
    help=say("Add it in a quiet hour, with that reason in an allowance; or fill a new table that has it, and swap."),
)
def check(add: AddConstraint, before: Before) -> Message | None:
    if add.constraint.kind is not Kind.EXCLUDE or before.created(add.table):
        return None
    return say(
        "building the index of {constraint} holds an ACCESS EXCLUSIVE lock, which blocks reads and writes of {table} "
        "until it ends",
        constraint=add.constraint.name or "EXCLUDE",
        table=add.table,
    )
