"""Adding a primary key builds its index, and looks for NULLs, while nobody can read or write the table.

ALTER TABLE takes an ACCESS EXCLUSIVE lock; the index is built under it, and each column that is nullable is read for
NULLs: each query of the table waits until both are done.

With USING INDEX the index is there already. What is left is the look for NULLs, which a column that is NOT NULL already
spares: so that comes first (set-not-null-scan says how).

A key of a table that was made in the same range is not reported, nor one that adopts an index over columns of which the
history knows nothing, or knows that they are NOT NULL.

```sql before postgresql
CREATE TABLE users (id INTEGER NOT NULL, email TEXT);
```

```sql bad postgresql
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

In Alembic:

```python good postgresql
with op.get_context().autocommit_block():
    op.create_index("users_pkey", "users", ["id"], unique=True, postgresql_concurrently=True)
op.execute("ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY USING INDEX users_pkey")
```

Sources:
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX
"""

from sqlgen.rulekit import AddColumn, AddConstraint, Advice, Before, Kind, Message, Name, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql"},
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
    if key.using_index is None:
        return say(
            "building the index of {key} holds an ACCESS EXCLUSIVE lock, which blocks reads and writes of {table} "
            "until it ends",
            key=key.name or f"PRIMARY KEY ({', '.join(key.columns)})",
            table=add.table,
        )
    index = before.schema.index(Name(key.using_index, add.table.schema), add.table)
    for name in index.columns if index is not None else ():
        column = before.schema.column(add.table, name)
        if column is not None and not before.schema.proves_not_null(add.table, name):
            return Advice(
                say(
                    "the primary key makes {table}.{column} NOT NULL: every row is read under an ACCESS EXCLUSIVE "
                    "lock, which blocks reads and writes of {table}",
                    table=add.table,
                    column=name,
                ),
                say("Make the column NOT NULL first, with a CHECK that proves it: see set-not-null-scan."),
            )
    return None
