"""A constraint without a name can't be dropped by the same migration everywhere.

SQL Server and Oracle choose another name in each database (`PK__orders__3213E83F5AA1C2D4`, `SYS_C0012345`). MySQL and
MariaDB count foreign keys and checks in the order in which they come (`orders_ibfk_1`), which is another one where a
table went through other revisions. SQLite gives no name at all, so that batch_alter_table can't drop the constraint.

Not reported: PostgreSQL, whose names follow from the table and the columns; primary keys and unique keys of MySQL and
MariaDB, checks written at a column on MariaDB, primary keys of SQLite; defaults of SQL Server, which Alembic looks up
(mssql_drop_default); temporary tables; what a SQLite rebuild copies.

```sql before mysql mariadb sqlite mssql oracle
CREATE TABLE users (id INTEGER PRIMARY KEY);
```

```sql bad mysql mariadb sqlite
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER, FOREIGN KEY (user_id) REFERENCES users (id));
```

```sql bad mssql oracle
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER);
```

```sql good mysql mariadb sqlite mssql oracle
CREATE TABLE orders (
    id INTEGER NOT NULL,
    user_id INTEGER,
    CONSTRAINT pk_orders PRIMARY KEY (id),
    CONSTRAINT fk_orders_user_id_users FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE INDEX ix_orders_user_id ON orders (user_id);
```

```python bad mysql mariadb sqlite mssql
op.create_table(
    "orders",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id")),
)
```

Give each its name; a naming_convention in target_metadata gives it to what autogenerate writes:

```python good mysql mariadb sqlite mssql
op.create_table(
    "orders",
    sa.Column("id", sa.Integer),
    sa.Column("user_id", sa.Integer),
    sa.PrimaryKeyConstraint("id", name="pk_orders"),
    sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_orders_user_id_users"),
)
```

Sources:
- https://alembic.sqlalchemy.org/en/latest/naming.html
- https://alembic.sqlalchemy.org/en/latest/batch.html#dropping-unnamed-or-named-foreign-keys
- https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html
- https://mariadb.com/kb/en/constraint/
- https://learn.microsoft.com/en-us/sql/t-sql/statements/create-table-transact-sql
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/constraint.html
"""

from sqlgen.rulekit import (
    AddColumn,
    AddConstraint,
    Before,
    Column,
    Constraint,
    CreateTable,
    Kind,
    Message,
    Name,
    Severity,
    rule,
    say,
)

_KEYS = frozenset({Kind.PRIMARY_KEY, Kind.UNIQUE, Kind.FOREIGN_KEY, Kind.CHECK})
NAMELESS = {
    "mysql": frozenset({Kind.FOREIGN_KEY, Kind.CHECK}),
    "mariadb": frozenset({Kind.FOREIGN_KEY, Kind.CHECK}),
    "sqlite": _KEYS - {Kind.PRIMARY_KEY},
    "mssql": _KEYS,
    "oracle": _KEYS,
}
"""The kinds whose name is another one elsewhere, or none."""
REBUILT = "_alembic_tmp_"


@rule(
    severity=Severity.WARNING,
    dialects={"mysql", "mariadb", "sqlite", "mssql", "oracle"},
    since="0.1",
    help=say('Name it (name="fk_orders_user_id_users"), best by a naming_convention of target_metadata.'),
)
def check(made: CreateTable | AddColumn | AddConstraint, before: Before) -> Message | None:
    match made:
        case CreateTable():
            if made.temporary:
                return None
            constraints = [*(one for column in made.columns for one in _at(column, before)), *made.constraints]
        case AddColumn():
            constraints = _at(made.column, before)
        case _:
            constraints = [made.constraint]
    nameless = [one for one in constraints if _is_nameless(one, before.dialect) and not _stood(one, made.table, before)]
    if not nameless:
        return None
    return say(
        "{table} gets {what} without a name: {why}",
        table=made.table,
        what=", ".join(f"{one.kind} ({', '.join(one.columns) or one.expression})" for one in nameless),
        why=say("nothing can drop it by name")
        if before.dialect == "sqlite"
        else say("the engine's name is another one elsewhere"),
    )


def _at(column: Column, before: Before) -> list[Constraint]:
    """The constraints written at a column. MySQL before 9.0 ignores REFERENCES there."""
    ignores = before.dialect == "mysql" and not before.at_least(9)
    return [one for one in column.constraints if not ignores or one.kind is not Kind.FOREIGN_KEY]


def _is_nameless(constraint: Constraint, dialect: str) -> bool:
    if constraint.name is not None or constraint.kind not in NAMELESS[dialect]:
        return False
    # MariaDB: a CHECK at a column is part of it, and goes when the column is defined anew.
    return dialect != "mariadb" or constraint.kind is not Kind.CHECK or not constraint.columns


def _stood(constraint: Constraint, table: Name, before: Before) -> bool:
    """Whether the table that SQLite's batch mode copies has it already."""
    copied = before.table(Name(table.name.removeprefix(REBUILT), table.schema)) if REBUILT in table.name else None
    return copied is not None and any(
        (one.kind, one.columns, one.expression) == (constraint.kind, constraint.columns, constraint.expression)
        for one in copied.constraints
    )
