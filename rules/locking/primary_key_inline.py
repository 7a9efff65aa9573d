"""Adding a primary key builds its index, and looks for NULLs, while nobody can read or write the table.

PostgreSQL: ALTER TABLE takes an ACCESS EXCLUSIVE lock; the index is built under it, and each column that is nullable is
read for NULLs: each query of the table waits until both are done. Oracle: writes wait.

With USING INDEX the index is there already. What is left is the look for NULLs, which a column that is NOT NULL already
spares: so that comes first (set-not-null-scan says how).

A key of a table that was made in the same range is not reported, nor one that adopts an index over columns of which the
history knows nothing, or knows that they are NOT NULL. MySQL and MariaDB rebuild the table and let reads and writes go
on, so the rule does not claim them.

```sql before postgresql
CREATE TABLE users (id INTEGER NOT NULL, email TEXT);
```

```sql before oracle
CREATE TABLE users (id NUMBER NOT NULL, email VARCHAR2(200));
```

```sql bad postgresql oracle
ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY (id);
```

```sql bad postgresql
CREATE UNIQUE INDEX CONCURRENTLY users_pkey ON users (email);
ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY USING INDEX users_pkey;
```

```sql good postgresql
CREATE UNIQUE INDEX CONCURRENTLY users_pkey ON users (id);
ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY USING INDEX users_pkey;
```

```sql good oracle
CREATE UNIQUE INDEX users_pkey ON users (id) ONLINE;
ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY (id) USING INDEX users_pkey;
```

In Alembic:

```python bad postgresql oracle
op.create_primary_key("users_pkey", "users", ["id"])
```

```python good postgresql
with op.get_context().autocommit_block():
    op.create_index("users_pkey", "users", ["id"], unique=True, postgresql_concurrently=True)
op.execute("ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY USING INDEX users_pkey")
```

```python good oracle
op.execute("CREATE UNIQUE INDEX users_pkey ON users (id) ONLINE")
op.execute("ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY (id) USING INDEX users_pkey")
```

Sources:
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/constraint.html
"""

from dataclasses import replace

from sqlgen.rulekit import (
    AddColumn,
    AddConstraint,
    Advice,
    Before,
    Constraint,
    Kind,
    Message,
    Name,
    Severity,
    rule,
    say,
)


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "oracle"},
    since="0.1",
    help=say(
        "Create the unique index CONCURRENTLY first, outside a transaction; then ADD CONSTRAINT … PRIMARY KEY USING "
        "INDEX."
    ),
)
def check(add: AddConstraint | AddColumn, before: Before) -> Message | Advice | None:
    constraints = (add.constraint,) if isinstance(add, AddConstraint) else add.column.constraints
    key = next((each for each in constraints if each.kind is Kind.PRIMARY_KEY), None)
    if key is None or before.created(add.table):
        return None
    if key.using_index is not None:
        return _adopting(key, add.table, before)
    if isinstance(add, AddColumn):  # what else is written at the column is for other rules
        add = replace(add, column=replace(add.column, constraints=(key,)))
    if before.blocked(add) is None:
        return None
    name = key.name or f"PRIMARY KEY ({', '.join(key.columns)})"
    if before.dialect == "oracle":
        return Advice(
            say(
                "building the index of {key} holds an EXCLUSIVE lock, which blocks writes to {table} until it ends",
                key=name,
                table=add.table,
            ),
            say("Create the unique index ONLINE first; then ADD CONSTRAINT … PRIMARY KEY (…) USING INDEX it."),
        )
    return say(
        "building the index of {key} holds an ACCESS EXCLUSIVE lock, which blocks reads and writes of {table} until it "
        "ends",
        key=name,
        table=add.table,
    )


def _adopting(key: Constraint, table: Name, before: Before) -> Advice | None:
    """Whether a column is nullable, so that all rows are read for NULLs."""
    index = before.schema.index(Name(str(key.using_index), table.schema), table)
    for name in index.columns if index is not None and before.dialect == "postgresql" else ():
        column = before.schema.column(table, name)
        if column is not None and not before.schema.proves_not_null(table, name):
            return Advice(
                say(
                    "the primary key makes {table}.{column} NOT NULL: every row is read under an ACCESS EXCLUSIVE "
                    "lock, which blocks reads and writes of {table}",
                    table=table,
                    column=name,
                ),
                say("Make the column NOT NULL first, with a CHECK that proves it: see set-not-null-scan."),
            )
    return None
