"""What stands in /*! … */ looks like a comment, and is run.

MySQL and MariaDB execute the text of `/*! … */`, from a version on where it begins with a number, MariaDB that of
`/*M! … */` too. Editors grey it out, reviewers skip it, and formatters and linters throw it away with the comments. The
hint `/*+ SET_VAR(…) */` of MySQL sets a variable for its statement: foreign keys, or the checks of values, are off.

One finding per revision or file. In a .sql file, such as mysqldump writes, the text is read and judged as the server
runs it; in a revision, unparsed-statement reports what stands inside a statement. Not reported: a version that no
server has yet (`/*M!999999\\- … */`), and other hints, which choose how a query is done, not what it does.

```sql bad mysql mariadb runs=file
UPDATE users SET name = 'x' /*! , admin = 1 */;
```

```sql bad mysql mariadb
/*!50000 DROP TABLE IF EXISTS audit_log */;
UPDATE settings SET value = '1' WHERE name = 'audit';
```

```sql bad mysql
INSERT /*+ SET_VAR(foreign_key_checks = OFF) */ INTO orders (id, user_id) VALUES (1, 2);
```

```sql good mysql mariadb
/* audit_log goes in the next release */
UPDATE settings SET value = '1' WHERE name = 'audit';
```

```sql good mysql mariadb
/*M!999999\\- enable the sandbox mode */
SELECT 1;
```

```sql good mysql
SELECT /*+ MAX_EXECUTION_TIME(1000) */ count(*) FROM orders;
```

```python good mysql mariadb
op.execute("UPDATE settings SET value = '1' WHERE name = 'audit'")
```

Sources:
- https://dev.mysql.com/doc/refman/8.4/en/comments.html
- https://dev.mysql.com/doc/refman/8.4/en/optimizer-hints.html#optimizer-hints-set-var
- https://mariadb.com/kb/en/comment-syntax/
"""

from sqlgen.rulekit import Before, Item, Message, Severity, Token, TokenKind, is_run, rule, say, scan

MARKS = ("/*!", "/*M!")
"""In a file, the comment may hold the whole statement: then it is opened before the statement and closed behind it."""


@rule(
    severity=Severity.ERROR,
    dialects={"mysql", "mariadb"},
    since="0.1",
    once=True,
    help=say("Write it as a statement of its own, without the comment; set variables with SET."),
)
def check(item: Item, before: Before) -> Message | None:
    for around in (item.statement.leading, item.statement.terminator):
        for token in scan(around, before.dialect) if "/*" in around else ():
            opened = _is_opened(token)
            if opened or (token.executable and is_run(token.text, before.dialect)):
                text = f"{token.text}{item.sql} */" if opened else token.text
                return say("{text} looks like a comment, and is run", text=" ".join(text.split())[:80])
    for token in item.statement.tokens:
        if before.runs == "file" and (_is_opened(token) or (token.executable and is_run(token.text, before.dialect))):
            return say("{text} looks like a comment, and is run", text=" ".join(token.text.split())[:80])
        hint = token.kind is TokenKind.COMMENT and token.text.startswith("/*+")
        if hint and before.dialect == "mysql" and "SET_VAR" in token.text.upper():
            return say("{text} looks like a comment, and sets a variable", text=" ".join(token.text.split())[:80])
    return None


def _is_opened(token: Token) -> bool:
    """Whether the comment begins here, and ends behind what is taken for the statement."""
    return token.kind is TokenKind.UNCLOSED and token.text.startswith(MARKS)
