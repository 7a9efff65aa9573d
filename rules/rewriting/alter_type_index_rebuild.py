"""A change of type that keeps the rows may still build indexes or try CHECKs anew, while nobody can use the table.

PostgreSQL keeps an index when the new type sorts as the old one does. An index over an expression or with a WHERE that
names the column is built anew all the same, and so is each index of the column when its collation changes or the type
sorts otherwise (text to citext). A CHECK over the column is tried on every row again. All of it happens under the
ACCESS EXCLUSIVE lock of ALTER TABLE: no reads, no writes.

Drop such an index before and build it CONCURRENTLY after; drop the CHECK before, and add it NOT VALID and VALIDATE it
after. A rewrite of the whole table is alter-column-type-rewrite's. Not reported: a table or column that was made in the
same range; a column whose old type is not known here.

```sql before postgresql
CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(100), state VARCHAR(10) CHECK (state <> ''));
CREATE INDEX ix_users_lower ON users (lower(email));
```

```sql bad postgresql
ALTER TABLE users ALTER COLUMN email TYPE VARCHAR(200);
```

```sql bad postgresql
ALTER TABLE users ALTER COLUMN state TYPE VARCHAR(20);
```

```sql good postgresql
DROP INDEX CONCURRENTLY IF EXISTS ix_users_lower;
ALTER TABLE users ALTER COLUMN email TYPE VARCHAR(200);
CREATE INDEX CONCURRENTLY ix_users_lower ON users (lower(email));
```

In Alembic:

```python bad postgresql
op.alter_column("users", "email", type_=sa.String(200), existing_type=sa.String(100))
```

```python good postgresql
with op.get_context().autocommit_block():
    op.drop_index("ix_users_lower", "users", postgresql_concurrently=True, if_exists=True)
op.alter_column("users", "email", type_=sa.String(200), existing_type=sa.String(100))
with op.get_context().autocommit_block():
    op.create_index("ix_users_lower", "users", [sa.text("lower(email)")], postgresql_concurrently=True)
```

Sources:
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
"""

from sqlgen.rulekit import AlterColumnType, Before, Kind, Message, Severity, Work, both, rule, say


@rule(
    severity=Severity.WARNING,
    dialects={"postgresql"},
    since="0.1",
    help=say(
        "Drop the index or the CHECK before, and make it again after, CONCURRENTLY or NOT VALID and then VALIDATE."
    ),
)
def check(change: AlterColumnType, before: Before) -> Message | None:
    if before.born(change.table, change.column):
        return None
    work = before.effect(change).work
    if work not in (Work.INDEX, Work.SCAN):
        return None
    return say(
        "changing the type of {table}.{column} {does}, which blocks reads and writes of {table} until it is done",
        table=change.table,
        column=change.column,
        does=_builds(change, before) if work is Work.INDEX else _checks(change, before),
    )


def _builds(change: AlterColumnType, before: Before) -> Message:
    table = before.table(change.table)
    if table is None:
        return say("builds its indexes anew")
    names = [one.name for one in table.indexes if _mentions(change.column, *one.columns, str(one.where))]
    keys = [one for one in table.constraints if one.kind in (Kind.UNIQUE, Kind.PRIMARY_KEY)]
    names += [one.name for one in keys if change.column in one.columns]
    return say("builds {indexes} anew", indexes=both(filter(None, names)))


def _checks(change: AlterColumnType, before: Before) -> Message:
    table = before.table(change.table)
    checks = [one for one in table.constraints if one.kind is Kind.CHECK] if table is not None else []
    names = [one.name for one in checks if _mentions(change.column, *one.columns, str(one.expression))]
    return say("tries {checks} on each row again", checks=both(filter(None, names)))


def _mentions(column: str, *texts: str) -> bool:
    return any(column in text for text in texts)
