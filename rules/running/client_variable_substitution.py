r"""Text that the client replaces is not the text that was reviewed.

psql puts the value of its variable in the place of `:name`, `:'name'` and `:"name"` outside of literals. What runs is
decided by `-v name=…` on the command line, by a `.psqlrc`, or by an environment: nobody who reads the file knows.
Where the variable is not set, the text goes to the server as it stands, and fails.

Looked for in files that are run by hand; sqlgen's own scripts keep psql from replacing anything. Not reported: a
variable that the file itself sets before (`\set`, `\gset`, `\prompt`, `\getenv`), array slices.

```sql bad postgresql runs=file
UPDATE users SET name = :'name' WHERE id = 1;
```

```sql bad postgresql runs=file
ALTER TABLE :schema.users ADD COLUMN phone VARCHAR(40);
```

```sql good postgresql runs=file
UPDATE users SET name = 'a :name' WHERE id = 1 AND tags[1:n] IS NOT NULL;
```

```python good postgresql
op.execute("UPDATE users SET name = 'x' WHERE id = 1")
```

Sources:
- https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-INTERPOLATION
- https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-VARIABLES
"""

from collections.abc import Iterator
from itertools import pairwise

from sqlgen.rulekit import Before, Item, Message, Severity, Step, TokenKind, rule, say, scan


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql"},
    since="0.1",
    help=say("Write the value into the file, or set the variable in it with \\set."),
)
def check(step: Step, before: Before) -> Iterator[tuple[Item, Message]]:
    if before.runs != "file":
        return
    known: set[str] = set()
    for item in step.items:
        for text in (item.statement.leading, item.statement.terminator):
            if "\\" in text:
                known.update(_set_by(text))
        if "*" in known:  # \gset names its variables after the columns of a query
            return
        name = next((name for name in _variables(item) if name not in known), None)
        if name is not None:
            yield (
                item,
                say("psql puts the value of its variable {name} in here: what runs is not in the file", name=name),
            )


def _set_by(text: str) -> Iterator[str]:
    for token in scan(text, "postgresql"):
        words = token.text.split()
        match words[:1] if token.kind is TokenKind.CLIENT else []:
            case ["\\set" | "\\getenv"]:
                yield from words[1:2]
            case ["\\prompt"]:
                yield words[-1]
            case ["\\gset"]:
                yield "*"
            case _:
                pass


def _variables(item: Item) -> Iterator[str]:
    """psqlscan.l: a colon right before a name, a literal or a quoted name. `::` and `:=` are operators."""
    slices = 0
    tokens = item.statement.tokens if ":" in item.sql else ()
    for token, following in pairwise(tokens):
        if token.kind is not TokenKind.SYMBOL:
            continue
        slices += {"[": 1, "]": -1}.get(token.text, 0)
        names = following.kind in (TokenKind.WORD, TokenKind.STRING, TokenKind.QUOTED)
        if token.text == ":" and names and not slices:
            yield following.text.strip("'\"")
