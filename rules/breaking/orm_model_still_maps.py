"""The application's models still map what is dropped or renamed, so its queries fail from that moment on.

SQLAlchemy names every mapped column in each SELECT and INSERT. As soon as one of them is gone, all queries of that
table fail, not only those that use it. Take it out of the models first, release that, and drop it in a later release.

The models are those of env.py's target_metadata, as the code stands now; they are looked at where the range ends at the
head. Not reported: what the range brings back under the same name; the copies of a SQLite table rebuild.

```python before postgresql mysql mariadb sqlite mssql oracle
metadata = sa.MetaData()
sa.Table("users", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("fax", sa.String(30)))
```

```sql before postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(100), fax VARCHAR(30));
CREATE TABLE faxes (id INTEGER PRIMARY KEY);
```

```sql bad postgresql mysql mariadb sqlite mssql oracle
-- sqlgen: allow drop-column because "no code reads it"
ALTER TABLE users DROP COLUMN fax;
```

```sql bad postgresql
-- sqlgen: allow drop-column because "no code reads it"
ALTER TABLE users DROP COLUMN fax;
CREATE TABLE letters (id INTEGER PRIMARY KEY);
```

```sql bad postgresql mysql mariadb sqlite
-- sqlgen: allow rename-column because "nothing uses it"
ALTER TABLE users RENAME COLUMN fax TO fax_number;
```

```sql bad postgresql mysql mariadb sqlite mssql oracle
-- sqlgen: allow drop-table because "no code reads it"
DROP TABLE users;
```

```sql good postgresql mysql mariadb sqlite mssql oracle
-- sqlgen: allow drop-column because "the models do not map it"
ALTER TABLE users DROP COLUMN email;
-- sqlgen: allow drop-table because "the models do not map it"
DROP TABLE faxes;
```

In Alembic, the drop comes in the release after the one whose models no longer map the column:

```python good postgresql mysql mariadb sqlite mssql oracle
# sqlgen: allow drop-column because "out of the models since the last release"
op.drop_column("users", "email")
```

Sources:
- https://docs.sqlalchemy.org/en/20/orm/queryguide/columns.html
- https://alembic.sqlalchemy.org/en/latest/autogenerate.html
"""

from collections.abc import Iterator

from sqlgen.rulekit import (
    AddColumn,
    Before,
    CreateTable,
    DropColumn,
    DropTable,
    Item,
    Message,
    Name,
    Range,
    RenameColumn,
    RenameTable,
    Severity,
    rule,
    say,
)

Gone = dict[tuple[Name, str | None], Item]
"""Table and column, None for the whole table → the statement that took it away and was not taken back."""


@rule(
    severity=Severity.ERROR,
    since="0.1",
    help=say("Take it out of the models, release that, and drop or rename it in a later release."),
)
def check(range: Range, before: Before) -> Iterator[tuple[Item, Message]]:
    if before.model is None or before.direction != "upgrade":
        return
    gone: Gone = {}
    for step in range:
        for item in step.items:
            for fact in item.facts:
                _follow(fact, item, gone)
    for (table, column), item in gone.items():
        if column is None and before.model.table(table) is not None:
            yield item, say("the models still map {table}: each query of it fails from here on", table=table)
        elif column is not None and before.model.column(table, column) is not None:
            yield (
                item,
                say(
                    "the models still map {table}.{column}: each query of {table} fails from here on",
                    table=table,
                    column=column,
                ),
            )


def _follow(fact: object, item: Item, gone: Gone) -> None:
    match fact:
        case DropColumn(table, column):
            gone[table, column] = item
        case RenameColumn(table, column, to):
            gone[table, column] = item
            gone.pop((table, to), None)
        case AddColumn(table, column):
            gone.pop((table, column.name), None)
        case DropTable(table):
            gone[table, None] = item
        case RenameTable(table, to):
            gone[table, None] = item
            _back(to, gone)
        case CreateTable(table):
            _back(table, gone)
        case _:
            pass


def _back(table: Name, gone: Gone) -> None:
    for key in [key for key in gone if key[0] == table]:
        del gone[key]
