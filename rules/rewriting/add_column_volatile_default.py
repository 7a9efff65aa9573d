"""Adding a column whose default differs from row to row rewrites the table while nobody can use it.

A default such as gen_random_uuid(), random(), clock_timestamp() or nextval() must be computed for each row, so the
engine writes the whole table anew: PostgreSQL under an ACCESS EXCLUSIVE lock (no reads, no writes), MySQL and MariaDB
with a copy that blocks writes, SQL Server under a Sch-M lock (no reads, no writes), Oracle while writes wait. now(),
CURRENT_TIMESTAMP and GETDATE() are computed once and are not reported. A function that sqlgen does not know is
reported, since it may be volatile. MySQL copies for each default in parentheses, literals too. SQL Server gives a
nullable column's default to new rows only, which rewrites nothing.

Before PostgreSQL 11 any default that is not NULL rewrites the table. Columns that count by themselves are
add-column-serial-identity's, generated ones add-column-stored-generated's.

A table that was made in the same range is not reported.

```sql before postgresql mysql mariadb mssql oracle
CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY);
```

```sql bad postgresql
ALTER TABLE users ADD COLUMN token UUID DEFAULT gen_random_uuid() NOT NULL;
```

```sql bad mysql mariadb
ALTER TABLE users ADD COLUMN token VARCHAR(36) DEFAULT (uuid());
```

```sql bad mssql
ALTER TABLE users ADD token UNIQUEIDENTIFIER NOT NULL DEFAULT NEWID();
```

```sql bad oracle
ALTER TABLE users ADD token RAW(16) DEFAULT SYS_GUID();
```

```sql good postgresql
ALTER TABLE users ADD COLUMN joined TIMESTAMP WITH TIME ZONE DEFAULT now();
```

```sql good mysql mariadb
ALTER TABLE users ADD COLUMN joined DATETIME DEFAULT CURRENT_TIMESTAMP;
```

```sql good mssql
ALTER TABLE users ADD joined DATETIME NOT NULL DEFAULT GETDATE();
ALTER TABLE users ADD token UNIQUEIDENTIFIER NULL DEFAULT NEWID();
```

```sql good oracle
ALTER TABLE users ADD joined DATE DEFAULT SYSDATE NOT NULL;
```

In Alembic, the default in a statement of its own holds for new rows only; those that are there are filled in batches
afterwards:

```python bad postgresql
op.add_column("users", sa.Column("token", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False))
```

```python good postgresql
op.add_column("users", sa.Column("token", sa.Uuid(), nullable=True))
op.alter_column("users", "token", server_default=sa.text("gen_random_uuid()"))
```

```python good mssql
op.add_column("users", sa.Column("token", sa.Uuid(), server_default=sa.text("NEWID()"), nullable=True))
```

```python good oracle
op.add_column("users", sa.Column("token", sa.LargeBinary(16), nullable=True))
op.alter_column("users", "token", server_default=sa.text("SYS_GUID()"))
```

```python good mysql mariadb
op.add_column("users", sa.Column("token", sa.String(36), nullable=True))
op.alter_column("users", "token", server_default=sa.text("(uuid())"), existing_type=sa.String(36))
```

Sources:
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
- https://www.postgresql.org/docs/current/xfunc-volatility.html
- https://dev.mysql.com/doc/refman/8.4/en/data-type-defaults.html#data-type-defaults-explicit
- https://mariadb.com/kb/en/instant-add-column-for-innodb/
- https://learn.microsoft.com/en-us/sql/t-sql/statements/alter-table-transact-sql#adding-not-null-columns-as-an-online-operation
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/ALTER-TABLE.html
"""

from sqlgen.rulekit import AddColumn, Before, Blocks, Message, Severity, Volatility, Work, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "mysql", "mariadb", "mssql", "oracle"},
    since="0.1",
    help=say("Add the column without a default; SET DEFAULT in a statement of its own; then backfill in batches."),
)
def check(add: AddColumn, before: Before) -> Message | None:
    column, default = add.column, add.column.default
    if default is None or default.is_null or column.generated is not None or before.created(add.table):
        return None
    effect = before.effect(add)
    values = {"default": default.text, "table": add.table, "column": column.name}
    blocked = say("reads and writes") if effect.blocks(add.table) is Blocks.ALL else say("writes")
    if before.dialect == "mssql" and effect.work is not Work.REWRITE:
        return None  # what a nullable column has by default goes to new rows
    if default.volatility is Volatility.UNKNOWN and effect.blocks(add.table) >= Blocks.WRITES:
        return say(
            "the default {default} may be volatile: then adding {table}.{column} rewrites {table}, which blocks "
            "{blocked}",
            **values,
            blocked=blocked,
        )
    if before.dialect == "postgresql" and not before.at_least(11):
        return say(
            "before PostgreSQL 11 adding {table}.{column} with a default rewrites {table}, which blocks {blocked}",
            **values,
            blocked=blocked,
        )
    computed = default.volatility is Volatility.VOLATILE or effect.line == "add-column-expression-default"
    if not computed or effect.work is not Work.REWRITE or effect.blocks(add.table) < Blocks.WRITES:
        return None
    return say(
        "the default {default} is computed for each row, so adding {table}.{column} rewrites {table}, which blocks "
        "{blocked}",
        **values,
        blocked=blocked,
    )
