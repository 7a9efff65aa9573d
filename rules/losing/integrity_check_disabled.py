"""Checks are switched off and not on again: rows that break the rules come in, and nothing finds them later.

With foreign keys unchecked, a row may refer to nothing. No engine looks at such rows again when the check comes back,
so the database holds them until a query gives a wrong answer. A setting of the session lasts for the rest of the run,
other revisions included.

The paired form is clean: off, the statements that need it, on again in the same revision. So are mysqldump's
`SET foreign_key_checks = @OLD_FOREIGN_KEY_CHECKS` and PostgreSQL's SET LOCAL, which ends with its transaction.
Triggers that are left off are trigger-left-disabled's. In SQLite, the scripts of sqlgen run with foreign keys off, and
check all of them before they end: there nothing is reported. Nor are foreign keys that a .sql file leaves off there, as
.dump does: the sqlite3 client has them off by default.

```sql bad postgresql
SET session_replication_role = replica;
INSERT INTO orders (id, user_id) VALUES (1, 17);
```

```sql bad mysql mariadb
SET foreign_key_checks = 0;
INSERT INTO orders (id, user_id) VALUES (1, 17);
```

```sql bad sqlite runs=alembic
PRAGMA foreign_keys = OFF;
INSERT INTO orders (id, user_id) VALUES (1, 17);
```

```python bad mysql mariadb
op.execute("SET FOREIGN_KEY_CHECKS=0")
```

```sql good postgresql
SET session_replication_role = replica;
INSERT INTO orders (id, user_id) VALUES (1, 17);
SET session_replication_role = DEFAULT;
```

```sql good mysql mariadb
SET foreign_key_checks = 0;
INSERT INTO orders (id, user_id) VALUES (1, 17);
SET foreign_key_checks = 1;
```

```sql good sqlite runs=file
PRAGMA foreign_keys = OFF;
INSERT INTO orders (id, user_id) VALUES (1, 17);
```

```sql good sqlite
PRAGMA foreign_keys = OFF;
INSERT INTO orders (id, user_id) VALUES (1, 17);
PRAGMA foreign_keys = ON;
```

In Alembic, in the same revision:

```python good mysql mariadb
op.execute("SET FOREIGN_KEY_CHECKS=0")
op.execute("INSERT INTO orders (id, user_id) VALUES (1, 17)")
op.execute("SET FOREIGN_KEY_CHECKS=1")
```

Sources:
- https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-SESSION-REPLICATION-ROLE
- https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_foreign_key_checks
- https://www.sqlite.org/pragma.html#pragma_foreign_keys
"""

from collections.abc import Iterator

from sqlgen.rulekit import Before, Fact, Item, Message, SetOption, Severity, Step, rule, say

OFF = {
    "session_replication_role": ("replica",),
    "foreign_key_checks": ("0", "off", "false"),
    "unique_checks": ("0", "off", "false"),
    "check_constraint_checks": ("0", "off", "false"),
    "foreign_keys": ("0", "off", "false", "no"),
    "ignore_check_constraints": ("1", "on", "true", "yes"),
}
"""Option → the values that switch a check off. PostgreSQL; MySQL and MariaDB; MariaDB; SQLite."""
Switch = tuple[str, bool]
"""What is switched, and whether it is off now."""


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "mysql", "mariadb", "sqlite"},
    since="0.1",
    help=say("Switch it on again in the same revision, behind the statements that need it off."),
)
def check(step: Step, before: Before) -> Iterator[tuple[Item, Message]]:
    if before.dialect == "sqlite" and before.runs == "bundle":
        return  # our script runs with foreign keys off, and checks all of them before it ends
    off: dict[str, Item] = {}
    for item in step.items:
        for fact in item.facts:
            match _switch(fact):
                case (what, True):
                    off.setdefault(what, item)
                case (what, False):
                    off.pop(what, None)
                case _:
                    pass
    for what, item in off.items():
        if what == "foreign_keys" and before.runs == "file":
            continue  # SQLite: off by default for each connection
        yield item, say("{what} is left off: what is written from here on is not checked", what=what)


def _switch(fact: Fact) -> Switch | None:
    match fact:
        case SetOption(name=name, value=value, local=False):
            bare = name.removeprefix("@@").rpartition(".")[2]
            if bare not in OFF:
                return None
            return bare, (value or "").strip("'\"").lower() in OFF[bare]
    return None
