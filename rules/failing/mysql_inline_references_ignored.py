"""MySQL before 9.0 reads REFERENCES at a column and makes no foreign key.

`user_id INTEGER REFERENCES users (id)` is taken without an error or a warning, and nothing is made of it: rows may
refer to what is not there, and ON DELETE never happens. MariaDB makes the key since 10.5, MySQL since 9.0.

It is reported for new tables too: nothing makes up for the key later. Alembic writes the keys of `op.create_table` as
constraints of the table, which work; this is about SQL written by hand.

```sql before mysql
CREATE TABLE users (id INTEGER PRIMARY KEY);
CREATE TABLE carts (id INTEGER PRIMARY KEY, user_id INTEGER);
```

```sql bad mysql
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));
```

```sql bad mysql
ALTER TABLE carts ADD COLUMN owner_id INTEGER REFERENCES users (id);
```

```sql good mysql
CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    user_id INTEGER,
    CONSTRAINT fk_orders_user FOREIGN KEY (user_id) REFERENCES users (id)
);
```

In Alembic:

```python good mysql
op.create_table(
    "orders",
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("user_id", sa.Integer(), sa.ForeignKey("users.id", name="fk_orders_user")),
)
```

Sources:
- https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html
- https://dev.mysql.com/doc/relnotes/mysql/9.0/en/news-9-0-0.html
- https://mariadb.com/kb/en/foreign-keys/
"""

from collections.abc import Iterable

from sqlgen.rulekit import AddColumn, Before, Column, CreateTable, Kind, Message, RedefineColumn, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"mysql"},
    since="0.1",
    help=say("Write it as a constraint of the table: CONSTRAINT fk_… FOREIGN KEY (…) REFERENCES … (…)."),
)
def check(definition: CreateTable | AddColumn | RedefineColumn, before: Before) -> Message | None:
    if before.at_least(9):
        return None
    columns: Iterable[Column]
    match definition:
        case CreateTable(columns=columns):
            pass
        case AddColumn(column=column):
            columns = (column,)
        case RedefineColumn(to=column):
            columns = (column,)
    for column in columns:
        for one in column.constraints:
            if one.kind is Kind.FOREIGN_KEY:
                return say(
                    "REFERENCES at {table}.{column} is ignored: no foreign key to {referred} is made",
                    table=definition.table,
                    column=column.name,
                    referred=one.references,
                )
    return None
