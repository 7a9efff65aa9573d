"""A revision that is on the base branch is gone here: databases that stand at it can't be migrated any more.

Alembic looks for the revision that the version table names, and ends with "Can't locate revision identified by …" when
there is no file of it. What the revision did stays in the databases that ran it, and is missing in those that did not.

```history bad
base: a1 -> b2
here: a1
```

```history bad
fork: a1 -> b2
base: a1 -> b2 -> c3
here: a1
```

What has to go is undone by a revision of its own. One that the base branch has, and this one not yet, is not deleted:

```history good
base: a1 -> b2
here: a1 -> b2 -> c3
```

```history good
fork: a1
base: a1 -> b2
here: a1
```

Old revisions that every database has run may be squashed into one. Allow it in the settings, by the revision's id.

Sources:
- https://alembic.sqlalchemy.org/en/latest/tutorial.html#running-our-first-migration
- https://github.com/miguelgrinberg/Flask-Migrate/issues/333
"""

from sqlgen.rulekit import Advice, DeletedRevision, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    since="0.1",
    help=say("Bring the file back, and undo what it does in a new revision."),
)
def check(deleted: DeletedRevision) -> Advice:
    return Advice(
        say(
            "revision {revision} is on {base}, and its file {was} is gone here: a database that stands at it can't be "
            "migrated any more",
            revision=deleted.revision,
            base=deleted.base,
            was=deleted.was,
        ),
        say(
            "git checkout {base} -- {was} brings it back; undo what it does in a new revision.",
            base=deleted.base,
            was=deleted.was,
        ),
    )
