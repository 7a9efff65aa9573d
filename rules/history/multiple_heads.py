"""The history has several heads, and nothing merges them: `alembic upgrade head` refuses to run.

It ends with "Multiple head revisions are present for given argument 'head'", for everybody, from the merge on. `heads`
would run both, in an order that nobody has tried.

```history bad
base: a1 -> b2
here: a1 -> b2; a1 -> c3
```

```history bad
base: a1
here: a1 -> b2, c3
```

A history that had several heads before may keep them: some projects have a branch for each of their parts.

```history good
base: a1 -> b2
here: a1 -> b2 -> c3
```

```history good
base: a1 -> b2
here: a1 -> b2; a1 -> c3; b2, c3 -> d4
```

```history good
base: a1 -> b2; x1 -> y2
here: a1 -> b2; x1 -> y2 -> z3
```

Sources:
- https://alembic.sqlalchemy.org/en/latest/branches.html
"""

from sqlgen.rulekit import Advice, ManyHeads, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    since="0.1",
    help=say("Let the new revision come after the head, or join the heads: alembic merge heads."),
)
def check(many: ManyHeads) -> Advice:
    message = say(
        "with revision {revision} the history has {count} heads, {heads}, where {base} has {before}: alembic upgrade "
        "head refuses",
        count=len(many.heads),
        revision=many.revision,
        base=many.base,
        before=len(many.base_heads),
        heads=", ".join(many.heads),
    )
    if len(many.base_heads) != 1:
        return Advice(message, say("Join them: alembic merge heads; or let it come after one of the heads."))
    return Advice(
        message,
        say(
            "Write down_revision = {head} into {file}; or join the heads: alembic merge heads.",
            head=repr(many.base_heads[0]),
            file=many.file,
        ),
    )
