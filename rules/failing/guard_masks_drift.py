"""IF NOT EXISTS skips what is there under the same name, also when it is something else.

CREATE TABLE IF NOT EXISTS looks at the name alone. Where a table of that name stands with other columns, nothing
happens, nothing is said, and the revision counts as applied: the code that comes with it finds the old table. The same
goes for a column of another type and an index over other columns.

Reported where the history knows that what stands is another one. Where nothing of the name is known, a guard is as good
as none: see create-guard, for teams that want all or no CREATE to have one.

```sql before postgresql mysql mariadb sqlite
CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(200));
CREATE INDEX ix_users ON users (email);
```

```sql bad postgresql mysql mariadb sqlite
CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, email VARCHAR(200), name VARCHAR(40));
```

```sql bad postgresql mariadb
ALTER TABLE users ADD COLUMN IF NOT EXISTS email TEXT;
```

```sql bad sqlite mariadb
CREATE INDEX IF NOT EXISTS ix_users ON users (id);
```

```python bad postgresql mysql mariadb sqlite
op.create_table("users", sa.Column("id", sa.Integer), sa.Column("age", sa.Integer), if_not_exists=True)
```

```sql good postgresql mysql mariadb sqlite
CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, email VARCHAR(200));
```

```sql good postgresql mysql mariadb sqlite
CREATE TABLE IF NOT EXISTS teams (id INTEGER PRIMARY KEY);
```

Change what stands, instead of making it again:

```python good postgresql mysql mariadb sqlite
op.add_column("users", sa.Column("age", sa.Integer, nullable=True))
```

Sources:
- https://www.postgresql.org/docs/current/sql-createtable.html
- https://dev.mysql.com/doc/refman/8.4/en/create-table.html
- https://www.sqlite.org/lang_createtable.html
"""

from sqlgen.rulekit import AddColumn, Before, CreateIndex, CreateTable, Message, Name, Severity, canonical, rule, say


@rule(
    severity=Severity.WARNING,
    dialects={"postgresql", "mysql", "mariadb", "sqlite"},
    since="0.1",
    help=say("Take the guard away and alter what stands; or drop it before, where nobody needs it."),
)
def check(make: CreateTable | AddColumn | CreateIndex, before: Before) -> Message | None:
    if not make.if_not_exists:
        return None
    match make:
        case CreateTable(table=table, columns=columns):
            stands = before.table(table)
            if stands is None or not stands.complete or make.from_query or make.like:
                return None
            differ = {one.name.lower() for one in stands.columns} ^ {one.name.lower() for one in columns}
            if not differ:
                return None
            return say(
                "{table} stands with other columns ({columns}): IF NOT EXISTS leaves it as it is",
                table=table,
                columns=", ".join(sorted(differ)),
            )
        case AddColumn(table=table, column=column):
            old = before.schema.column(table, column.name)
            if old is None or old.type is None or column.type is None:
                return None
            if canonical(old.type, before.dialect) == canonical(column.type, before.dialect):
                return None
            return say(
                "{table}.{column} stands as {type}: IF NOT EXISTS leaves it as it is",
                table=table,
                column=column.name,
                type=old.type,
            )
        case CreateIndex(name=str(name), table=table, columns=columns):
            own = table if before.dialect in ("mysql", "mariadb") else None  # names of indexes are a table's there
            index = before.schema.index(Name(name, table.schema), own)
            if index is None or (index.table == table and index.columns == columns and index.unique == make.unique):
                return None
            return say(
                "{index} stands on {table} ({columns}): IF NOT EXISTS leaves it as it is",
                index=name,
                table=index.table,
                columns=", ".join(index.columns),
            )
        case _:
            return None
