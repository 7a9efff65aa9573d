"""An allowance that nobody answers for is never taken out.

A reason says why it was right once. Who is asked whether it still is? A team that wants an answer lets each allowance
name its owner: `owner @dba`, `owner alice@example.com`, or a name in quotes.

```sql before postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE users (id INTEGER PRIMARY KEY);
```

```sql bad postgresql mysql mariadb sqlite mssql oracle
-- sqlgen: allow delete-without-where because "test accounts only" until 2999-12-31
DELETE FROM users;
```

```sql good postgresql mysql mariadb sqlite mssql oracle
-- sqlgen: allow delete-without-where because "test accounts only" owner @dba
DELETE FROM users;
```

Whether an owner is asked for is a team's own policy: the rule is on where the settings name it.

Sources:
- The form is sqlgen's own.
"""

from sqlgen.rulekit import HeldAllowance, Message, Severity, rule, say


@rule(
    severity=Severity.WARNING,
    since="0.1",
    default=False,
    strict=False,
    help=say("Say who answers for it: owner @dba, after the reason."),
)
def check(held: HeldAllowance) -> Message | None:
    if held.allowance.owner is not None:
        return None
    return say("nobody answers for the allowance for {rules}", rules=", ".join(held.allowance.rules))
