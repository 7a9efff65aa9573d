"""A new revision does not come after the base branch's head: once merged, the history has several heads.

`alembic upgrade head` then ends with "Multiple head revisions are present", for everybody, at the next deployment. Each
branch is right by itself, and git sees no conflict: the two revisions are two files.

```history bad
fork: a1
base: a1 -> b2
here: a1 -> c3
```

```history bad
fork: a1
base: a1 -> b2, x2
here: a1 -> c3 -> d4
```

```history bad
fork: a1
base: a1 -> b2
here: a1; c3
```

Take the base branch in, and go on from its head or merge the two:

```history good
fork: a1
base: a1 -> b2
here: a1 -> b2 -> c3
```

```history good
fork: a1
base: a1 -> b2
here: a1 -> b2; a1 -> c3; b2, c3 -> d4
```

Sources:
- https://alembic.sqlalchemy.org/en/latest/branches.html
- https://docs.openstack.org/magnum/latest/contributor/troubleshooting.html
"""

from sqlgen.rulekit import Advice, Severity, WrongParent, rule, say


@rule(
    severity=Severity.ERROR,
    since="0.1",
    help=say("Let its down_revision name the head of the base branch, or merge the two: alembic merge heads."),
)
def check(wrong: WrongParent) -> Advice:
    message = say(
        "revision {revision} comes after {parents}, and {base} stands at {heads}: once merged, the history has several "
        "heads, and alembic upgrade head refuses",
        revision=wrong.revision,
        parents=", ".join(wrong.parents) or "nothing",
        base=wrong.base,
        heads=", ".join(wrong.base_heads),
    )
    if len(wrong.base_heads) != 1:
        return Advice(message, say("Merge {base} into this branch, then join the heads: alembic merge heads.",
                                   base=wrong.base))  # fmt: skip
    return Advice(
        message,
        say(
            "Merge {base} into this branch and write down_revision = {head}; or join the two there: alembic merge "
            "heads.",
            head=repr(wrong.base_heads[0]),
            base=wrong.base,
        ),
    )
