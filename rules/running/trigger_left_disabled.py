"""A trigger that is switched off and not on again stays off, for everybody.

DISABLE TRIGGER is no setting of the session: it is written into the catalog. What the trigger keeps true
(foreign keys too, with ALL) is not kept any more, and nothing says so. The usual case is a backfill whose last line was
forgotten, or stands in another revision that was never run.

Not reported: a trigger that is switched on again, or dropped, in the same revision or file.

```sql before postgresql
CREATE TABLE orders (id INTEGER PRIMARY KEY, amount INTEGER);
CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER audited BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION audit();
```

```sql before mssql
CREATE TABLE orders (id INTEGER PRIMARY KEY, amount INTEGER);
```

```sql bad postgresql mssql
ALTER TABLE orders DISABLE TRIGGER audited;
UPDATE orders SET amount = 0 WHERE id = 1;
```

```sql good postgresql mssql
ALTER TABLE orders DISABLE TRIGGER audited;
UPDATE orders SET amount = 0 WHERE id = 1;
ALTER TABLE orders ENABLE TRIGGER audited;
```

In Alembic:

```python good postgresql mssql
op.execute("ALTER TABLE orders DISABLE TRIGGER audited")
op.execute("UPDATE orders SET amount = 0 WHERE id = 1")
op.execute("ALTER TABLE orders ENABLE TRIGGER audited")
```

Sources:
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DISABLE-ENABLE-TRIGGER
- https://learn.microsoft.com/en-us/sql/t-sql/statements/disable-trigger-transact-sql
"""

from collections.abc import Iterator

from sqlgen.rulekit import DropObject, Item, Message, Name, SetTableOption, Severity, Step, rule, say


@rule(
    severity=Severity.WARNING,
    dialects={"postgresql", "mssql"},
    since="0.1",
    help=say("ENABLE TRIGGER again in the same revision."),
)
def check(step: Step) -> Iterator[tuple[Item, Message]]:
    off: dict[tuple[Name, str], tuple[Item, str]] = {}
    for item in step.items:
        for fact in item.facts:
            match fact:
                case SetTableOption(table, option):
                    name = option.split()[-1].strip('"[]')
                    match option.upper().split():
                        case ["DISABLE", "TRIGGER", _]:
                            off[table, name.lower()] = item, name
                        case ["ENABLE", *_, "TRIGGER", "ALL" | "USER"]:
                            off = {key: each for key, each in off.items() if key[0] != table}
                        case ["ENABLE", *_, "TRIGGER", _]:
                            off.pop((table, name.lower()), None)
                case DropObject("trigger", name=dropped, table=Name() as table):
                    off.pop((table, dropped.name.lower()), None)
    for (table, key), (item, name) in off.items():
        if key in ("all", "user"):
            yield item, say("the triggers of {table} stay off when this is done", table=table)
        else:
            yield item, say("the trigger {name} of {table} stays off when this is done", name=name, table=table)
