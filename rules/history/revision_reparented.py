"""A revision that is on the base branch comes after others here: what is put before it never runs where it ran.

Alembic runs what comes after the revision that the version table names. A database that stands at it, or behind it, is
past everything that is put before it, and takes no notice; a new database runs all of it. The two differ from then on.

```history bad
base: a1 -> b2
here: a1 -> c3 -> b2
```

```history bad
base: a1 -> b2
here: a1; b2
```

```history bad
base: a1; x1
here: a1 -> x1
```

A new revision comes after the head. Two branches are joined by a merge revision, which changes neither of them:

```history good
base: a1 -> b2
here: a1 -> b2 -> c3
```

```history good
base: a1 -> b2; a1 -> c3
here: a1 -> b2; a1 -> c3; b2, c3 -> d4
```

Sources:
- https://alembic.sqlalchemy.org/en/latest/branches.html
- https://atlasgo.io/lint/analyzers
"""

from sqlgen.rulekit import Advice, ReparentedRevision, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    since="0.1",
    help=say("Bring down_revision and depends_on back, and put the new revision after the head of the base branch."),
)
def check(moved: ReparentedRevision) -> Advice:
    return Advice(
        say(
            "revision {revision} is on {base} already, after {before}, and comes after {now} here: databases that ran "
            "it will never run what is put before it",
            revision=moved.revision,
            base=moved.base,
            before=", ".join(moved.before) or "nothing",
            now=", ".join(moved.now) or "nothing",
        ),
        say(
            "Put the new revision after the head of {base}; git checkout {base} -- {file} brings this one back.",
            base=moved.base,
            file=moved.file,
        ),
    )
