"""An allowance whose last day is over allows nothing any more.

What it covered is reported again. `until` names the last day on which an allowance holds.

```sql before postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE users (id INTEGER PRIMARY KEY);
```

```sql bad postgresql mysql mariadb sqlite mssql oracle
-- sqlgen: allow delete-without-where because "test accounts only" until 2001-12-31
DELETE FROM users WHERE id = 1;
```

```sql good postgresql mysql mariadb sqlite mssql oracle
-- sqlgen: allow delete-without-where because "test accounts only" until 2999-12-31
DELETE FROM users;
```

Sources:
- The form is sqlgen's own.
"""

from sqlgen.rulekit import ExpiredAllowance, Message, Severity, rule, say


@rule(
    severity=Severity.WARNING,
    since="0.1",
    help=say("Give it a new last day if the reason still holds, or take it out."),
)
def check(expired: ExpiredAllowance) -> Message:
    return say(
        "the allowance for {rules} ended on {until}",
        rules=", ".join(expired.allowance.rules),
        until=expired.allowance.until,
    )
