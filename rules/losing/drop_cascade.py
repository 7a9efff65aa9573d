"""CASCADE drops what nobody named: views, foreign keys, columns, whole tables.

Without CASCADE the statement fails when something depends on what it drops, and the message says what. With CASCADE
all of it goes, in production perhaps more than in development: views that a reporting team made by hand, the foreign
keys of other tables, the tables of a schema. None of it comes back with a downgrade.

Views and foreign keys that the history knows are named in the finding. What was made in the same range may be dropped
in any way. MySQL, MariaDB, SQLite and SQL Server are left out: they take the word, or refuse it, and it does nothing.

```sql before postgresql oracle
CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(40));
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER CONSTRAINT fk_user REFERENCES users (id));
CREATE VIEW names AS SELECT name FROM users;
```

```sql bad oracle
-- sqlgen: allow drop-table because "archived"
DROP TABLE users CASCADE CONSTRAINTS;
```

```sql good oracle
ALTER TABLE orders DROP CONSTRAINT fk_user;
```

```sql bad postgresql
ALTER TABLE users DROP CONSTRAINT IF EXISTS users_pkey CASCADE;
```

```sql bad postgresql
DROP SCHEMA IF EXISTS attic CASCADE;
```

```python bad postgresql
op.execute("DROP VIEW names CASCADE")
```

```sql good postgresql
ALTER TABLE orders DROP CONSTRAINT IF EXISTS fk_user;
```

In Alembic, name what goes, in the order in which it can go:

```python good postgresql
op.execute("DROP VIEW IF EXISTS names")
op.drop_constraint("fk_user", "orders", if_exists=True)
```

Sources:
- https://www.postgresql.org/docs/current/ddl-depend.html
- https://www.postgresql.org/docs/current/sql-dropschema.html
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/DROP-TABLE.html
"""

from collections.abc import Iterator

from sqlgen.rulekit import (
    Before,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropObject,
    DropTable,
    Message,
    Name,
    Severity,
    joined,
    kind_of,
    rule,
    say,
)

Drop = DropTable | DropColumn | DropConstraint | DropIndex | DropObject


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "oracle"},
    since="0.1",
    help=say("Drop what depends on it by its name, and then this without CASCADE: it fails where something is missed."),
)
def check(drop: Drop, before: Before) -> Message | None:
    if not drop.cascade or _new(drop, before):
        return None
    gone = sorted(set(_dependents(drop, before)), key=str)
    if gone:
        named = joined(gone)
        return say("CASCADE drops {named} as well, and what else depends on {what}", named=named, what=_what(drop))
    return say("CASCADE drops whatever depends on {what}, without naming it", what=_what(drop))


def _new(drop: Drop, before: Before) -> bool:
    match drop:
        case DropTable(table=table):
            return before.created(table)
        case DropColumn(table=table, column=column):
            return before.born(table, column)
        case DropConstraint(table=table, constraint=str(constraint)):
            return before.born(table, constraint, "constraint")
        case DropConstraint(table=table):
            return before.created(table)
        case DropIndex(index=index):
            return before.created(index, "index")
        case DropObject(kind=kind, name=name, table=table):
            return before.created(name, kind, table)


def _what(drop: Drop) -> str | Message:
    match drop:
        case DropTable(table=table):
            return str(table)
        case DropColumn(table=table, column=column):
            return f"{table}.{column}"
        case DropConstraint(table=table, constraint=constraint):
            return say("{name} of {table}", name=constraint, table=table)
        case DropIndex(index=index):
            return str(index)
        case DropObject(kind=kind, name=name):
            return say("{kind} {name}", kind=kind_of(kind), name=name)


def _dependents(drop: Drop, before: Before) -> Iterator[str | Message]:
    match drop:
        case DropTable(table=table):
            if before.dialect == "postgresql":  # in Oracle views stay, and can't be used
                yield from _readers(table, before)
            yield from _keys(table, None, before)
        case DropColumn(table=table, column=column):
            yield from _keys(table, {column}, before)
        case DropConstraint(table=table, constraint=str(constraint)):
            key = before.schema.constraint(table, constraint)
            if key is not None:
                yield from _keys(table, set(key.columns), before)
        case DropObject(kind="schema", name=name):
            yield from (str(table.name) for table in before.schema.tables() if table.name.schema == name.name)
        case DropObject(kind="view" | "materialized view", name=name):
            yield from _readers(name, before)
        case _:
            return


def _readers(name: Name, before: Before) -> Iterator[Message]:
    """The views that read from it, and those that read from them, each once: views may be told to read in a ring."""
    told, waiting = {name}, list(before.schema.readers(name))
    while waiting:
        view = waiting.pop(0)
        if view.name not in told:
            told.add(view.name)
            yield say("{kind} {name}", kind=kind_of(view.kind), name=view.name)
            waiting = [*before.schema.readers(view.name), *waiting]


def _keys(table: Name, columns: set[str] | None, before: Before) -> Iterator[Message]:
    """The foreign keys of other tables that refer to it, or to one of these columns of it."""
    for other in before.schema.referrers(table):
        for one in other.constraints:
            refers = one.references == table and other.name != table
            if refers and (columns is None or columns & set(one.referred_columns)):
                yield say("foreign key {name} of {table}", name=one.name, table=other.name)
