"""The revision files make no history: Alembic can't order them, and no command of it runs.

A revision names a parent of which there is no file, two files have one id, revisions come after one another in a ring,
a file is no Python. Often a new file was left out of the commit, so that it works where it was written, and nowhere
else.

No allowance covers it, since nothing else can be judged; where the rule is off, the check ends with an error.

```history bad
base: a1 -> b2
here: a1 -> b2 -> c3 -> d4
missing: c3
```

```history bad
base: a1
here: a1; b2 -> c3 -> b2
```

```history good
base: a1 -> b2
here: a1 -> b2 -> c3 -> d4
```

Sources:
- https://alembic.sqlalchemy.org/en/latest/api/script.html
"""

from sqlgen.rulekit import Advice, Severity, UnsoundHistory, rule, say


@rule(
    severity=Severity.ERROR,
    since="0.1",
    help=say("Add the file that is missing, or correct its revision and down_revision."),
)
def check(unsound: UnsoundHistory) -> Advice:
    return Advice(say("no migration can run: {why}", why=unsound.why), unsound.hint)
