"""Between timestamp and timestamptz the values depend on the TimeZone of the session that runs the migration.

A plain change reads each value as local time of that session, or writes it as such. Run with TimeZone = UTC by the
application's pool, with the server's default by psql, and the same migration stores times that are hours apart; where
clocks change, two different times may become one. Nothing fails, and the way back does not restore them elsewhere.

Say which zone is meant: USING column AT TIME ZONE 'UTC'. Then the result is the same everywhere. Not reported: USING
with AT TIME ZONE or timezone(…), and a change behind SET TimeZone in the same script; a table or column that was made
in the same range; a column whose old type is not known here.

```sql before postgresql
CREATE TABLE orders (id INTEGER PRIMARY KEY, placed TIMESTAMP WITHOUT TIME ZONE, paid TIMESTAMP WITH TIME ZONE);
```

```sql bad postgresql
ALTER TABLE orders ALTER COLUMN placed TYPE TIMESTAMP WITH TIME ZONE;
```

```sql bad postgresql
ALTER TABLE orders ALTER COLUMN paid TYPE TIMESTAMP WITHOUT TIME ZONE USING paid::timestamp;
```

```sql good postgresql
-- sqlgen: allow alter-column-type-rewrite because "40,000 rows, measured: 300 ms"
ALTER TABLE orders ALTER COLUMN placed TYPE TIMESTAMP WITH TIME ZONE USING placed AT TIME ZONE 'UTC';
```

```sql good postgresql
SET TimeZone = 'UTC';
-- sqlgen: allow alter-column-type-rewrite because "not with TimeZone = UTC, where the bytes stay"
ALTER TABLE orders ALTER COLUMN placed TYPE TIMESTAMP WITH TIME ZONE;
```

In Alembic; AT TIME ZONE rewrites the table, which alter-column-type-rewrite says:

```python good postgresql
# sqlgen: allow alter-column-type-rewrite because "40,000 rows, measured: 300 ms"
op.alter_column(
    "orders",
    "placed",
    existing_type=sa.DateTime(),
    type_=sa.DateTime(timezone=True),
    postgresql_using="placed AT TIME ZONE 'UTC'",
)
```

Sources:
- https://www.postgresql.org/docs/current/datatype-datetime.html#DATATYPE-DATETIME-INPUT-TIME-STAMPS
- https://www.postgresql.org/docs/current/functions-datetime.html#FUNCTIONS-DATETIME-ZONECONVERT
"""

from sqlgen.rulekit import AlterColumnType, Before, Message, Severity, canonical, rule, say

ZONED = {("timestamp", "timestamptz"), ("timestamptz", "timestamp")}


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql"},
    since="0.1",
    help=say(
        "Say the zone: USING column AT TIME ZONE 'UTC' (Alembic: postgresql_using=\"column AT TIME ZONE 'UTC'\")."
    ),
)
def check(change: AlterColumnType, before: Before) -> Message | None:
    if before.born(change.table, change.column) or before.options.get("timezone") is not None:
        return None
    known = before.schema.column(change.table, change.column)
    if known is None or known.type is None:
        return None
    old, new = canonical(known.type, "postgresql"), canonical(change.type, "postgresql")
    if (old.name, new.name) not in ZONED or _says_the_zone(change.using):
        return None
    return say(
        "{table}.{column} becomes {new} by the TimeZone of whatever session runs this: values may move by hours",
        table=change.table,
        column=change.column,
        new=new,
    )


def _says_the_zone(using: str | None) -> bool:
    words = " ".join((using or "").lower().split())
    return "at time zone" in words or "timezone(" in words
