"""DROP TABLE destroys its rows, and breaks code that still reads them.

The rows are gone when the statement commits; only a backup brings them back. While the release goes out, the old code
runs beside the new one, and each query of a dropped table fails. A downgrade can make the table again, but empty.

A table that was made in the same range is not reported, nor a temporary one, nor the DROP that is half of a rebuild
(create a copy, fill it, drop the table, give its name to the copy), which is how SQLite and Alembic's batch mode alter
a table. A rebuild whose copy was never filled is reported.

```sql before postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE wishlists (id INTEGER PRIMARY KEY, note VARCHAR(40));
```

```sql bad postgresql mysql mariadb sqlite mssql
DROP TABLE IF EXISTS wishlists;
```

```sql bad oracle
DROP TABLE wishlists;
```

```python bad postgresql mysql mariadb sqlite mssql oracle
op.drop_table("wishlists")
```

First take the table out of the code; a release later drop it, and say why its rows may go:

```python good postgresql mysql mariadb sqlite mssql oracle
# sqlgen: allow drop-table, irreversible-revision because "unread since 4.1; archived" until 2027-06-30
op.drop_table("wishlists")
```

```sql good postgresql mysql mariadb sqlite mssql
-- sqlgen: allow drop-table because "unread since release 4.1; archived"
DROP TABLE IF EXISTS wishlists;
```

```sql good oracle
-- sqlgen: allow drop-table because "unread since release 4.1; archived"
DROP TABLE wishlists;
```

```sql good sqlite
CREATE TABLE _alembic_tmp_wishlists (id INTEGER PRIMARY KEY, note VARCHAR(40) NOT NULL);
INSERT INTO _alembic_tmp_wishlists (id, note) SELECT id, note FROM wishlists;
DROP TABLE wishlists;
ALTER TABLE _alembic_tmp_wishlists RENAME TO wishlists;
```

Sources:
- https://www.postgresql.org/docs/current/sql-droptable.html
- https://dev.mysql.com/doc/refman/8.4/en/drop-table.html
- https://www.sqlite.org/lang_altertable.html#otheralter
- https://learn.microsoft.com/en-us/sql/t-sql/statements/drop-table-transact-sql
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/DROP-TABLE.html
"""

from sqlgen.rulekit import Before, DropTable, Message, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    since="0.1",
    help=say(
        "Stop using the table first; drop it a release later, with an allowance that says why its rows may go: "
        '# sqlgen: allow drop-table because "…"'
    ),
)
def check(drop: DropTable, before: Before) -> Message | None:
    if before.created(drop.table) or before.rebuilt_as is not None:
        return None
    if drop.table.name.startswith("_alembic_tmp_"):  # what a batch operation that failed left behind
        return None
    return say("dropping {table} destroys its rows, and breaks code that still uses it", table=drop.table)
