"""Creating an index the plain way blocks writes to its table until the build ends.

PostgreSQL: CREATE INDEX takes a SHARE lock: reads go on, every INSERT, UPDATE and DELETE waits until the build ends,
and everything behind them in the queue. So it is on SQL Server (where a clustered index closes the table to reads too)
and Oracle. MySQL and MariaDB build most indexes online; FULLTEXT and SPATIAL ones block writes, and the first FULLTEXT
index of a table rebuilds it.

An index on a table that was made in the same range is not reported, nor one on a materialized view, where only REFRESH
waits. Where the history shows that a table is
partitioned, partitioned-index-build speaks instead.

```sql before postgresql
CREATE TABLE orders (id INTEGER PRIMARY KEY, email TEXT);
```

```sql before mysql mariadb mssql
CREATE TABLE orders (id INTEGER PRIMARY KEY, email VARCHAR(200), note TEXT);
```

```sql before oracle
CREATE TABLE orders (id NUMBER PRIMARY KEY, email VARCHAR2(200));
```

```sql bad postgresql mssql oracle
CREATE INDEX ix_orders_email ON orders (email);
```

```sql bad postgresql
CREATE UNIQUE INDEX uq_orders_email ON orders (email);
```

```sql bad mssql
CREATE CLUSTERED INDEX ix_orders_email ON orders (email);
```

```sql bad mysql mariadb
CREATE FULLTEXT INDEX ft_orders_note ON orders (note);
```

```sql good postgresql
CREATE INDEX CONCURRENTLY ix_orders_email ON orders (email);
```

```sql good postgresql
CREATE TABLE invoices (id INTEGER PRIMARY KEY, email TEXT);
CREATE INDEX ix_invoices_email ON invoices (email);
```

```sql good mssql
CREATE INDEX ix_orders_email ON orders (email) WITH (ONLINE = ON);
```

```sql good oracle
CREATE INDEX ix_orders_email ON orders (email) ONLINE;
```

```sql good mysql mariadb
CREATE INDEX ix_orders_email ON orders (email);
```

In Alembic:

```python bad postgresql mssql oracle
op.create_index("ix_orders_email", "orders", ["email"])
```

```python good postgresql
with op.get_context().autocommit_block():
    op.create_index("ix_orders_email", "orders", ["email"], postgresql_concurrently=True)
```

```python good mssql
op.execute("CREATE INDEX ix_orders_email ON orders (email) WITH (ONLINE = ON)")
```

```python good oracle
op.execute("CREATE INDEX ix_orders_email ON orders (email) ONLINE")
```

On PostgreSQL, a build that fails leaves an INVALID index: drop it (DROP INDEX CONCURRENTLY IF EXISTS) before the next
attempt. SQL Server's ONLINE needs the Enterprise edition or Azure.

Sources:
- https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
- https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
- https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html#online-ddl-index-operations
- https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-inplace-alter-algorithm/
- https://learn.microsoft.com/en-us/sql/relational-databases/indexes/how-online-index-operations-work
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/CREATE-INDEX.html
"""

from sqlgen.rulekit import Advice, Before, Blocks, CreateIndex, Message, Severity, rule, say

ELSEWHERE = say("Build it in a quiet hour, or with gh-ost or pt-online-schema-change, and allow it with that reason.")
HELP = {
    "mssql": say("Add WITH (ONLINE = ON), which needs the Enterprise edition or Azure; or build it in a quiet hour."),
    "oracle": say("Add ONLINE at its end."),
    "mysql": ELSEWHERE,
    "mariadb": ELSEWHERE,
}


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "mysql", "mariadb", "mssql", "oracle"},
    since="0.1",
    help=say(
        "Add CONCURRENTLY, outside a transaction (Alembic: postgresql_concurrently=True inside autocommit_block())."
    ),
)
def check(index: CreateIndex, before: Before) -> Message | Advice | None:
    lock = before.blocked(index)
    if lock is None:
        return None
    name = index.name or say("an index")
    if before.dialect == "postgresql":
        table = before.table(index.table)
        if table is not None and table.partition_by is not None:
            return None  # partitioned-index-build says what to do there
        if before.schema.has_object("materialized view", index.table):
            return None  # nobody writes to it but REFRESH
        return say(
            "building {index} holds a SHARE lock, which blocks writes to {table} until it ends",
            index=name,
            table=index.table,
        )
    if lock.blocks is Blocks.ALL:
        message = say(
            "building {index} blocks reads and writes of {table} until it ends", index=name, table=index.table
        )
    else:
        message = say("building {index} blocks writes to {table} until it ends", index=name, table=index.table)
    return Advice(message, HELP[before.dialect])
