"""DROP DATABASE in a migration destroys everything that is in it.

A migration changes the schema of one database. One that drops a database was written for a test or a laptop, and there
is nothing on the server that asks again. (In MySQL and MariaDB, DROP SCHEMA is the same statement.)

A database that was made in the same range is not reported. PostgreSQL's schemas are: with CASCADE, by drop-cascade;
without it, only an empty one can be dropped.

```sql bad postgresql mysql mariadb mssql
DROP DATABASE IF EXISTS shop;
```

```python bad postgresql mysql mariadb mssql
op.execute("DROP DATABASE shop")
```

```sql good postgresql mysql mariadb mssql
DROP VIEW IF EXISTS shop_names;
```

Take it out of the migration. Drop what the migration owns, by name:

```python good postgresql mysql mariadb mssql
# sqlgen: allow drop-table, irreversible-revision because "unread since 4.1; archived"
op.drop_table("wishlists", if_exists=True)
```

Sources:
- https://www.postgresql.org/docs/current/sql-dropdatabase.html
- https://dev.mysql.com/doc/refman/8.4/en/drop-database.html
- https://learn.microsoft.com/en-us/sql/t-sql/statements/drop-database-transact-sql
"""

from sqlgen.rulekit import Before, DropObject, Message, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "mysql", "mariadb", "mssql"},
    since="0.1",
    help=say("Take it out of the migration; a database is dropped by hand, by somebody who looks at it first."),
)
def check(drop: DropObject, before: Before) -> Message | None:
    if drop.kind != "database" or before.created(drop.name, "database"):
        return None
    return say("DROP DATABASE destroys everything in {database}", database=drop.name)
