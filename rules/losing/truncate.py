"""TRUNCATE destroys all rows of the table, and on some engines there is no way back even within the transaction.

MySQL, MariaDB and Oracle commit it at once, whatever stands around it; PostgreSQL and SQL Server undo it when the
transaction rolls back, and block reads and writes of the table until then. No trigger for DELETE fires. CASCADE
empties the tables that refer to it as well: those that the history knows are named.

A table that was made in the same range is not reported.

```sql before postgresql mysql mariadb mssql oracle
CREATE TABLE sessions (id INTEGER PRIMARY KEY, expires_at TIMESTAMP);
```

```sql bad postgresql mysql mariadb mssql oracle
TRUNCATE TABLE sessions;
```

```sql bad postgresql
TRUNCATE sessions CASCADE;
```

```python bad postgresql mysql mariadb mssql oracle
op.execute("TRUNCATE TABLE sessions")
```

```sql good postgresql mysql mariadb mssql oracle
DELETE FROM sessions WHERE expires_at < '2026-01-01';
```

Delete the rows that must go, so that a mistake can't take the others:

```python good postgresql mysql mariadb mssql oracle
op.execute("DELETE FROM sessions WHERE expires_at < '2026-01-01'")
```

```python good postgresql mysql mariadb mssql oracle
# sqlgen: allow truncate because "a cache, filled again by the next request"
op.execute("TRUNCATE TABLE sessions")
```

Sources:
- https://www.postgresql.org/docs/current/sql-truncate.html
- https://dev.mysql.com/doc/refman/8.4/en/truncate-table.html
- https://learn.microsoft.com/en-us/sql/t-sql/statements/truncate-table-transact-sql
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/TRUNCATE-TABLE.html
"""

from sqlgen.rulekit import Before, Commits, Message, Name, Severity, Truncate, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "mysql", "mariadb", "mssql", "oracle"},
    since="0.1",
    help=say(
        "Delete the rows that must go, with a WHERE. When all of them must, say why in an allowance: "
        '# sqlgen: allow truncate because "…"'
    ),
)
def check(truncate: Truncate, before: Before) -> Message | None:
    table = truncate.table
    if before.created(table):
        return None
    if truncate.cascade:
        others = ", ".join(sorted(map(str, _referring(table, before) - {table})))
        if others:
            return say("TRUNCATE CASCADE destroys all rows of {table}, and of {others}", table=table, others=others)
        return say("TRUNCATE CASCADE destroys all rows of {table}, and of every table that refers to it", table=table)
    if before.effect(truncate).commits is Commits.IMPLICITLY:
        return say("TRUNCATE destroys all rows of {table} and commits at once: no ROLLBACK undoes it", table=table)
    return say("TRUNCATE destroys all rows of {table}", table=table)


def _referring(table: Name, before: Before) -> set[Name]:
    """The tables with a foreign key to it, and those with one to them."""
    found, waiting = {table}, [table]
    while waiting:
        name = waiting.pop()
        for one in before.schema.referrers(name):
            if one.name not in found and any(key.references == name for key in one.constraints):
                found.add(one.name)
                waiting.append(one.name)
    return found
