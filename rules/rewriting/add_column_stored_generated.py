"""Adding a stored generated column computes it for every row while nobody can write to the table.

PostgreSQL writes the table anew under an ACCESS EXCLUSIVE lock, SQL Server (PERSISTED) under Sch-M: no reads, no
writes. MySQL and MariaDB copy it, and writes wait until the copy is done.

A virtual column is computed when it is read, and is added at once: MySQL, MariaDB, SQL Server without PERSISTED,
PostgreSQL from 18. Elsewhere add a plain column, let a trigger or the application fill it, and fill the rows that are
there in batches.

A table that was made in the same range is not reported.

```sql before postgresql mysql mariadb mssql
CREATE TABLE orders (id INTEGER NOT NULL PRIMARY KEY, amount INTEGER);
```

```sql bad postgresql mysql mariadb
ALTER TABLE orders ADD COLUMN cents INTEGER GENERATED ALWAYS AS (amount * 100) STORED;
```

```sql bad mssql
ALTER TABLE orders ADD cents AS (amount * 100) PERSISTED;
```

```sql good mssql
ALTER TABLE orders ADD cents AS (amount * 100);
```

```sql good mysql mariadb
ALTER TABLE orders ADD COLUMN cents INTEGER GENERATED ALWAYS AS (amount * 100) VIRTUAL;
```

```sql good postgresql
ALTER TABLE orders ADD COLUMN cents INTEGER;
```

In Alembic:

```python bad postgresql mysql mariadb mssql
op.add_column("orders", sa.Column("cents", sa.Integer(), sa.Computed("amount * 100", persisted=True)))
```

```python good mysql mariadb mssql
op.add_column("orders", sa.Column("cents", sa.Integer(), sa.Computed("amount * 100", persisted=False)))
```

```python good postgresql
op.add_column("orders", sa.Column("cents", sa.Integer(), nullable=True))
op.execute(
    '''CREATE FUNCTION orders_cents() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN NEW.cents := NEW.amount * 100; RETURN NEW; END $$'''
)
op.execute(
    '''CREATE TRIGGER orders_cents BEFORE INSERT OR UPDATE OF amount ON orders
    FOR EACH ROW EXECUTE FUNCTION orders_cents()'''
)
```

Sources:
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
- https://www.postgresql.org/docs/current/ddl-generated-columns.html
- https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html#online-ddl-generated-column-operations
- https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-inplace-alter-algorithm/
- https://learn.microsoft.com/en-us/sql/relational-databases/tables/specify-computed-columns-in-a-table
"""

from sqlgen.rulekit import AddColumn, Before, Blocks, Message, Severity, Work, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "mysql", "mariadb", "mssql"},
    since="0.1",
    help=say("Make it VIRTUAL where the engine has that; else add a plain column, fill it by a trigger, and backfill."),
)
def check(add: AddColumn, before: Before) -> Message | None:
    if add.column.generated != "stored" or before.created(add.table):
        return None
    effect = before.effect(add)
    if effect.work is not Work.REWRITE or effect.blocks(add.table) < Blocks.WRITES:
        return None
    return say(
        "adding {table}.{column} computes it for each row and rewrites {table}, which blocks {blocked} till it is done",
        table=add.table,
        column=add.column.name,
        blocked=say("reads and writes") if effect.blocks(add.table) is Blocks.ALL else say("writes"),
    )
