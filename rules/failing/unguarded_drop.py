"""A DROP without a guard fails when the object is not there, and a script that stopped half-way can't be run again.

It matters where a DROP commits by itself: in MySQL, MariaDB and Oracle, outside a transaction, CONCURRENTLY. The first
run drops the object and stops later on; the second one stops at the DROP. And a name that is spelled differently in
production stops the release in the middle.

A DROP is guarded when it says IF EXISTS, stands in a block that checks before it acts, or when an allowance with a
reason names it: allowing drop-table or drop-column on an `op.*` call guards what this call drops. So it is inside a
transaction that undoes it when it fails; and in a script of sqlgen, which refuses any other revision than the one it
starts from and goes on behind what is done, when the history made it. What was made in the same range is sure to be
there, and is not reported, nor is the DROP in a rebuild.

It counts DROPs of tables, columns, indexes, constraints, views, types, sequences, schemas, and of routines, triggers
and the like. Option `accept`: which guards count.

```sql before postgresql mysql mariadb sqlite oracle
CREATE TABLE users (id INTEGER PRIMARY KEY, phone VARCHAR(40));
CREATE INDEX ix_users_phone ON users (phone);
CREATE VIEW phones AS SELECT phone FROM users;
```

```sql bad postgresql mariadb sqlite mssql oracle runs=file
DROP VIEW phones;
```

```sql bad mysql runs=file
ALTER TABLE users DROP INDEX ix_users_phone;
```

```sql bad postgresql
DROP INDEX CONCURRENTLY ix_made_by_hand;
```

```python bad mysql mariadb oracle runs=alembic
op.drop_index("ix_users_phone", "users")
```

```sql good postgresql mysql mariadb sqlite mssql
DROP VIEW IF EXISTS phones;
```

```sql good mysql mariadb
ALTER TABLE users DROP INDEX ix_users_phone;
```

```sql good oracle
DROP VIEW phones;
```

```sql good postgresql
BEGIN;
DROP VIEW phones;
COMMIT;
```

```sql good postgresql
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_indexes WHERE indexname = 'ix_users_phone') THEN
        DROP INDEX ix_users_phone;
    END IF;
END
$$;
```

In Alembic (1.16 and later for columns and constraints):

```python good postgresql mariadb
op.execute("DROP VIEW IF EXISTS phones")
op.drop_index("ix_users_phone", "users", if_exists=True)
```

MySQL has no IF EXISTS for columns, indexes and constraints, SQLite none for columns, Oracle none at all before 23ai:
give the reason in an allowance.

```python good mysql runs=alembic
op.execute("SET lock_wait_timeout = 5")
# sqlgen: allow unguarded-drop because "made in 3c91, so every environment has it"
op.drop_index("ix_users_phone", "users")
```

Sources:
- https://www.postgresql.org/docs/current/sql-droptable.html
- https://www.postgresql.org/docs/current/sql-altertable.html
- https://dev.mysql.com/doc/refman/8.4/en/alter-table.html
- https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html
- https://mariadb.com/kb/en/alter-table/
- https://www.sqlite.org/lang_altertable.html#alter_table_drop_column
- https://learn.microsoft.com/en-us/sql/t-sql/statements/drop-view-transact-sql
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/DROP-VIEW.html
"""

from dataclasses import dataclass
from typing import Literal

from sqlgen.rulekit import (
    Advice,
    Before,
    Commits,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropObject,
    DropTable,
    Kind,
    Message,
    Name,
    Severity,
    kind_of,
    rule,
    say,
)

Drop = DropTable | DropColumn | DropIndex | DropConstraint | DropObject
Guard = Literal["if-exists", "block", "allowance", "transaction", "preflight"]


@dataclass(frozen=True, slots=True)
class Options:
    accept: tuple[Guard, ...] = ("if-exists", "block", "allowance", "transaction", "preflight")
    """Which guards count. "transaction": one that undoes the DROP when it fails. "preflight": sqlgen's script starts at
    one revision only, so what the history made by then is there."""


