"""Adding a UNIQUE constraint builds its index while nobody can read or write the table.

ALTER TABLE takes an ACCESS EXCLUSIVE lock, and the index is built under it: each query of the table waits until the
build ends. It fails when there are duplicates.

A constraint on a table that was made in the same range is not reported, nor one that adopts an index (USING INDEX).

```sql before postgresql
CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);
```

```sql bad postgresql
ALTER TABLE users ADD CONSTRAINT uq_users_email UNIQUE (email);
```

```sql bad postgresql
ALTER TABLE users ADD COLUMN handle TEXT UNIQUE;
```

```sql good postgresql
CREATE UNIQUE INDEX CONCURRENTLY uq_users_email ON users (email);
ALTER TABLE users ADD CONSTRAINT uq_users_email UNIQUE USING INDEX uq_users_email;
```

In Alembic:

```python
with op.get_context().autocommit_block():
    op.create_index("uq_users_email", "users", ["email"], unique=True, postgresql_concurrently=True)
op.execute("ALTER TABLE users ADD CONSTRAINT uq_users_email UNIQUE USING INDEX uq_users_email")
```

MySQL and MariaDB build a unique index online, so the rule does not claim them.

Sources:
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX
- https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html#online-ddl-index-operations
"""

from sqlgen.rulekit import AddColumn, AddConstraint, Before, Constraint, Kind, Message, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql"},
    since="0.1",
    help=say(
        "Create the unique index CONCURRENTLY first, outside a transaction; then ADD CONSTRAINT … UNIQUE USING INDEX."
    ),
)
def check(add: AddConstraint | AddColumn, before: Before) -> Message | None:
    if before.created(add.table):
        return None
    constraints: tuple[Constraint, ...]
    match add:
        case AddConstraint(constraint=constraint):
            constraints = (constraint,)
        case AddColumn(column=column):
            constraints = column.constraints
    for constraint in constraints:
        if constraint.kind is Kind.UNIQUE and constraint.using_index is None:
            return say(
                "building the index of {constraint} holds an ACCESS EXCLUSIVE lock, which blocks reads and writes of "
                "{table} until it ends",
                constraint=constraint.name or f"UNIQUE ({', '.join(constraint.columns)})",
                table=add.table,
            )
    return None
