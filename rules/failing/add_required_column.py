"""Adding a NOT NULL column without a default fails on rows that are there, and breaks INSERTs of the old code.

PostgreSQL, SQLite, SQL Server and Oracle refuse the column when the table has rows. MySQL and MariaDB take it and
silently fill each row with '', 0 or a zero date. On all of them the old code, which runs on while the release goes out,
inserts rows without the column, and fails. A default in the Python model does not help: the database does not know it.

Nullable first: add the column nullable, let the new code fill it, backfill, then SET NOT NULL in a later revision.

A constant default is accepted where the engine stores it without a rewrite: PostgreSQL from 11, MySQL from 8.0.12,
MariaDB from 10.3, SQLite, Oracle, and SQL Server (its Enterprise edition: others rewrite the rows). With
`constant_default = false` it is reported too, for teams that want every column added nullable. Not reported: a table
that was made in the same range; a column that the engine fills itself (identity, serial, AUTO_INCREMENT, generated).

```sql before postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE users (id INTEGER PRIMARY KEY, nick VARCHAR(200));
```

```sql bad postgresql mysql mariadb sqlite
ALTER TABLE users ADD COLUMN email VARCHAR(200) NOT NULL;
```

```sql bad mssql oracle
ALTER TABLE users ADD email VARCHAR(200) NOT NULL;
```

```python bad postgresql mysql mariadb sqlite mssql oracle
op.add_column("users", sa.Column("email", sa.String(200), nullable=False))
```

```sql bad sqlite
ALTER TABLE users ADD COLUMN joined TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL;
```

```sql bad sqlite
CREATE TABLE _alembic_tmp_users (id INTEGER PRIMARY KEY, email VARCHAR(200) NOT NULL);
INSERT INTO _alembic_tmp_users (id) SELECT id FROM users;
DROP TABLE users;
ALTER TABLE _alembic_tmp_users RENAME TO users;
```

```sql good postgresql mysql mariadb sqlite
ALTER TABLE users ADD COLUMN email VARCHAR(200);
```

```sql good postgresql mysql mariadb sqlite
ALTER TABLE users ADD COLUMN logins INTEGER DEFAULT 0 NOT NULL;
```

```sql good mssql oracle
ALTER TABLE users ADD email VARCHAR(200);
```

```sql good postgresql mysql mariadb sqlite
CREATE TABLE teams (id INTEGER PRIMARY KEY);
ALTER TABLE teams ADD COLUMN name VARCHAR(200) NOT NULL;
```

In Alembic, over two releases; this is the first:

```python good postgresql mysql mariadb sqlite mssql oracle
op.add_column("users", sa.Column("email", sa.String(200), nullable=True))
# --- next revision
op.execute("UPDATE users SET email = 'none' WHERE email IS NULL")
```

And the second, when all code fills the column; nullable-to-not-null-data shows how it is done without a long lock:

```python good mysql mariadb
op.execute("UPDATE users SET nick = 'none' WHERE nick IS NULL")
op.alter_column("users", "nick", existing_type=sa.String(200), nullable=False)
```

Sources:
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
- https://www.postgresql.org/docs/release/11.0/
- https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html#online-ddl-column-operations
- https://mariadb.com/kb/en/instant-add-column-for-innodb/
- https://www.sqlite.org/lang_altertable.html#alter_table_add_column
- https://learn.microsoft.com/en-us/sql/t-sql/statements/alter-table-transact-sql#adding-not-null-columns-as-an-online-operation
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/ALTER-TABLE.html
"""

from dataclasses import dataclass

from sqlgen.rulekit import (
    AddColumn,
    Advice,
    Before,
    Column,
    Default,
    DropTable,
    Kind,
    Message,
    Severity,
    Volatility,
    rule,
    say,
)


@dataclass(frozen=True, slots=True)
class Options:
    constant_default: bool = True
    """Whether a NOT NULL column with a constant default is accepted where the engine stores it without a rewrite."""


@rule(
    severity=Severity.ERROR,
    since="0.1",
    help=say("Add the column nullable; backfill it; SET NOT NULL in a later revision, when the code fills it."),
)
def check(add: AddColumn | DropTable, before: Before, options: Options) -> Message | Advice | None:
    if before.created(add.table):
        return None
    if isinstance(add, DropTable):
        return _in_a_rebuild(add, before)
    column, table = add.column, add.table
    if not _required(column):
        return None
    default = column.default
    if default is None or default.is_null:
        if before.dialect in ("mysql", "mariadb"):
            return say(
                "{table}.{column} is NOT NULL without a default: rows that are there silently get '', 0 or a zero "
                "date, and INSERTs of the old code fail",
                table=table,
                column=column.name,
            )
        return say(
            "{table}.{column} is NOT NULL without a default: adding it fails when {table} has rows, and INSERTs of "
            "the old code fail",
            table=table,
            column=column.name,
        )
    return _with_default(add, default, before, options)


def _required(column: Column) -> bool:
    keyed = any(constraint.kind is Kind.PRIMARY_KEY for constraint in column.constraints)
    return (keyed or not column.nullable) and column.generated is None


def _with_default(add: AddColumn, default: Default, before: Before, options: Options) -> Message | Advice | None:
    if before.dialect == "sqlite" and not _is_literal(default.text):
        # sqlite.org/lang_altertable.html, 4: no CURRENT_TIMESTAMP, no expression in parentheses. Literals in them pass.
        return say(
            "{table}.{column} has the default {default}, which SQLite does not take for a new column: adding it fails "
            "when {table} has rows",
            table=add.table,
            column=add.column.name,
            default=default.text,
        )
    if default.volatility in (Volatility.VOLATILE, Volatility.UNKNOWN):
        return None  # add-column-volatile-default speaks of it
    if not options.constant_default:
        return say("{table}.{column} is added NOT NULL, not nullable first", table=add.table, column=add.column.name)
    if _stored_without_rewrite(before):
        return None
    return Advice(
        say(
            "adding {table}.{column} with a default rewrites {table} on this version, while nobody can write to it",
            table=add.table,
            column=add.column.name,
        ),
        say("Add the column nullable without a default; SET DEFAULT; backfill in batches; SET NOT NULL later."),
    )


def _is_literal(text: str) -> bool:
    bare = text.strip()
    while bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1].strip()
    if bare[:1] in ("'", '"'):
        return "'" not in bare[1:-1].replace("''", "")  # 'a' || 'b' begins and ends with a quote, too
    if bare[:2].lower() == "x'" or bare.upper() in ("TRUE", "FALSE"):
        return True
    try:
        float(bare)
    except ValueError:
        return False
    return True


def _stored_without_rewrite(before: Before) -> bool:
    match before.dialect:
        case "postgresql":
            return before.at_least(11)
        case "mysql":
            return before.at_least(8, 0, 12)
        case "mariadb":
            return before.at_least(10, 3, 2)
        case _:
            return True  # SQLite keeps the default in the schema, and gives it for rows that are too short


def _in_a_rebuild(drop: DropTable, before: Before) -> Message | None:
    """A column of the copy that is required, and that the rows which are copied can't have."""
    rebuild = before.rebuild(drop.table)
    if rebuild is None:
        return None
    old, new = rebuild
    had = {column.name for column in old.columns}
    for column in new.columns:
        if column.name in had or before.filled(new.name, column.name):  # it was renamed on the way
            continue
        if not column.nullable and column.default is None and column.generated is None:
            return say(
                "{table}.{column} is NOT NULL without a default: copying the rows of {table} fails when it has any",
                table=drop.table,
                column=column.name,
            )
    return None
