"""An allowance without a last day outlives its reason.

`until` is the day on which somebody looks at it again: from then on it allows nothing, and what it covered is reported.
A team that wants that lets each allowance have one, and with `max_days` one that is not too far away: a reviewer who
finds 2999 there has found none.

```sql before postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE users (id INTEGER PRIMARY KEY);
```

```sql bad postgresql mysql mariadb sqlite mssql oracle
-- sqlgen: allow delete-without-where because "test accounts only" owner @dba
DELETE FROM users;
```

```sql good postgresql mysql mariadb sqlite mssql oracle
-- sqlgen: allow delete-without-where because "test accounts only" until 2999-12-31
DELETE FROM users;
```

Whether a last day is asked for is a team's own policy: the rule is on where the settings name it.

Sources:
- The form is sqlgen's own.
"""

from dataclasses import dataclass

from sqlgen.rulekit import Before, HeldAllowance, Message, Severity, rule, say


@dataclass(frozen=True, slots=True)
class Options:
    max_days: int = 0
    """How far away the last day may be, in days from today; 0: as far as one likes."""

    def __post_init__(self) -> None:
        if self.max_days < 0:
            raise ValueError("max_days is 0 or more")


@rule(
    severity=Severity.WARNING,
    since="0.1",
    default=False,
    strict=False,
    help=say("Say when it is looked at again: until YYYY-MM-DD, at the end."),
)
def check(held: HeldAllowance, before: Before, options: Options) -> Message | None:
    until, rules = held.allowance.until, ", ".join(held.allowance.rules)
    if until is None:
        return say("the allowance for {rules} has no last day", rules=rules)
    days = (until - held.today).days
    if not options.max_days or days <= options.max_days:
        return None
    return say(
        "the allowance for {rules} holds for {days} more days, and {most} are the most here",
        rules=rules,
        days=days,
        most=options.max_days,
    )
