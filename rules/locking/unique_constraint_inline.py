"""Adding a UNIQUE constraint builds its index while nobody can read or write the table.

PostgreSQL: ALTER TABLE takes an ACCESS EXCLUSIVE lock, and the index is built under it: each query of the table waits
until the build ends. Oracle: writes wait. It fails when there are duplicates.

A constraint on a table that was made in the same range is not reported, nor one that adopts an index (USING INDEX).
MySQL and MariaDB build a unique index online, so the rule does not claim them.

```sql before postgresql
CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);
```

```sql before oracle
CREATE TABLE users (id NUMBER PRIMARY KEY, email VARCHAR2(200));
```

```sql bad postgresql oracle
ALTER TABLE users ADD CONSTRAINT uq_users_email UNIQUE (email);
```

```sql bad postgresql
ALTER TABLE users ADD COLUMN handle TEXT UNIQUE;
```

```sql good postgresql
CREATE UNIQUE INDEX CONCURRENTLY uq_users_email ON users (email);
ALTER TABLE users ADD CONSTRAINT uq_users_email UNIQUE USING INDEX uq_users_email;
```

```sql good oracle
CREATE UNIQUE INDEX uq_users_email ON users (email) ONLINE;
ALTER TABLE users ADD CONSTRAINT uq_users_email UNIQUE (email) USING INDEX uq_users_email;
```

In Alembic:

```python bad postgresql oracle
op.create_unique_constraint("uq_users_email", "users", ["email"])
```

```python good postgresql
with op.get_context().autocommit_block():
    op.create_index("uq_users_email", "users", ["email"], unique=True, postgresql_concurrently=True)
op.execute("ALTER TABLE users ADD CONSTRAINT uq_users_email UNIQUE USING INDEX uq_users_email")
```

```python good oracle
op.execute("CREATE UNIQUE INDEX uq_users_email ON users (email) ONLINE")
op.execute("ALTER TABLE users ADD CONSTRAINT uq_users_email UNIQUE (email) USING INDEX uq_users_email")
```

Sources:
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX
- https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html#online-ddl-index-operations
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/constraint.html
"""

from dataclasses import replace

from sqlgen.rulekit import AddColumn, AddConstraint, Advice, Before, Kind, Message, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "oracle"},
    since="0.1",
    help=say(
        "Create the unique index CONCURRENTLY first, outside a transaction; then ADD CONSTRAINT … UNIQUE USING INDEX."
    ),
)
def check(add: AddConstraint | AddColumn, before: Before) -> Message | Advice | None:
    constraints = (add.constraint,) if isinstance(add, AddConstraint) else add.column.constraints
    key = next((each for each in constraints if each.kind is Kind.UNIQUE and each.using_index is None), None)
    if key is None:
        return None
    if isinstance(add, AddColumn):  # what else is written at the column is for other rules
        add = replace(add, column=replace(add.column, constraints=(key,)))
    if before.blocked(add) is None:
        return None
    name = key.name or f"UNIQUE ({', '.join(key.columns)})"
    if before.dialect == "oracle":
        return Advice(
            say(
                "building the index of {constraint} holds an EXCLUSIVE lock, which blocks writes to {table} until it "
                "ends",
                constraint=name,
                table=add.table,
            ),
            say("Create the unique index ONLINE first; then ADD CONSTRAINT … UNIQUE (…) USING INDEX it."),
        )
    return say(
        "building the index of {constraint} holds an ACCESS EXCLUSIVE lock, which blocks reads and writes of {table} "
        "until it ends",
        constraint=name,
        table=add.table,
    )
