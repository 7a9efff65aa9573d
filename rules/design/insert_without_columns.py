"""An INSERT without a column list fails, or fills the wrong columns, as soon as the table has another one.

The values go into the columns in the order of the table. That order is not the same everywhere: a column that was added
later stands at the end in production and where the model has it in a new database. With a column more the statement
fails; with two swapped ones of the same type nothing fails.

Not reported: tables that were made in the same range, DEFAULT VALUES, COPY and LOAD DATA, SQLite's own sqlite_sequence.

```sql bad postgresql mysql mariadb sqlite mssql oracle
INSERT INTO countries VALUES ('AT', 'Austria');
```

```sql bad mysql mariadb sqlite
REPLACE INTO countries SELECT * FROM new_countries;
```

```sql good postgresql mysql mariadb sqlite mssql oracle
INSERT INTO countries (code, name) VALUES ('AT', 'Austria');
```

```sql good postgresql sqlite
INSERT INTO counters DEFAULT VALUES;
CREATE TABLE seasons (id INTEGER PRIMARY KEY, name VARCHAR(20));
INSERT INTO seasons VALUES (1, 'spring');
```

```sql good sqlite
INSERT INTO sqlite_sequence VALUES ('users', 2);
```

```sql good mysql mariadb
INSERT INTO counters () VALUES ();
```

```python good postgresql mysql mariadb sqlite mssql oracle
countries = sa.table("countries", sa.column("code", sa.String), sa.column("name", sa.String))
op.bulk_insert(countries, [{"code": "AT", "name": "Austria"}])
```

Sources:
- https://www.postgresql.org/docs/current/sql-insert.html
- https://dev.mysql.com/doc/refman/8.4/en/insert.html
- https://mariadb.com/kb/en/insert/
- https://www.sqlite.org/lang_insert.html
"""

from sqlgen.rulekit import Before, Insert, Item, Message, Severity, TokenKind, rule, say


@rule(
    severity=Severity.WARNING,
    since="0.1",
    help=say("Name the columns: INSERT INTO countries (code, name) VALUES …."),
)
def check(item: Item, before: Before) -> Message | None:
    for fact in item.facts:
        if not isinstance(fact, Insert) or fact.columns is not None or before.created(fact.table):
            continue
        if before.dialect == "sqlite" and fact.table.name == "sqlite_sequence":
            continue
        if not _is_bulk_or_empty(item):
            return say("which columns of {table} the values go into depends on their order there", table=fact.table)
    return None


def _is_bulk_or_empty(item: Item) -> bool:
    """Whether it is no INSERT by its first word (COPY, LOAD DATA, MERGE), or one that gives no values."""
    head = [one for one in item.statement.tokens[:40] if one.kind not in (TokenKind.SPACE, TokenKind.COMMENT)]
    words = [one.text.upper() for one in head]
    text = " ".join(words)
    return words[0] in ("COPY", "LOAD", "BULK", "MERGE") or "DEFAULT VALUES" in text or "( ) VALUES" in text
