"""A password or a key in a migration is known to everybody who can read the repository, a bundle or the server's log.

Scripts are copied: into version control, into tickets, into the DBA's home; servers log the statements that they run.
Taking the text out later does not take it back.

It looks for passwords of CREATE and ALTER USER or ROLE (a SCRAM verifier, which is no password, is accepted),
passwords in connection strings and URLs, private keys, and tokens whose form gives them away: AWS, GitHub, GitLab,
Slack, Stripe, Google, SendGrid, npm. Placeholders such as `***`, `<password>` and `${PASSWORD}` are not reported.

```sql bad postgresql
CREATE ROLE app LOGIN PASSWORD 'correct horse battery staple';
```

```sql bad mysql mariadb
CREATE USER 'app'@'%' IDENTIFIED BY 'correct horse battery staple';
```

```sql bad postgresql mysql mariadb sqlite mssql oracle
UPDATE settings SET value = 'https://api:c0rrecth0rse@mail.example.org/send' WHERE name = 'mail';
```

```sql bad postgresql
CREATE SUBSCRIPTION s CONNECTION 'host=db1 dbname=shop user=repl password=c0rrecth0rse' PUBLICATION p;
```

```sql good postgresql
CREATE ROLE app LOGIN;
ALTER ROLE guest PASSWORD NULL;
```

```sql good mysql mariadb
CREATE USER 'app'@'%' IDENTIFIED WITH auth_socket;
```

```sql good postgresql mysql mariadb sqlite mssql oracle
UPDATE settings SET value = 'https://mail.example.org/send' WHERE name = 'mail';
```

```python bad postgresql mysql mariadb sqlite mssql oracle
settings = sa.table("settings", sa.column("name", sa.String), sa.column("value", sa.String))
op.bulk_insert(settings, [{"name": "s3", "value": "AKIAIOSFODNN7EXAMPLE"}])
```

```python good postgresql mysql mariadb sqlite mssql oracle
settings = sa.table("settings", sa.column("name", sa.String), sa.column("value", sa.String))
op.bulk_insert(settings, [{"name": "s3", "value": "vault:storage/s3"}])
```

Set passwords by hand or from the secret store, with `\\password app` in psql, and change the one that was written down.

Sources:
- https://www.postgresql.org/docs/current/sql-createrole.html
- https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING
- https://dev.mysql.com/doc/refman/8.4/en/create-user.html
- https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
"""

import re

from sqlgen.rulekit import Item, Message, Severity, Token, TokenKind, rule, say

# What it is, what such a text always holds, its form.
TOKENS = (
    (say("a private key"), "PRIVATE KEY", r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"),
    (say("an AWS access key"), "AKIA", r"\bAKIA[0-9A-Z]{16}\b"),
    (say("an AWS access key"), "ASIA", r"\bASIA[0-9A-Z]{16}\b"),
    *((say("a GitHub token"), f"gh{kind}_", rf"\bgh{kind}_[0-9A-Za-z]{{36,}}") for kind in "pousr"),
    (say("a GitHub token"), "github_pat_", r"\bgithub_pat_[0-9A-Za-z_]{40,}"),
    (say("a GitLab token"), "glpat-", r"\bglpat-[0-9A-Za-z_-]{20,}"),
    (say("a Slack token"), "xox", r"\bxox[abposr]-[0-9A-Za-z-]{10,}"),
    (say("a Stripe key"), "k_live_", r"\b[rs]k_live_[0-9A-Za-z]{16,}"),
    (say("a Google key"), "AIza", r"\bAIza[0-9A-Za-z_-]{35}\b"),
    (say("a SendGrid key"), "SG.", r"\bSG\.[0-9A-Za-z_-]{16,}\.[0-9A-Za-z_-]{16,}"),
    (say("an npm token"), "npm_", r"\bnpm_[0-9A-Za-z]{36}\b"),
)
FORMS = tuple((what, mark, re.compile(form)) for what, mark, form in TOKENS)
URL = re.compile(r"\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\s:/@'\"]{0,64}:([^\s/@'\"]{1,128})@[^\s@'\"]")
PASSWORD = re.compile(r"\b(?:password|pwd)\s*=\s*([^\s;'\"&]+)", re.IGNORECASE)
CONNECTION = re.compile(r"\b(?:host|hostaddr|server|dbname|data source|user id|uid)\s*=", re.IGNORECASE)
MASK = re.compile(r"[*x.…]+|<.*>|\$?\{.*\}|%.*|\$\w+|:\w+|\[.*\]", re.IGNORECASE)
WORD_FOR_IT = re.compile(r"password|passwd|pass|pwd|secret", re.IGNORECASE)


@rule(
    severity=Severity.ERROR,
    since="0.1",
    help=say("Take it out of the migration, set it from the secret store, and change it: it has been written down."),
)
def check(item: Item) -> Message | None:
    text = item.statement.leading + item.sql
    for what, mark, form in FORMS:
        if mark in text and form.search(text):
            return say("{what} stands in the script", what=what)
    if "://" in text and any(_is_meant(found[1]) for found in URL.finditer(text)):
        return say("a URL with its password stands in the script")
    lower = text.lower()
    if not any(word in lower for word in ("password", "pwd", "identified")):
        return None
    if CONNECTION.search(text) and any(_is_meant(found[1]) for found in PASSWORD.finditer(text)):
        return say("a connection string with its password stands in the script")
    account = _account([one for one in item.statement.tokens if one.kind not in (TokenKind.SPACE, TokenKind.COMMENT)])
    return None if account is None else say("the password of {account} stands in the script", account=account)


def _is_meant(password: str) -> bool:
    """Whether it is a password, and not what stands for one in an example."""
    return MASK.fullmatch(password) is None and WORD_FOR_IT.fullmatch(password) is None


def _account(tokens: list[Token]) -> str | Message | None:
    """Whose password is set: CREATE or ALTER USER, ROLE, LOGIN …, GRANT … IDENTIFIED BY, SET PASSWORD."""
    first = " ".join(one.text.upper() for one in tokens[:2])
    if first not in ACCOUNTS and not first.startswith("GRANT "):
        return None
    for number, token in enumerate(tokens):
        if token.kind is TokenKind.STRING and _is_password(tokens[max(0, number - 4) : number], token, first):
            name = next((one for one in tokens[2:] if one.text.upper() not in BEFORE_NAME), token)
            return name.text.strip("'\"`") if first in NAMED else say("an account")
    return None


NAMED = tuple(f"{verb} {kind}" for verb in ("CREATE", "ALTER") for kind in ("USER", "ROLE", "LOGIN", "GROUP"))
ACCOUNTS = (*NAMED, "SET PASSWORD")
BEFORE_NAME = ("MAPPING", "FOR", "IF", "NOT", "EXISTS")


def _is_password(before: list[Token], literal: Token, first: str) -> bool:
    """Whether what stands before a literal says that it is a password in the clear. BY PASSWORD 'x' is its digest."""
    content = literal.text[literal.text.index(literal.text[-1]) + 1 : -1]
    if not content or content.startswith("SCRAM-SHA-256$") or MASK.fullmatch(content):
        return False
    if first == "SET PASSWORD" and before[-1].text == "=":
        return True
    words = [one.text.upper() for one in before if one.text not in ("=", "(")]
    if words[-1:] == ["PASSWORD"]:
        return words[-2:-1] != ["BY"]
    return words[-1:] == ["BY"] and "IDENTIFIED" in words
