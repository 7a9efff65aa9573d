"""A limit for locks that is too long stalls the application for just as long.

While a DDL statement waits for its lock, every query that comes after it waits too. Until the limit ends the wait, the
table is out of use. A limit of seconds, and a second try, hurts nobody; a limit of minutes is an outage.

A limit of 0, which is none, and no limit at all are reported by lock-timeout-missing. The rule speaks once per revision
or file; how long a limit may be is its option. What waits for no strong lock is not reported, nor what stands on tables
that were made in the same range.

```sql before postgresql mysql mariadb mssql
CREATE TABLE users (id INTEGER PRIMARY KEY);
```

```sql bad postgresql
SET lock_timeout = '10min';
ALTER TABLE users ADD COLUMN nickname VARCHAR(40);
```

```sql bad mysql mariadb
SET lock_wait_timeout = 600;
ALTER TABLE users ADD COLUMN nickname VARCHAR(40);
```

```sql bad postgresql
SET lock_timeout = '10min';
CREATE TABLE notes (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));
```

```sql bad mssql
SET LOCK_TIMEOUT 600000;
ALTER TABLE users ADD nickname VARCHAR(40);
```

```sql good mssql
SET LOCK_TIMEOUT 5000;
ALTER TABLE users ADD nickname VARCHAR(40);
```

```sql good postgresql
SET lock_timeout = '5s';
ALTER TABLE users ADD COLUMN nickname VARCHAR(40);
```

```sql good mysql mariadb
SET lock_wait_timeout = 5;
ALTER TABLE users ADD COLUMN nickname VARCHAR(40);
```

Sources:
- https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT
- https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_lock_wait_timeout
- https://mariadb.com/kb/en/server-system-variables/#lock_wait_timeout
- https://learn.microsoft.com/en-us/sql/t-sql/statements/set-lock-timeout-transact-sql
"""

from dataclasses import dataclass

from sqlgen.rulekit import Before, Blocks, Fact, Message, Severity, required_milliseconds, rule, say


@dataclass(frozen=True, slots=True)
class Options:
    longest: str = "1min"
    """The longest limit that is not reported."""

    def __post_init__(self) -> None:
        required_milliseconds(self.longest)


@rule(
    severity=Severity.WARNING,
    dialects={"postgresql", "mysql", "mariadb", "mssql"},
    since="0.1",
    once=True,
    help=say("Wait for a few seconds, and run the migration again when the wait was in vain."),
)
def check(fact: Fact, before: Before, options: Options) -> Message | None:
    limit_ms = before.lock_timeout_ms
    if limit_ms is None or limit_ms <= required_milliseconds(options.longest):
        return None
    lock = before.awaited(fact)
    if lock is None:
        return None
    seconds = f"{limit_ms / 1000:g}"
    if lock.blocks is Blocks.ALL:
        return say(
            "this may wait {seconds} s for {table}, and all queries of it wait behind",
            seconds=seconds,
            table=lock.table,
        )
    return say(
        "this may wait {seconds} s for {table}, and all writes to it wait behind", seconds=seconds, table=lock.table
    )