@rule(
    severity=Severity.WARNING,
    since="0.1",
    help=say("Add IF EXISTS (Alembic: if_exists=True)."),
)
def check(drop: Drop, before: Before, options: Options) -> Message | Advice | None:
    if _born_here(drop, before) or any(_guarded(drop, before, guard) for guard in options.accept):
        return None
    message = say("the DROP of {what} has no guard: it fails where {what} is missing", what=_what(drop))
    if "if-exists" in options.accept and _knows_if_exists(drop, before.dialect):
        return message
    return Advice(
        message,
        say(
            'Say in an allowance why it may go and why it is sure to be there: # sqlgen: allow {rule} because "…"',
            rule=_reason(drop),
        ),
    )


def _guarded(drop: Drop, before: Before, guard: Guard) -> bool:
    match guard:
        case "if-exists":
            return drop.if_exists
        case "block":
            return before.block is not None and before.block.checks
        case "allowance":
            # Where unguarded-drop itself is named, it speaks, and the allowance covers that.
            return "unguarded-drop" not in before.allowed and bool(before.allowed & {"drop-table", "drop-column"})
        case "transaction":
            return before.in_transaction and before.effect(drop).commits is Commits.WITH
        case "preflight":
            return before.runs == "bundle" and _known(drop, before)


def _born_here(drop: Drop, before: Before) -> bool:
    match drop:
        case DropTable(table=table):
            leftover = table.name.startswith("_alembic_tmp_")
            return leftover or before.rebuilt_as is not None or before.created(table)
        case DropColumn(table=table, column=column):
            return before.born(table, column)
        case DropIndex(index=index, table=table):
            # Where the table is named (MySQL), another table may have an index of the same name.
            return before.created(index if table is None else table)
        case DropConstraint(table=table, constraint=constraint):
            return before.created(table) if constraint is None else before.born(table, constraint, "constraint")
        case DropObject(kind=kind, name=name, table=table):
            return before.created(name, kind, table) or (table is not None and before.created(table))


def _known(drop: Drop, before: Before) -> bool:
    """Whether the history made it before the range, so that the script's guard is sure of it."""
    match drop:
        case DropTable(table=table):
            return before.table(table) is not None
        case DropColumn(table=table, column=column):
            return before.schema.column(table, column) is not None
        case DropIndex(index=index, table=table):
            backed = table is not None and before.schema.constraint(table, index.name) is not None
            return backed or before.schema.index(index, table) is not None
        case DropConstraint(table=table, constraint=str(constraint)):
            return before.schema.constraint(table, constraint) is not None
        case DropConstraint(table=table, kind=Kind.PRIMARY_KEY):
            return before.schema.constraint(table, "PRIMARY") is not None  # MySQL's name for it
        case DropObject(kind=kind, name=name, table=None):
            return before.schema.has_object(kind, name) is True
        case _:
            return False


def _knows_if_exists(drop: Drop, dialect: str) -> bool:
    match dialect:
        case "mysql":  # MySQL 8.4, ALTER TABLE and DROP INDEX: no IF EXISTS for columns, indexes, constraints
            return isinstance(drop, (DropTable, DropObject))
        case "oracle":  # Oracle 23ai, New Features: IF [NOT] EXISTS
            return False
        case "sqlite":  # sqlite.org/lang.html: DROP TABLE, INDEX, VIEW and TRIGGER have it
            return not isinstance(drop, (DropColumn, DropConstraint))
        case _:
            return True


def _reason(drop: Drop) -> str:
    match drop:
        case DropTable():
            return "drop-table"
        case DropColumn():
            return "drop-column"
        case _:
            return "unguarded-drop"


def _what(drop: Drop) -> Message:
    match drop:
        case DropTable(table=table):
            return say("table {table}", table=table)
        case DropColumn(table=table, column=column):
            return say("column {table}.{column}", table=table, column=column)
        case DropIndex(index=index):
            return say("index {name}", name=index)
        case DropConstraint(table=table, constraint=constraint):
            if constraint is None:
                return say("the primary key of {table}", table=table)
            return say("constraint {name} of {table}", name=constraint, table=table)
        case DropObject(kind=kind, name=Name() as name):
            return say("{kind} {name}", kind=kind_of(kind), name=name)
