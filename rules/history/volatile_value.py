"""A value that Python made up while the script was written is the same wherever the script runs.

`uuid4()`, `datetime.now()`, `random()` give each run of a migration its own values. Rendered, the value is frozen:
every database gets the same one, made when the script was written, and rendering again gives another script.

```python bad postgresql mysql mariadb sqlite mssql oracle
import uuid

accounts = sa.table("accounts", sa.column("id", sa.String), sa.column("name", sa.String))
op.bulk_insert(accounts, [{"id": str(uuid.uuid4()), "name": "system"}])
```

```python good postgresql mysql mariadb sqlite mssql oracle
accounts = sa.table("accounts", sa.column("id", sa.String), sa.column("name", sa.String))
op.bulk_insert(accounts, [{"id": "6f1de5b6-3c0c-4a57-9f0e-5d1c3f6d9e21", "name": "system"}])
```

Write the value down where it may be the same everywhere, or let the database make it (`gen_random_uuid()`, `now()`).
Both runs of the rendering are of the same day: a text with that date counts too.

Sources:
- https://docs.python.org/3/library/uuid.html#uuid.uuid4
- https://www.postgresql.org/docs/current/functions-uuid.html
- https://reproducible-builds.org/docs/stable-inputs/
"""

from sqlgen.rulekit import Item, Message, Severity, rule, say


@rule(
    severity=Severity.WARNING,
    since="0.1",
    help=say(
        "Write the value into the revision, or let the database make it: sa.text('gen_random_uuid()'), sa.func.now()."
    ),
)
def check(item: Item) -> Message | None:
    if not item.volatile:
        return None
    values = ", ".join(value if len(value) <= 60 else value[:59] + "…" for value in item.volatile[:3])
    return say("another run would give other values; these are frozen into the script: {values}", values=values)
