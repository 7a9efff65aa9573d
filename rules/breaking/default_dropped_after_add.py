"""A NOT NULL column is added with a default, and the default is dropped at once: INSERTs of the old code fail.

The default fills the rows that are there, and that works. But the old code, which runs on while the release goes out,
inserts rows without the new column. The default is what lets it go on; without it each of its INSERTs is refused.
Django and hand-written migrations do this to keep defaults out of the schema; it is one release too early.

Not reported: a table that was made in the same range, and a column that may be NULL.

```sql before postgresql mysql mariadb
CREATE TABLE users (id INTEGER PRIMARY KEY, visits INTEGER DEFAULT 0 NOT NULL);
```

```sql bad postgresql mysql mariadb
ALTER TABLE users ADD COLUMN logins INTEGER DEFAULT 0 NOT NULL;
ALTER TABLE users ALTER COLUMN logins DROP DEFAULT;
```

```python bad postgresql mysql mariadb
op.add_column("users", sa.Column("logins", sa.Integer, server_default="0", nullable=False))
op.alter_column("users", "logins", server_default=None, existing_type=sa.Integer, existing_nullable=False)
```

```sql good postgresql mysql mariadb
ALTER TABLE users ADD COLUMN logins INTEGER DEFAULT 0 NOT NULL;
```

Keep the default, in the model too (`server_default="0"`); or drop it in the next release, when all code fills the
column:

```python good postgresql mysql mariadb
op.add_column("users", sa.Column("logins", sa.Integer, server_default="0", nullable=False))
```

```python good postgresql mysql mariadb
op.alter_column("users", "visits", server_default=None, existing_type=sa.Integer, existing_nullable=False)
```

Sources:
- https://www.postgresql.org/docs/current/ddl-alter.html#DDL-ALTER-COLUMN-DEFAULT
- https://dev.mysql.com/doc/refman/8.4/en/data-type-defaults.html
"""

from sqlgen.rulekit import Before, Message, Name, RedefineColumn, SetDefault, Severity, rule, say


@rule(
    severity=Severity.WARNING,
    dialects={"postgresql", "mysql", "mariadb"},
    since="0.1",
    help=say("Keep the default in this release; drop it in the next one, when all code fills the column."),
)
def check(change: SetDefault | RedefineColumn, before: Before) -> Message | None:
    default = change.default if isinstance(change, SetDefault) else change.to.default
    if default is not None or not _just_added(change.table, change.column, before):
        return None
    column = before.schema.column(change.table, change.column)
    after = change.to if isinstance(change, RedefineColumn) else column
    if column is None or column.default is None or column.default.is_null or after is None or after.nullable:
        return None
    return say(
        "{table}.{column} was added NOT NULL in this range: without its default, INSERTs of the old code fail",
        table=change.table,
        column=change.column,
    )


def _just_added(table: Name, column: str, before: Before) -> bool:
    added = ("column", column.lower()) in before.born_parts.get(table, ())
    return added and not before.created(table)
