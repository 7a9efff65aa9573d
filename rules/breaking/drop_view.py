"""Dropping a view breaks every query that reads from it, at once.

No row is lost, but reports, other applications and the old code, which runs on while the release goes out, fail on each
query. Views are what is handed to people whose queries stand in no repository of yours.

Not reported: a view that the same revision makes again (to change what it reads), or that was made in the same range;
DROP … CASCADE, of which drop-cascade speaks. A table that takes the place of the view in the same revision is not
looked for.

```sql before postgresql mysql mariadb sqlite oracle
CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(40));
CREATE VIEW names AS SELECT name FROM users;
```

```sql bad postgresql mysql mariadb sqlite mssql
DROP VIEW IF EXISTS names;
```

```sql bad oracle
DROP VIEW names;
```

```python bad postgresql mysql mariadb sqlite mssql oracle
op.execute("DROP VIEW names")
```

```sql good postgresql mysql mariadb sqlite
DROP VIEW IF EXISTS names;
CREATE VIEW names AS SELECT id, name FROM users;
```

Make it again, in the same revision, over what stands then; drop it a release after its last reader is gone:

```python good postgresql mysql mariadb sqlite mssql oracle
op.execute("DROP VIEW names")
op.execute("CREATE VIEW names AS SELECT id, name FROM users")
```

```python good postgresql mysql mariadb sqlite mssql oracle
# sqlgen: allow drop-view because "the report that read it was switched off in May"
op.execute("DROP VIEW names")
```

Sources:
- https://www.postgresql.org/docs/current/sql-dropview.html
- https://dev.mysql.com/doc/refman/8.4/en/drop-view.html
- https://www.sqlite.org/lang_dropview.html
- https://learn.microsoft.com/en-us/sql/t-sql/statements/drop-view-transact-sql
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/DROP-VIEW.html
"""

from sqlgen.rulekit import Before, DropObject, Message, Severity, kind_of, rule, say


@rule(
    severity=Severity.WARNING,
    since="0.1",
    help=say(
        "Make it again in the same revision; or drop it when nothing reads it any more, and say so: "
        '# sqlgen: allow drop-view because "…"'
    ),
)
def check(drop: DropObject, before: Before) -> Message | None:
    if "view" not in drop.kind or drop.cascade or drop.name in before.views_made:
        return None
    if before.created(drop.name):
        return None
    return say(
        "dropping the {kind} {view} breaks every query that reads from it", kind=kind_of(drop.kind), view=drop.name
    )
