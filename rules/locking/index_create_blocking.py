"""Creating an index the plain way blocks writes to its table until the build ends.

PostgreSQL: CREATE INDEX takes a SHARE lock: reads go on, every INSERT, UPDATE and DELETE waits until the build ends,
and everything behind them in the queue. MySQL and MariaDB build most indexes online; FULLTEXT and SPATIAL ones block
writes, and the first FULLTEXT index of a table rebuilds it.

An index on a table that was made in the same range is not reported.

```sql before postgresql
CREATE TABLE orders (id INTEGER PRIMARY KEY, email TEXT);
```

```sql before mysql mariadb
CREATE TABLE orders (id INTEGER PRIMARY KEY, email VARCHAR(200), note TEXT);
```

```sql bad postgresql
CREATE INDEX ix_orders_email ON orders (email);
```

```sql bad postgresql
CREATE UNIQUE INDEX uq_orders_email ON orders (email);
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

```sql good mysql mariadb
CREATE INDEX ix_orders_email ON orders (email);
```

In Alembic:

```python
with op.get_context().autocommit_block():
    op.create_index("ix_orders_email", "orders", ["email"], postgresql_concurrently=True)
```

A build that fails leaves an INVALID index: drop it (DROP INDEX CONCURRENTLY IF EXISTS) before the next attempt. On a
partitioned table CONCURRENTLY is refused: create the index ON ONLY the parent, build each partition's concurrently, and
ATTACH them.

Sources:
- https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
- https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
- https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html#online-ddl-index-operations
- https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-inplace-alter-algorithm/
"""

from sqlgen.rulekit import Advice, Before, Blocks, CreateIndex, Message, Severity, Work, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "mysql", "mariadb"},
    since="0.1",
    help=say(
        "Add CONCURRENTLY, outside a transaction (Alembic: postgresql_concurrently=True inside autocommit_block())."
    ),
)
def check(index: CreateIndex, before: Before) -> Message | Advice | None:
    effect = before.effect(index)
    if effect.work is not Work.INDEX or effect.blocks(index.table) < Blocks.WRITES or before.created(index.table):
        return None
    name = index.name or "an index"
    if before.dialect == "postgresql":
        table = before.table(index.table)
        if table is not None and table.partition_by is not None:
            return None  # partitioned-index-build says what to do there
        return say(
            "building {index} holds a SHARE lock, which blocks writes to {table} until it ends",
            index=name,
            table=index.table,
        )
    return Advice(
        say(
            "building the {method} index {index} blocks writes to {table} until it ends",
            method=(index.method or "").upper(),
            index=name,
            table=index.table,
        ),
        say("Build it in a quiet hour, or with gh-ost or pt-online-schema-change, and allow it with that reason."),
    )
