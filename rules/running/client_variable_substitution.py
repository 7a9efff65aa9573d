r"""Text that the client replaces is not the text that was reviewed.

psql puts the value of its variable in the place of `:name`, `:'name'` and `:"name"` outside of literals. What runs is
decided by `-v name=…` on the command line, by a `.psqlrc`, or by an environment: nobody who reads the file knows.
Where the variable is not set, the text goes to the server as it stands, and fails. sqlcmd replaces `$(name)` and
SQL*Plus `&name` in literals too: `'R&D'` stops the script to ask for a value of D.

Looked for in files that are run by hand; sqlgen's own scripts keep psql from replacing anything. Not reported: a
variable that the file itself sets before (`\set`, `\gset`, `\prompt`, `\getenv`, `:setvar`, DEFINE), array slices,
what stands behind SET DEFINE OFF.

```sql bad postgresql runs=file
UPDATE users SET name = :'name' WHERE id = 1;
```

```sql bad postgresql runs=file
ALTER TABLE :schema.users ADD COLUMN phone VARCHAR(40);
```

```sql bad mssql runs=file
UPDATE users SET name = '$(name)' WHERE id = 1;
```

```sql bad oracle runs=file
UPDATE users SET department = 'R&D' WHERE id = 1;
```

```sql good postgresql runs=file
UPDATE users SET name = 'a :name' WHERE id = 1 AND tags[1:n] IS NOT NULL;
```

```sql good mssql runs=file
:setvar name x
SET XACT_ABORT ON;
UPDATE users SET name = '$(name)' WHERE id = 1;
```

```sql good oracle runs=file
SET DEFINE OFF
UPDATE users SET department = 'R&D' WHERE id = 1;
```

```python good postgresql
op.execute("UPDATE users SET name = 'x' WHERE id = 1")
```

Sources:
- https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-INTERPOLATION
- https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-VARIABLES
- https://learn.microsoft.com/en-us/sql/tools/sqlcmd/sqlcmd-use-scripting-variables
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqpug/using-substitution-variables-sqlplus.html
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from sqlgen.rulekit import Before, Item, Message, Severity, Step, TokenKind, rule, say, scan

CLIENT = {"postgresql": "psql", "mssql": "sqlcmd", "oracle": "SQL*Plus"}
ANYWHERE = {"mssql": re.compile(r"\$\((\w+)\)"), "oracle": re.compile(r"&&?(\w+)")}
"""What these clients replace wherever it stands, in literals too."""
EVERYTHING = "*"


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "mssql", "oracle"},
    since="0.1",
    help=say("Write the value into the file, or set the variable in it: \\set, :setvar, DEFINE; SET DEFINE OFF."),
)
def check(step: Step, before: Before) -> Iterator[tuple[Item, Message]]:
    if before.runs != "file":
        return
    known: set[str] = set()
    for item in step.items:
        known.update(_set_by(item, before.dialect))
        if EVERYTHING in known:
            return
        name = next((name for name in _variables(item, before.dialect) if name not in known), None)
        if name is not None:
            yield (
                item,
                say(
                    "{client} puts the value of its variable {name} in here: what runs is not in the file",
                    client=CLIENT[before.dialect],
                    name=name,
                ),
            )


def _set_by(item: Item, dialect: str) -> Iterator[str]:
    """The variables that the lines for the client around a statement set; EVERYTHING where it can't be said which."""
    around = [text for text in (item.statement.leading, item.statement.terminator) if text.strip(" \t\r\n;")]
    for token in (token for text in around for token in scan(text, dialect) if token.kind is TokenKind.CLIENT):
        words = token.text.split()
        match [word.lower() for word in words[:3]]:
            case ["\\set" | "\\getenv" | ":setvar" | "define", _, *_]:
                yield words[1].partition("=")[0]
            case ["\\prompt", *_]:
                yield words[-1]
            case ["\\gset", *_] | ["set", "define" | "scan", "off"]:  # \gset names them after a query's columns
                yield EVERYTHING
            case _:
                pass


def _variables(item: Item, dialect: str) -> Iterator[str]:
    if dialect in ANYWHERE:
        for found in ANYWHERE[dialect].finditer(item.sql):
            yield found[1]
        return
    # psqlscan.l: a colon right before a name, a literal or a quoted name. `::` and `:=` are operators.
    slices = 0
    tokens = item.statement.tokens if ":" in item.sql else ()
    for token, following in pairwise(tokens):
        if token.kind is not TokenKind.SYMBOL:
            continue
        slices += {"[": 1, "]": -1}.get(token.text, 0)
        names = following.kind in (TokenKind.WORD, TokenKind.STRING, TokenKind.QUOTED)
        if token.text == ":" and names and not slices:
            yield following.text.strip("'\"")
