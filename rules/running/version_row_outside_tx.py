"""What is committed before its version row stands without it when the rest fails, and is then run again.

Alembic writes the new revision into its version table at the end of the revision. An autocommit_block commits what
stands before it, and each of its statements by itself; so does a COMMIT that the revision executes. When a later one
fails, these changes are there and the version table does not know. The next `alembic upgrade` runs the revision from
its start, and stops at what exists already.

It is judged where `alembic upgrade` runs the migrations. The scripts of sqlgen write down how far a revision came, and
go on there. A revision with one statement is not reported, nor one whose committed statements can run twice: IF [NOT]
EXISTS, OR REPLACE, DROP … IF EXISTS before CREATE, ON CONFLICT, and an UPDATE. The rule speaks once per revision.

```sql before postgresql
CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);
```

```sql bad postgresql runs=alembic
SET lock_timeout = '5s';
BEGIN;
ALTER TABLE users ADD COLUMN handle TEXT;
COMMIT;
CREATE INDEX CONCURRENTLY ix_users_handle ON users (handle);
```

```sql good postgresql runs=alembic
SET lock_timeout = '5s';
BEGIN;
ALTER TABLE users ADD COLUMN IF NOT EXISTS handle TEXT;
COMMIT;
DROP INDEX CONCURRENTLY IF EXISTS ix_users_handle;
CREATE INDEX CONCURRENTLY ix_users_handle ON users (handle);
```

In Alembic, give the index a revision of its own:

```python bad postgresql runs=alembic
op.execute("SET lock_timeout = '5s'")
op.add_column("users", sa.Column("handle", sa.Text()))
with op.get_context().autocommit_block():
    op.create_index("ix_users_handle", "users", ["handle"], postgresql_concurrently=True)
```

```python bad postgresql runs=alembic
op.execute("SET lock_timeout = '5s'")
op.add_column("users", sa.Column("handle", sa.Text()))
op.execute("COMMIT")
op.execute("CREATE INDEX CONCURRENTLY ix_users_handle ON users (handle)")
```

```python good postgresql runs=alembic
op.execute("SET lock_timeout = '5s'")
op.add_column("users", sa.Column("handle", sa.Text()))
# --- next revision
with op.get_context().autocommit_block():
    op.create_index("ix_users_handle", "users", ["handle"], postgresql_concurrently=True)
```

Sources:
- https://alembic.sqlalchemy.org/en/latest/api/runtime.html#alembic.runtime.migration.MigrationContext.autocommit_block
- https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
"""

from collections.abc import Iterator

from sqlgen.rulekit import Before, Commit, Item, Message, Severity, Step, once_only, rule, say


@rule(
    severity=Severity.WARNING,
    dialects={"postgresql"},
    since="0.1",
    help=say(
        "Give the statements of the autocommit_block a revision of their own, one each; or let all that is committed "
        "early stand a second run: IF NOT EXISTS, DROP … IF EXISTS before CREATE."
    ),
)
def check(step: Step, before: Before) -> Iterator[tuple[Item, Message]]:
    if before.runs != "alembic" or len(step.items) < 2:
        return
    last = step.items[-1].transaction
    by_hand = any(isinstance(fact, Commit) for item in step.items for fact in item.facts)
    early = [item for item in step.items if item.transaction is None or item.transaction != last or by_hand]
    for item in once_only(early):
        yield (
            item,
            say(
                "this is committed before the version row of {revision}: if a later statement fails, the next upgrade "
                "runs it again, and stops here",
                revision=step.revision or say("this revision"),
            ),
        )
        return
