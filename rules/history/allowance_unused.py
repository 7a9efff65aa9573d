"""An allowance that allows nothing hides the next real finding.

The rule that it names finds nothing there: the statement has changed, or the comment stands at the wrong line. Whatever
is written there later would be allowed with a reason that was given for something else.

It is judged only as far as the run can tell: not for a rule that is off or claims another dialect, not for a branch of
Python code that did not run, not for a revision that could not be rendered.

```sql before postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE users (id INTEGER PRIMARY KEY);
```

```sql bad postgresql mysql mariadb sqlite mssql oracle
-- sqlgen: allow delete-without-where because "test accounts only"
DELETE FROM users WHERE id = 1;
```

```sql good postgresql mysql mariadb sqlite mssql oracle
-- sqlgen: allow delete-without-where because "test accounts only"
DELETE FROM users;
```

Sources:
- The form is sqlgen's own.
"""

from sqlgen.rulekit import Message, Severity, UnusedAllowance, rule, say


@rule(
    severity=Severity.WARNING,
    since="0.1",
    help=say("Take the rule out of the allowance, or move the comment onto or directly above its statement."),
)
def check(unused: UnusedAllowance) -> Message:
    return say("the allowance for {rule} covers no finding", rule=unused.rule)
