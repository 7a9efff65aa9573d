"""The baseline takes in findings that the base branch's does not hold: they would pass without a word.

A baseline is for what was there when sqlgen came. It gets smaller, and no new harm gets into it: else each branch could
hide what it brings. What someone accepts for a reason is allowed at its line, with that reason.

```history bad
baseline on base: drop-column
baseline here: drop-column, drop-table
```

```history bad
baseline on base: drop-column
baseline here: drop-table
```

```history good
baseline on base: drop-column, drop-table
baseline here: drop-column
```

The first baseline of a project is no growth:

```history good
baseline here: drop-column
```

Sources:
- The form is sqlgen's own.
"""

from sqlgen.rulekit import BaselineGrown, Message, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    since="0.1",
    help=say(
        "Take the new findings out of it: repair them, or allow each at its line with a reason: "
        '# sqlgen: allow RULE because "…"'
    ),
)
def check(grown: BaselineGrown) -> Message:
    return say(
        "{file} takes in {count} that {base} does not have there: {rules}",
        file=grown.file,
        count=say("1 finding") if grown.count == 1 else say("{count} findings", count=grown.count),
        base=grown.base,
        rules=", ".join(grown.rules),
    )
