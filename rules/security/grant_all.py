"""GRANT ALL gives more than anybody asked for, and what later versions of the engine add to it.

ALL on a table holds TRUNCATE, TRIGGER and REFERENCES on PostgreSQL, DROP and ALTER on MySQL and MariaDB. A role for an
application that reads and writes rows needs none of these, and an injected statement can use them all.

On in the preset "strict". REVOKE ALL takes away, and is not reported.

```sql bad postgresql
GRANT ALL ON orders TO app;
```

```sql bad mysql mariadb
GRANT ALL PRIVILEGES ON shop.* TO 'app'@'%';
```

```sql good postgresql
GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO app;
REVOKE ALL ON orders FROM guest;
```

```sql good mysql mariadb
GRANT SELECT, INSERT, UPDATE, DELETE ON shop.orders TO 'app'@'%';
```

Sources:
- https://www.postgresql.org/docs/current/ddl-priv.html
- https://dev.mysql.com/doc/refman/8.4/en/privileges-provided.html
- https://mariadb.com/kb/en/grant/
"""

from sqlgen.rulekit import Grant, Message, Severity, rule, say


@rule(
    severity=Severity.WARNING,
    dialects={"postgresql", "mysql", "mariadb"},
    since="0.1",
    default=False,
    help=say("List the privileges that are needed: SELECT, INSERT, UPDATE, DELETE."),
)
def check(grant: Grant) -> Message | None:
    if not grant.action.startswith("grant") or "all" not in grant.privileges:
        return None
    return say("{who} gets every privilege on {what}", who=", ".join(grant.to), what=grant.on)
