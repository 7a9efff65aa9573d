"""A revision that is on the base branch does something else here: databases that ran it never see the change.

Alembic notes that a revision ran, and not what it did. Where it ran, the edit does nothing; where it did not, it makes
another schema. From then on two databases at the same revision differ, and no later migration knows of it.

What counts is what the file does: comments, docstrings, allowances and the layout of the code may change.

```history bad
base: a1 -> b2
here: a1 -> b2 -> c3
edited: upgrade of b2
```

A downgrade() is run from the file that is there when somebody goes back, so that one that fails can be repaired. It is
reported all the same: rollback scripts that were made before, and signed, do what it was.

```history bad
base: a1 -> b2
edited: downgrade of b2
```

```history good
base: a1 -> b2
here: a1 -> b2 -> c3
edited: comment of b2
```

Where no database that counts has run it yet, say so at the top of the file or at the line, and take it out again once
it is merged: it would cover the next edit too.

```history good
base: a1 -> b2
edited: upgrade of b2
allowed: revision-edited in b2    # sqlgen: allow revision-edited because "it fails on every server"
```

Sources:
- https://alembic.sqlalchemy.org/en/latest/tutorial.html#running-our-first-migration
- https://www.red-gate.com/hub/product-learning/flyway/flyways-validate-command-explained-simply
"""

from sqlgen.rulekit import Advice, EditedRevision, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    since="0.1",
    help=say("Put the change into a new revision, and bring this one back as the base branch has it."),
)
def check(edited: EditedRevision) -> Advice:
    if edited.functions == ("downgrade",):
        return Advice(
            say(
                "the downgrade() of revision {revision} is on {base} already, and does something else here: rollback "
                "scripts that were made before do what it was",
                revision=edited.revision,
                base=edited.base,
            ),
            say(
                "Where the old one fails, say so at the top of the file: # sqlgen: allow revision-edited because "
                '"…"; else git checkout {base} -- {file} brings it back.',
                base=edited.base,
                file=edited.file,
            ),
        )
    return Advice(
        say(
            "revision {revision} is on {base} already: databases that ran it will never see the change",
            revision=edited.revision,
            base=edited.base,
        ),
        say(
            "Put the change into a new revision; git checkout {base} -- {file} brings this one back.",
            base=edited.base,
            file=edited.file,
        ),
    )
