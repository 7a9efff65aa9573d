"""A placeholder without its value, or a Python object's name in its place, is no SQL.

`%s`, `%(name)s`, `?`, `:name` and `$1` stand for values that a driver sends beside the statement. In a script nothing
sends them: PostgreSQL, MySQL and MariaDB refuse the statement, the sqlite3 client takes NULL and says nothing. And text
such as `<function now at 0x7f3c…>` or `datetime.date(2026, 1, 1)` is what Python prints of an object: it was formatted
into the statement in place of a value.

Not reported: PostgreSQL's operators `?`, `?|` and `?&`, array slices, `%` as modulo, bodies of routines, PREPARE. In a
file for psql `:name` may be a variable of psql: client-variable-substitution speaks of that.

```sql bad postgresql mysql mariadb sqlite mssql oracle
UPDATE users SET name = %(name)s WHERE id = 1;
```

```sql bad mysql mariadb sqlite
INSERT INTO users (id, name) VALUES (?, ?);
```

```sql bad postgresql
INSERT INTO users (id, name) VALUES ($1, $2);
```

```sql bad postgresql mysql mariadb sqlite mssql oracle
UPDATE users SET name = :name WHERE id = 1;
```

```sql bad postgresql mysql mariadb sqlite mssql oracle
UPDATE users SET note = '<function now at 0x7f3c5a1b2c10>' WHERE id = 1;
```

```sql good postgresql
UPDATE users SET name = 'x' WHERE data ? 'name' AND id %3 = 1 AND tags[1:n] IS NOT NULL;
```

```sql good mysql mariadb sqlite
UPDATE users SET name = '%s? :name' WHERE id % 3 = 1;
```

Let SQLAlchemy write the values:

```python bad postgresql mysql mariadb sqlite mssql oracle
op.execute("UPDATE users SET name = %s WHERE id = %s")
```

```python good postgresql mysql mariadb sqlite mssql oracle
users = sa.table("users", sa.column("id", sa.Integer), sa.column("name", sa.String))
op.execute(users.update().where(users.c.id == 1).values(name="x"))
```

```python good postgresql mysql mariadb sqlite mssql oracle
op.execute(sa.text("UPDATE users SET name = :name WHERE id = :id").bindparams(name="x", id=1))
```

Sources:
- https://peps.python.org/pep-0249/#paramstyle
- https://www.sqlite.org/cli.html#sql_parameters
- https://www.postgresql.org/docs/current/sql-expressions.html#SQL-EXPRESSIONS-PARAMETERS-POSITIONAL
- https://dev.mysql.com/doc/refman/8.4/en/prepare.html
- https://alembic.sqlalchemy.org/en/latest/ops.html#alembic.operations.Operations.execute
"""

import re
from collections.abc import Sequence

from sqlgen.rulekit import Before, CreateObject, Item, Message, Severity, Token, TokenKind, rule, say

PYTHON = re.compile(
    r"<[^<>\n]{1,200} at 0x[0-9a-fA-F]{4,16}>|<class '[\w.]+'>"
    r"|\bdatetime\.(?:datetime|date|time|timedelta)\(|\bDecimal\('"
)
MARKS = (" at 0x", "<class '", "datetime.", "Decimal('")
"""One of these stands in each text that PYTHON finds; looking for them is faster."""
MAYBE = re.compile(r"%s|%\(|\?|[:$@#][\w]")
ROUTINES = ("function", "procedure", "trigger", "event", "package")
# Behind these words a value begins, so that a % or ? there is no operator.
_WORDS = (
    "AND BETWEEN BY DEFAULT ELSE IN INTERVAL IS LIKE LIMIT NOT OFFSET ON OR RETURN SELECT SET THEN VALUES WHEN WHERE"
)
BEFORE_VALUE = frozenset(_WORDS.split())
QUIET = (TokenKind.SPACE, TokenKind.COMMENT)


@rule(
    severity=Severity.ERROR,
    since="0.1",
    help=say("Write the value as a literal; in Alembic let SQLAlchemy do it: sa.text(…).bindparams(name=value)."),
)
def check(item: Item, before: Before) -> Message | None:
    python = PYTHON.search(item.sql) if any(mark in item.sql for mark in MARKS) else None
    if python is not None:
        return say("{text} is a Python object's name, not a value", text=python[0][:60])
    if not MAYBE.search(item.sql) or any(isinstance(f, CreateObject) and f.kind in ROUTINES for f in item.facts):
        return None
    found = _placeholder(item.statement.tokens, before)
    if found is None:
        return None
    return say(
        "{placeholder} has no value here: {what}",
        placeholder=found,
        what=say("sqlite3 takes NULL for it")
        if before.dialect == "sqlite"
        else say("the server refuses the statement"),
    )


def _placeholder(tokens: Sequence[Token], before: Before) -> str | None:
    slices = 0
    last: Token | None = None
    for number, token in enumerate(tokens):
        if token.kind is TokenKind.SYMBOL:
            slices += {"[": 1, "]": -1}.get(token.text, 0)
            found = _at(tokens, number, last, before.dialect)
            if found is not None and not (found[0] == ":" and (slices or _is_psqls(before))):
                return found
        elif token.kind is TokenKind.NUMBER and token.text.startswith("$") and tokens[0].text.upper() != "PREPARE":
            return token.text
        last = last if token.kind in QUIET else token
    return None


def _is_psqls(before: Before) -> bool:
    return before.dialect == "postgresql" and before.runs == "file"


def _at(tokens: Sequence[Token], number: int, last: Token | None, dialect: str) -> str | None:
    """The placeholder that begins with this symbol. `last` is what stands before it."""
    symbol = tokens[number].text
    follows = "".join(token.text for token in tokens[number + 1 : number + 5])
    if symbol.endswith("%") and (named := re.match(r"\(\w+\)s\b", follows)):
        return f"%{named[0]}"
    if symbol.endswith("%") and re.match(r"s\b", follows) and (symbol != "%" or not _is_operand(last)):
        return "%s"
    if symbol == ":" and re.match(r"[^\W\d]", follows):
        return f":{tokens[number + 1].text}"
    if dialect == "sqlite" and len(symbol) > 1 and symbol[0] in ":@$?":
        return symbol
    if symbol.endswith("?") and (dialect != "postgresql" or _ends_value(tokens[number + 1 :])):
        return "?"
    return None


def _is_operand(token: Token | None) -> bool:
    """Whether an operator may stand behind it."""
    if token is None or token.kind is TokenKind.SYMBOL:
        return token is not None and token.text in (")", "]")
    return token.text.upper() not in BEFORE_VALUE


def _ends_value(rest: Sequence[Token]) -> bool:
    """Whether no operand follows, so that ? is not PostgreSQL's operator for jsonb."""
    following = next((token.text.upper() for token in rest if token.kind not in QUIET), "")
    return following in ("", ",", ")", "AND", "OR")
