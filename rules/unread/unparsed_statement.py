"""A statement that can't be read is not judged by any rule.

Silence is never approval: what sqlgen can't read, no rule has looked at. It is run all the same, as it stands, and
what the schema is afterwards is not known. What a block builds while it runs is opaque-block's.

```sql bad postgresql mysql mariadb sqlite mssql oracle
FROBNICATE THE users;
```

```sql good postgresql mysql mariadb sqlite mssql oracle
UPDATE users SET name = 'x' WHERE id = 1;
```

Read it yourself, and say so:

```python bad postgresql mysql mariadb sqlite mssql oracle
op.execute("FROBNICATE THE users")
```

```python good postgresql mysql mariadb sqlite mssql oracle
# sqlgen: allow unparsed-statement because "vendor extension, read by two of us: it only sets a comment"
op.execute("FROBNICATE THE users")
```

Sources:
- https://www.postgresql.org/docs/current/sql-commands.html
- https://dev.mysql.com/doc/refman/8.4/en/sql-statements.html
- https://www.sqlite.org/lang.html
- https://learn.microsoft.com/en-us/sql/t-sql/statements/statements
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/
"""

from sqlgen.rulekit import Before, Message, Opaque, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    since="0.1",
    help=say(
        "Write it so that it can be read, or read it yourself and say so: "
        '# sqlgen: allow unparsed-statement because "…"'
    ),
)
def check(opaque: Opaque, before: Before) -> Message | None:
    if before.block is not None:
        return None  # opaque-block speaks of it
    return say("this can't be read, so no rule has judged it: {why}", why=opaque.why)
