"""SQLite refuses some columns in ALTER TABLE … ADD COLUMN that CREATE TABLE takes.

UNIQUE and PRIMARY KEY are refused always. With rows in the table, so are a default that is not a literal
(CURRENT_TIMESTAMP, an expression in parentheses), a STORED generated column, and, with PRAGMA foreign_keys = ON, a
REFERENCES column whose default is not NULL. On an empty table of a developer the statement works; in production it
stops the upgrade.

UNIQUE and PRIMARY KEY are reported for a table that was made in the same range too, the others are not: it has no rows
that anybody relies on. A NOT NULL column is add-required-column's to judge.

```sql before sqlite
CREATE TABLE users (id INTEGER PRIMARY KEY);
CREATE TABLE orders (id INTEGER PRIMARY KEY, amount INTEGER);
```

```sql bad sqlite
ALTER TABLE users ADD COLUMN email VARCHAR(200) UNIQUE;
```

```sql bad sqlite
ALTER TABLE users ADD COLUMN joined TIMESTAMP DEFAULT CURRENT_TIMESTAMP;
```

```sql bad sqlite
ALTER TABLE orders ADD COLUMN twice INTEGER GENERATED ALWAYS AS (amount * 2) STORED;
```

```sql bad sqlite
PRAGMA foreign_keys = ON;
ALTER TABLE orders ADD COLUMN user_id INTEGER DEFAULT 1 REFERENCES users (id);
```

```sql good sqlite
ALTER TABLE users ADD COLUMN joined TIMESTAMP;
ALTER TABLE users ADD COLUMN logins INTEGER DEFAULT 0;
ALTER TABLE orders ADD COLUMN twice INTEGER GENERATED ALWAYS AS (amount * 2) VIRTUAL;
ALTER TABLE orders ADD COLUMN user_id INTEGER REFERENCES users (id);
```

In Alembic, batch mode makes the table anew, which takes all of them:

```python good sqlite
with op.batch_alter_table("users", recreate="always") as batch:
    batch.add_column(sa.Column("joined", sa.DateTime(), server_default=sa.text("CURRENT_TIMESTAMP")))
    batch.add_column(sa.Column("email", sa.String(200)))
    batch.create_unique_constraint("uq_users_email", ["email"])
```

Sources:
- https://www.sqlite.org/lang_altertable.html#alter_table_add_column
- https://www.sqlite.org/gencol.html#limitations
"""

from sqlgen.rulekit import AddColumn, Before, Kind, Message, Severity, Volatility, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"sqlite"},
    since="0.1",
    help=say('Rebuild the table: op.batch_alter_table("…", recreate="always"); or add the column without it.'),
)
def check(add: AddColumn, before: Before) -> Message | None:
    for constraint in add.column.constraints:
        if constraint.kind in (Kind.UNIQUE, Kind.PRIMARY_KEY):
            return say(
                "SQLite refuses to add a {kind} column to a table that is there: {table}.{column}",
                kind=constraint.kind.upper(),
                table=add.table,
                column=add.column.name,
            )
    why = _refused_on_rows(add, before)
    if why is None or before.created(add.table):
        return None
    return say(
        "SQLite refuses to add {table}.{column} when {table} has rows: {why}",
        table=add.table,
        column=add.column.name,
        why=why,
    )


def _refused_on_rows(add: AddColumn, before: Before) -> Message | None:
    column = add.column
    if column.generated == "stored":
        return say("it is a STORED generated column")
    if column.default is None or column.default.is_null or not column.nullable:
        return None
    text = column.default.text
    if column.default.volatility is not Volatility.CONSTANT or not _is_literal(text):
        return say("its default {default} is not a literal", default=text)
    references = any(constraint.kind is Kind.FOREIGN_KEY for constraint in column.constraints)
    if references and str(before.options.get("foreign_keys")).lower() in ("on", "1", "yes", "true"):
        return say("it refers to another table, its default is {default}, and foreign_keys is ON", default=text)
    return None


def _is_literal(text: str) -> bool:
    """Whether it is a number, a quoted text, a blob, TRUE or FALSE, with or without parentheses around it."""
    bare = text.strip(" ()+-").upper()
    if bare.startswith(("'", "X'")):
        return bare.replace("''", "").count("'") == 2  # 'a' || 'b' begins and ends with a quote, too
    return bare in ("TRUE", "FALSE") or all(letter.isalnum() or letter == "." for letter in bare)
