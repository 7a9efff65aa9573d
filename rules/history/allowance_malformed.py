"""A comment that begins like an allowance, and allows nothing.

An allowance names rules, and gives its reason in quotes; who answers for it and a last day may follow:

```sql before postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE users (id INTEGER PRIMARY KEY, phone VARCHAR(40));
```

```python good postgresql mysql mariadb sqlite mssql oracle
# sqlgen: allow drop-column, irreversible-revision because "emptied in 8c1d" owner @dba until 2026-12-31
op.drop_column("users", "phone")
```

It stands on the lines of the `op.*` call or directly above it; in SQL it is a comment (`--` or `/* */`) on the lines of
the statement or directly above it. Anything else would look as if it allowed something.

```sql bad postgresql mysql mariadb sqlite mssql oracle
-- sqlgen: allow delete-without-where
DELETE FROM users WHERE id = 1;
```

```sql bad postgresql mysql mariadb sqlite mssql oracle
-- sqlgen: allow delete-without-were because "test accounts only"
DELETE FROM users WHERE id = 1;
```

```sql good postgresql mysql mariadb sqlite mssql oracle
-- sqlgen: allow delete-without-where because "test accounts only"
DELETE FROM users;
```

Sources:
- The form is sqlgen's own.
"""

from sqlgen.rulekit import MalformedAllowance, Message, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    since="0.1",
    help=say('Write: sqlgen: allow RULE because "why" owner NAME until YYYY-MM-DD; the last two may be left out.'),
)
def check(allowance: MalformedAllowance) -> Message:
    return say("this allows nothing: {why}", why=allowance.why)
