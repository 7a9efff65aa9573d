"""A column can't become a type to which the engine has no cast: the statement fails, whatever the rows hold.

PostgreSQL changes a type by itself only where it would let an INSERT do so: integer to text, varchar to text. From text
to integer, boolean, date or jsonb, from one enum to another, it wants to be told how, with USING: "column cannot be
cast automatically". It says so of an empty table too.

MariaDB changes its types UUID, INET4, INET6 and GEOMETRY into no others (error 4078).

Reported where the history knows the old type. What a change with USING may do to values is said by
column-type-narrowing, that it rewrites the table by alter-column-type-rewrite.

```sql before postgresql
CREATE TABLE orders (id INTEGER PRIMARY KEY, amount TEXT, note VARCHAR(50));
```

```sql before mariadb
CREATE TABLE orders (id INTEGER PRIMARY KEY, code UUID, note VARCHAR(50));
```

```sql bad postgresql
ALTER TABLE orders ALTER COLUMN amount TYPE INTEGER;
```

```sql bad mariadb
ALTER TABLE orders MODIFY code INTEGER;
```

```sql good postgresql
ALTER TABLE orders ALTER COLUMN note TYPE TEXT;
```

```sql good mariadb
ALTER TABLE orders MODIFY note VARCHAR(60);
```

In Alembic:

```python bad postgresql
op.alter_column("orders", "amount", type_=sa.Integer(), existing_type=sa.Text())
```

```python good postgresql
# sqlgen: allow alter-column-type-rewrite, column-type-narrowing because "2,000 rows, all of them digits"
op.alter_column(
    "orders", "amount", type_=sa.Integer(), existing_type=sa.Text(), postgresql_using="amount::integer"
)
```

Sources:
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DATA-TYPE
- https://www.postgresql.org/docs/current/sql-createcast.html
- https://mariadb.com/kb/en/uuid-data-type/
"""

from sqlgen.rulekit import Advice, AlterColumnType, Before, RedefineColumn, Severity, canonical, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "mariadb"},
    since="0.1",
    help=say("Say how the values become the new type, with USING (Alembic: postgresql_using)."),
)
def check(change: AlterColumnType | RedefineColumn, before: Before) -> Advice | None:
    known = before.schema.column(change.table, change.column)
    new = change.type if isinstance(change, AlterColumnType) else change.to.type
    if known is None or known.type is None or new is None:
        return None
    using = change.using if isinstance(change, AlterColumnType) else None
    if not before.type_change(known.type, new, column=change.column, using=using).refused:
        return None
    values = {
        "table": change.table,
        "column": change.column,
        "old": canonical(known.type, before.dialect),
        "new": canonical(new, before.dialect),
    }
    if before.dialect == "mariadb":
        return Advice(
            say("MariaDB does not change {table}.{column} from {old} to {new}: the statement fails", **values),
            say("Add a column of the new type; fill it; drop the old one a release later."),
        )
    return Advice(
        say("{table}.{column} can't become {new}: PostgreSQL has no cast from {old} that it uses by itself", **values),
        say('Say how: postgresql_using="{column}::{new}" (USING), or another expression.', **values),
    )
