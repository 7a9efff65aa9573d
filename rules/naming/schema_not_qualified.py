"""A table without its schema is the one that search_path finds, and search_path is that of whoever runs the script.

The same statement makes `orders` in `public` for one role and in a schema of its own for another; an ALTER of a table
that stands in two schemas changes the first one found.

A matter of policy: on when the settings name it, since most projects have one schema. One finding per revision. Not
reported: statements behind SET search_path, temporary tables.

```sql bad postgresql
CREATE TABLE orders (id INTEGER PRIMARY KEY);
```

```sql bad postgresql
ALTER TABLE IF EXISTS ONLY orders ADD COLUMN day DATE;
```

```sql good postgresql
CREATE TABLE shop.orders (id INTEGER PRIMARY KEY);
ALTER TABLE "shop".orders ADD COLUMN day DATE;
CREATE TEMPORARY TABLE totals (id INTEGER PRIMARY KEY);
```

```sql good postgresql
SET search_path = shop;
CREATE TABLE orders (id INTEGER PRIMARY KEY);
```

```python good postgresql
op.create_table("orders", sa.Column("id", sa.Integer, primary_key=True), schema="shop")
```

Sources:
- https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATH
- https://docs.sqlalchemy.org/en/20/core/metadata.html#specifying-the-schema-name
"""

from sqlgen.rulekit import Before, Item, Message, Severity, TokenKind, rule, say

SKIPPED = frozenset(("CREATE", "ALTER", "DROP", "UNLOGGED", "FOREIGN", "TABLE", "IF", "NOT", "EXISTS", "ONLY"))


@rule(
    severity=Severity.WARNING,
    dialects={"postgresql"},
    since="0.1",
    default=False,
    strict=False,
    once=True,
    help=say('Name the schema (Alembic: schema="shop"), or SET search_path in the script.'),
)
def check(item: Item, before: Before) -> Message | None:
    if "search_path" in before.options:
        return None
    tokens = [one for one in item.statement.tokens if one.kind not in (TokenKind.SPACE, TokenKind.COMMENT)]
    words = [token.text.upper() for token in tokens[:9]]
    if words[:1] not in (["CREATE"], ["ALTER"], ["DROP"]) or "TABLE" not in words[1:3] or words[1][:4] == "TEMP":
        return None
    at = next((number for number, word in enumerate(words) if word not in SKIPPED), None)
    if at is None or words[at + 1 : at + 2] == ["."]:
        return None
    return say("where {table} is depends on the search_path of whoever runs this", table=tokens[at].text)
