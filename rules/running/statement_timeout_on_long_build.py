"""A statement_timeout ends a concurrent build half-way and leaves an INVALID index behind.

The limit is meant for statements that hold strong locks. CREATE INDEX CONCURRENTLY and REINDEX CONCURRENTLY take
minutes or hours and block nobody. When the limit ends them, an INVALID index stays: it costs on every write and serves
no query. VALIDATE CONSTRAINT has to read every row; under the limit it fails, however often it is tried.

Where nobody sets a limit, that of the role or the server holds, which the rule can't see. A limit of an hour or more is
taken to be meant (the option `enough`). What is built on a table that was made in the same range is not reported.

```sql before postgresql
CREATE TABLE orders (id INTEGER PRIMARY KEY, amount INTEGER);
```

```sql bad postgresql
SET statement_timeout = '5s';
CREATE INDEX CONCURRENTLY ix_orders_amount ON orders (amount);
```

```sql bad postgresql
SET statement_timeout = '5s';
ALTER TABLE orders ADD CONSTRAINT ck_amount CHECK (amount > 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT ck_amount;
```

```sql good postgresql
SET statement_timeout = '5s';
ALTER TABLE orders ADD CONSTRAINT ck_amount CHECK (amount > 0) NOT VALID;
SET statement_timeout = 0;
ALTER TABLE orders VALIDATE CONSTRAINT ck_amount;
CREATE INDEX CONCURRENTLY ix_orders_amount ON orders (amount);
```

In Alembic:

```python good postgresql
with op.get_context().autocommit_block():
    op.execute("SET statement_timeout = 0")
    op.create_index("ix_orders_amount", "orders", ["amount"], postgresql_concurrently=True)
    op.execute("RESET statement_timeout")
```

Sources:
- https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-STATEMENT-TIMEOUT
- https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
"""

from dataclasses import dataclass

from sqlgen.rulekit import (
    Before,
    CreateIndex,
    Maintain,
    Message,
    Severity,
    ValidateConstraint,
    required_milliseconds,
    rule,
    say,
)


@dataclass(frozen=True, slots=True)
class Options:
    enough: str = "1h"
    """The shortest limit that is taken to be meant for long builds."""

    def __post_init__(self) -> None:
        required_milliseconds(self.enough)


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql"},
    since="0.1",
    help=say("SET statement_timeout = 0 before it, and set the limit again behind it."),
)
def check(long: CreateIndex | Maintain | ValidateConstraint, before: Before, options: Options) -> Message | None:
    limit_ms = before.statement_timeout_ms
    if not limit_ms or limit_ms >= required_milliseconds(options.enough):
        return None
    limit = f"{limit_ms / 1000:g} s"
    match long:
        case ValidateConstraint(table=table, constraint=name) if not before.created(table):
            return say(
                "a statement_timeout of {limit} ends the check of {name} on every row of {table}, so it is never valid",
                limit=limit,
                name=name,
                table=table,
            )
        case CreateIndex(table=table, concurrently=True) if not before.created(table):
            return say(
                "a statement_timeout of {limit} ends the build of {name}, and an INVALID index stays on {table}",
                limit=limit,
                name=long.name or say("the index"),
                table=table,
            )
        case Maintain(command=command, name=name, concurrently=True) if command.startswith("REINDEX"):
            return say(
                "a statement_timeout of {limit} ends {command} {name} CONCURRENTLY, and an INVALID index stays",
                limit=limit,
                command=command,
                name=name,
            )
    return None
