r"""A line for the client is run on the machine of whoever applies the script, and not by the database.

`\!` of psql and mysql runs a shell command with the rights of the DBA; `\copy`, `\i`, `source` and `.read` take files
that nobody reviewed; `\connect` goes on in another database; `\gexec` runs the text that a query returns. Readers of
SQL skip such lines, and nothing can check them.

The scripts that sqlgen writes hold none from a migration: they stop before the revision instead. The rule says so in
time, and of files that are run by hand.

Not reported: commands that only change what is printed or how the client goes on: `\set` without backquotes, `\echo`,
`\timing`, `\if`, `\restrict`, DELIMITER, `.bail`, `.mode`, `:on error`, WHENEVER; the rows behind COPY … FROM STDIN.

```sql bad postgresql
\! rm -rf /var/backups
SELECT 1;
```

```sql bad postgresql
SELECT 'DROP TABLE ' || table_name FROM information_schema.tables WHERE table_name LIKE 'old%' \gexec
```

```sql bad mysql mariadb
source /tmp/more.sql
SELECT 1;
```

```sql bad sqlite
.read /tmp/more.sql
SELECT 1;
```

```sql bad mssql
:r C:\temp\more.sql
SELECT 1;
```

```sql bad oracle
WHENEVER SQLERROR EXIT FAILURE
HOST rm -rf /var/backups
INSERT INTO t (a) VALUES (1);
```

```sql good postgresql
\set ON_ERROR_STOP on
\echo adding the column
ALTER TABLE users ADD COLUMN phone VARCHAR(40);
```

```sql good mysql mariadb
DELIMITER //
CREATE PROCEDURE tidy() BEGIN DELETE FROM carts WHERE id = 0; END //
DELIMITER ;
```

```sql good sqlite
.bail on
ALTER TABLE users ADD COLUMN phone VARCHAR(40);
```

```sql good mssql
:on error exit
:error stderr
UPDATE t SET a = 1 WHERE id = 1;
```

```sql good oracle
UPDATE t SET a = 1 WHERE id = 1;
```

```python bad postgresql mysql mariadb
op.execute("SELECT 1 \\! touch /tmp/x")
```

```python good postgresql mysql mariadb sqlite
op.execute("UPDATE users SET note = 'a \\! in a literal is text' WHERE id = 1")
```

Sources:
- https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-META-COMMANDS
- https://dev.mysql.com/doc/refman/8.4/en/mysql-commands.html
- https://mariadb.com/kb/en/mariadb-command-line-client/
- https://www.sqlite.org/cli.html
- https://learn.microsoft.com/en-us/sql/tools/sqlcmd/sqlcmd-commands
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqpug/SQL-Plus-command-reference.html
"""

from collections.abc import Iterator

from sqlgen.rulekit import Before, Item, Message, Severity, Step, TokenKind, rule, say, scan

# psql 17, "Meta-Commands": what runs programs, reads or writes files, sends what is not in the script, goes elsewhere.
_PSQL = "c cd connect copy e edit ef ev gexec i include include_relative ir lo_export lo_import o out s setenv w watch"
# MySQL 8.4, 6.5.1.2 "mysql Client Commands". \c throws away what stands before it.
_MYSQL = "! . c e r T P u source system tee pager"
# .help of sqlite3 3.40. Other commands, and lines that begin with #, print, or set how things are printed.
_SQLITE = (
    ".ar .archive .backup .cd .clone .dbconfig .excel .filectrl .import .load .log .once .open .output .read .recover "
    ".restore .save .shell .system .testcase .unmodule .vfsname .www"
)
# sqlcmd: where output goes is harmless when it is stdout or stderr.
_SQLCMD = "!! r connect ed out error perftrace"
# SQL*Plus 19.
_SQLPLUS = "host start spool connect get save store edit copy"
PSQL, MYSQL, SQLITE, SQLCMD, SQLPLUS = (
    frozenset(words.split()) for words in (_PSQL, _MYSQL, _SQLITE, _SQLCMD, _SQLPLUS)
)


@rule(
    severity=Severity.ERROR,
    since="0.1",
    help=say("Take it out of the script; what must be done on the machine is for a person or a job of its own."),
)
def check(step: Step, before: Before) -> Iterator[tuple[Item, Message]]:
    rows_follow = False
    for item in step.items:
        leading = item.statement.leading
        if rows_follow:
            leading = leading.partition("\n\\.")[2]
        rows_follow = _is_copy(item)
        for line in _lines(item, leading, before.dialect):
            if _acts(line, before.dialect):
                yield item, say("the client acts on this line itself: {text}", text=line.strip()[:80])
                break


def _lines(item: Item, leading: str, dialect: str) -> Iterator[str]:
    """What stands before, in and behind a statement that is for the client."""
    around = [text for text in (leading, item.statement.terminator) if text.strip(" \t\r\n;")]
    inside = item.statement.tokens if "\\" in item.sql else ()  # the other clients take lines before a statement only
    for token in (*(one for text in around for one in scan(text, dialect)), *inside):
        if token.kind is TokenKind.CLIENT:
            yield token.text
    if dialect == "oracle":  # words that SQL knows too are read as the beginning of the statement behind them
        yield item.sql.partition("\n")[0]


def _is_copy(item: Item) -> bool:
    return item.sql[:4].upper() == "COPY" and "STDIN" in item.sql.upper().split()


def _acts(line: str, dialect: str) -> bool:
    """Whether a command for the client does more than print."""
    match dialect:
        case "postgresql":
            return _psql(line)
        case "mysql" | "mariadb":
            return (line[1:2] if line.startswith("\\") else line.split()[0].lower()) in MYSQL
        case "sqlite":
            return line.split()[0] in SQLITE
        case "mssql":
            words = line.replace("!!", "!! ", 1).lstrip(" \t:").lower().split()
            return words[0] in SQLCMD and words[1:] not in (["stderr"], ["stdout"])
        case _:
            return _sqlplus(line)


def _psql(line: str) -> bool:
    if line.startswith("\\!") or "`" in line:  # a backquoted argument is run by the shell
        return True
    command = line[1:].replace("\t", " ").partition(" ")[0].strip()
    if command.rstrip("x") == "g":
        return bool(line.removeprefix(f"\\{command}").strip(" \t\r;"))  # \g FILE and \g | PROGRAM
    return command.rstrip("+") in PSQL


def _sqlplus(line: str) -> bool:
    word, _, rest = line.strip().lower().partition(" ")
    return line.startswith(("@", "!", "$")) or (word in SQLPLUS and rest != "off")
