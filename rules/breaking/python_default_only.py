"""A default that only Python knows is not there for rows that exist, nor for anyone who does not run the new code.

`default=` in a model is filled in by SQLAlchemy when it inserts. The database knows nothing of it: rows that are there
get NULL, and so do the INSERTs of the release that still runs, of other services, and of SQL written by hand. Use
`server_default=`, at the model and in the revision.

The models are those of env.py's target_metadata; they are looked at where the range ends at the head. Not reported: a
table that is made in the same range; a column that is NOT NULL (add-required-column says what happens to it).

```python before postgresql mysql mariadb sqlite mssql oracle
metadata = sa.MetaData()
sa.Table(
    "users",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("visits", sa.Integer, default=0),
    sa.Column("points", sa.Integer, default=0, server_default="0"),
    sa.Column("nickname", sa.String(50)),
)
sa.Table("logins", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("tries", sa.Integer, default=0))
```

```sql before postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE users (id INTEGER PRIMARY KEY);
```

```sql bad postgresql mysql mariadb sqlite
ALTER TABLE users ADD COLUMN visits INTEGER;
```

```sql bad mssql oracle
ALTER TABLE users ADD visits INTEGER;
```

```sql good postgresql mysql mariadb sqlite
ALTER TABLE users ADD COLUMN points INTEGER DEFAULT 0;
ALTER TABLE users ADD COLUMN nickname VARCHAR(50);
CREATE TABLE logins (id INTEGER PRIMARY KEY, tries INTEGER);
```

```sql good mssql oracle
ALTER TABLE users ADD nickname VARCHAR(50);
```

In Alembic:

```python good postgresql mysql mariadb sqlite
op.add_column("users", sa.Column("points", sa.Integer, server_default="0"))
```

Sources:
- https://docs.sqlalchemy.org/en/20/core/defaults.html#server-invoked-ddl-explicit-default-expressions
"""

from sqlgen.rulekit import AddColumn, Before, Message, Severity, rule, say


@rule(
    severity=Severity.WARNING,
    since="0.1",
    help=say("Give the column a server_default, in the model and in the revision."),
)
def check(add: AddColumn, before: Before) -> Message | None:
    column = add.column
    if before.model is None or before.direction != "upgrade" or before.created(add.table):
        return None
    if column.default is not None or column.generated is not None or not column.nullable:
        return None
    mapped = before.model.column(add.table, column.name)
    if mapped is None or not mapped.python_default:
        return None
    return say(
        "the default of {table}.{column} stands in Python alone: rows that are there, and INSERTs of code that does "
        "not know the column, get NULL",
        table=add.table,
        column=column.name,
    )
