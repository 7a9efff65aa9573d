"""A view, trigger or routine with DEFINER = somebody runs with that account's rights, and fails where it is missing.

The account is usually the one of whoever wrote or dumped the object. In production it may not exist (error 1449 for
each one who uses the object, from the first INSERT on where it is a trigger), or it may be root: then everybody who may
call the object does with it what root may do. Without DEFINER the account that runs the migration is taken, which
exists and has the rights of the schema's owner.

Not reported: DEFINER = CURRENT_USER or CURRENT_ROLE; views and routines with SQL SECURITY INVOKER, which run with the
rights of the one who calls them.

```sql before mysql mariadb
CREATE TABLE orders (id INTEGER PRIMARY KEY, state VARCHAR(10));
```

```sql bad mysql mariadb
CREATE DEFINER = `root`@`localhost` VIEW open_orders AS SELECT id FROM orders WHERE state = 'new';
```

```sql good mysql mariadb
CREATE VIEW open_orders AS SELECT id FROM orders WHERE state = 'new';
CREATE DEFINER = CURRENT_USER SQL SECURITY INVOKER VIEW all_orders AS SELECT id FROM orders;
```

In Alembic:

```python good mysql mariadb
op.execute("CREATE SQL SECURITY INVOKER VIEW open_orders AS SELECT id FROM orders WHERE state = 'new'")
```

Sources:
- https://dev.mysql.com/doc/refman/8.4/en/stored-objects-security.html
- https://mariadb.com/kb/en/create-view/
"""

from sqlgen.rulekit import Before, CreateObject, Message, Severity, rule, say

WITHOUT_INVOKER = ("trigger", "event")
"""They have no SQL SECURITY: they always run as their definer."""


@rule(
    severity=Severity.WARNING,
    dialects={"mysql", "mariadb"},
    since="0.1",
    help=say("Leave DEFINER out, or say SQL SECURITY INVOKER."),
)
def check(made: CreateObject, before: Before) -> Message | None:
    options = dict(made.options)
    definer = options.get("definer")
    if definer is None or definer.replace("()", "").upper() in ("CURRENT_USER", "CURRENT_ROLE"):
        return None
    if options.get("security", "").lower() == "invoker" and made.kind not in WITHOUT_INVOKER:
        return None
    return say(
        "the {kind} {name} runs as {definer}: with that account's rights, and not at all where it does not exist",
        kind=made.kind,
        name=made.name,
        definer=definer,
    )
