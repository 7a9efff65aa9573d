"""With QUOTED_IDENTIFIER OFF, SQL Server refuses filtered indexes, indexed views and indexes on computed columns.

Making such an index fails with error 1934, and so does each INSERT, UPDATE and DELETE on its table. The same holds for
ANSI_NULLS, ANSI_PADDING, ANSI_WARNINGS and CONCAT_NULL_YIELDS_NULL that are OFF, and NUMERIC_ROUNDABORT that is ON.
Drivers, and so Alembic, set what is needed; **sqlcmd leaves QUOTED_IDENTIFIER OFF** unless it is called with -I, so
that a script which works for its author stops in the DBA's hands.

Reported are a .sql file that sets nothing, as sqlcmd may run it, and whatever a script itself switches off; once per
revision or file. Which columns are computed, and which tables have filtered indexes, is known from the history.

```sql before mssql
CREATE TABLE orders (id INT NOT NULL PRIMARY KEY, shipped DATETIME NULL, amount INT NOT NULL, twice AS (amount * 2));
```

```sql bad mssql runs=file
CREATE INDEX ix_open ON orders (id) WHERE shipped IS NULL;
```

```sql bad mssql
SET ANSI_WARNINGS OFF;
CREATE INDEX ix_twice ON orders (twice);
```

```sql good mssql runs=file
SET LOCK_TIMEOUT 5000;
SET QUOTED_IDENTIFIER ON;
CREATE INDEX ix_open ON orders (id) WHERE shipped IS NULL WITH (ONLINE = ON);
```

```sql good mssql runs=file
SET LOCK_TIMEOUT 5000;
CREATE INDEX ix_amount ON orders (amount) WITH (ONLINE = ON);
```

In Alembic nothing is to be set; a file that a revision executes may need it:

```python good mssql
op.execute("SET QUOTED_IDENTIFIER ON")
op.execute("CREATE INDEX ix_open ON orders (id) WHERE shipped IS NULL WITH (ONLINE = ON)")
```

Sources:
- https://learn.microsoft.com/en-us/sql/t-sql/statements/set-quoted-identifier-transact-sql
- https://learn.microsoft.com/en-us/sql/t-sql/statements/create-index-transact-sql#filtered-index-required-set-options
- https://learn.microsoft.com/en-us/sql/tools/sqlcmd/sqlcmd-utility
"""

from sqlgen.rulekit import (
    Before,
    CreateIndex,
    Delete,
    Insert,
    Message,
    Name,
    Severity,
    Update,
    rule,
    say,
)

NEEDED = {
    "quoted_identifier": "ON",
    "ansi_nulls": "ON",
    "ansi_padding": "ON",
    "ansi_warnings": "ON",
    "concat_null_yields_null": "ON",
    "numeric_roundabort": "OFF",
}


@rule(
    severity=Severity.ERROR,
    dialects={"mssql"},
    since="0.1",
    once=True,
    help=say("SET QUOTED_IDENTIFIER ON (and the other ANSI options) at the beginning of the script."),
)
def check(change: CreateIndex | Insert | Update | Delete, before: Before) -> Message | None:
    wrong = _wrong(before)
    if wrong is None:
        return None
    if isinstance(change, CreateIndex):
        kind = _kind(change, before)
        if kind is None:
            return None
        return say(
            "{wrong}: SQL Server refuses to make {index} on {table}, which is {kind}",
            wrong=wrong,
            index=change.name,
            table=change.table,
            kind=kind,
        )
    index = _special_index(change.table, before)
    if index is None:
        return None
    return say(
        "{wrong}: SQL Server refuses to change rows of {table}, which has the index {index}",
        wrong=wrong,
        table=change.table,
        index=index,
    )


def _wrong(before: Before) -> Message | None:
    """What is set, or left, as such an index can't have it."""
    for name, needed in NEEDED.items():
        value = before.options.get(name)
        if value is not None and value.upper() != needed:
            return say("{option} is {value}", option=name.upper(), value=value.upper())
    if before.runs == "file" and "quoted_identifier" not in before.options:
        return say("QUOTED_IDENTIFIER is OFF under sqlcmd")
    return None


def _kind(index: CreateIndex, before: Before) -> Message | None:
    if index.where is not None:
        return say("a filtered index")
    if before.schema.object("view", index.table) is not None:
        return say("an index of a view")
    columns = (before.schema.column(index.table, name) for name in index.columns)
    if any(column is not None and column.generated in ("stored", "virtual") for column in columns):
        return say("an index on a computed column")
    return None


def _special_index(name: Name, before: Before) -> str | None:
    table = before.table(name)
    indexes = table.indexes if table is not None else ()
    return next((index.name for index in indexes if _kind(index, before) is not None), None)
