"""A privilege for PUBLIC is one for every role there is, and for each that will be made.

Whoever can connect has it: the reporting tool, the contractor, the role of another application on the same server. It
is not taken back when a role loses all its own privileges, since it never was the role's own.

REVOKE … FROM PUBLIC, which takes away, is not reported. MySQL has no PUBLIC; there its anonymous user, `''`, is.

```sql bad postgresql mariadb mssql oracle
GRANT SELECT ON orders TO PUBLIC;
```

```sql bad mysql mariadb
GRANT SELECT ON shop.orders TO ''@'%';
```

```sql good postgresql
GRANT SELECT ON orders TO reporting;
REVOKE ALL ON orders FROM PUBLIC;
```

```sql good mssql oracle
GRANT SELECT ON orders TO reporting;
```

```sql good mysql mariadb
GRANT SELECT ON shop.orders TO 'reporting'@'10.0.0.%';
```

```python bad postgresql
op.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC")
```

```python good postgresql
op.execute("GRANT SELECT ON orders TO reporting")
```

Sources:
- https://www.postgresql.org/docs/current/ddl-priv.html
- https://www.postgresql.org/docs/current/sql-grant.html
- https://mariadb.com/kb/en/grant/#to-public
- https://learn.microsoft.com/en-us/sql/relational-databases/security/authentication-access/database-level-roles
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/GRANT.html
- https://dev.mysql.com/doc/refman/8.4/en/account-names.html
"""

from sqlgen.rulekit import Before, Grant, Message, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "mysql", "mariadb", "mssql", "oracle"},
    since="0.1",
    help=say("Grant it to the role that needs it."),
)
def check(grant: Grant, before: Before) -> Message | None:
    if not grant.action.startswith("grant"):
        return None
    everybody = {"public"} if before.dialect != "mysql" else set()
    for who in grant.to:
        if who.lower() in everybody or _is_anonymous(who, before.dialect):
            return say(
                "everybody who can connect gets {privileges}{on}",
                privileges=", ".join(grant.privileges).upper(),
                on="" if grant.on is None else f" on {grant.on}",
            )
    return None


def _is_anonymous(account: str, dialect: str) -> bool:
    """MySQL: an account without a user's name, whom anybody is who names none."""
    return dialect in ("mysql", "mariadb") and account.partition("@")[0] in ("", "''", '""', "``")
