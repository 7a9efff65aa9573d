"""A constraint that is added or enabled WITH NOCHECK stays untrusted: old rows may break it, and plans ignore it.

WITH NOCHECK checks new rows only. SQL Server remembers that (is_not_trusted), does not use the constraint to simplify
queries, and never looks at the old rows by itself. CHECK CONSTRAINT alone, after a load with NOCHECK, is the same:
WITH NOCHECK is its default. Only WITH CHECK CHECK CONSTRAINT reads the rows, and makes it trusted.

Adding it WITH NOCHECK in one revision and checking it in a later one is the safe way to add a constraint to a large
table; so the rule speaks when nothing in the whole range checks it. CHECK CONSTRAINT of one that the range has added
WITH CHECK changes nothing, and is not reported: the scripts of Management Studio have it behind each.

```sql before mssql
CREATE TABLE users (id INT NOT NULL PRIMARY KEY);
CREATE TABLE orders (id INT NOT NULL PRIMARY KEY, user_id INT NULL, CONSTRAINT fk_user FOREIGN KEY (user_id) REFERENCES
    users (id), amount INT NOT NULL);
```

```sql bad mssql
ALTER TABLE orders WITH NOCHECK ADD CONSTRAINT ck_amount CHECK (amount > 0);
```

```sql bad mssql
ALTER TABLE orders NOCHECK CONSTRAINT fk_user;
GO
ALTER TABLE orders CHECK CONSTRAINT fk_user;
```

```sql good mssql
ALTER TABLE orders WITH NOCHECK ADD CONSTRAINT ck_amount CHECK (amount > 0);
GO
ALTER TABLE orders WITH CHECK CHECK CONSTRAINT ck_amount;
```

```sql good mssql
CREATE TABLE prices (id INT NOT NULL PRIMARY KEY, user_id INT NULL);
ALTER TABLE prices WITH CHECK ADD CONSTRAINT fk_prices FOREIGN KEY (user_id) REFERENCES users (id);
GO
ALTER TABLE prices CHECK CONSTRAINT fk_prices;
```

In Alembic, the second one in a later revision:

```python good mssql
op.execute("ALTER TABLE orders WITH NOCHECK ADD CONSTRAINT ck_amount CHECK (amount > 0)")
# --- next revision
op.execute("ALTER TABLE orders WITH CHECK CHECK CONSTRAINT ck_amount")
```

Sources:
- https://learn.microsoft.com/en-us/sql/t-sql/statements/alter-table-transact-sql#with-check--with-nocheck
- https://learn.microsoft.com/en-us/sql/relational-databases/system-catalog-views/sys-foreign-keys-transact-sql
"""

from collections.abc import Iterator

from sqlgen.rulekit import (
    AddConstraint,
    Before,
    DropConstraint,
    Item,
    Message,
    Name,
    Range,
    SetTableOption,
    Severity,
    ValidateConstraint,
    rule,
    say,
)


@rule(
    severity=Severity.WARNING,
    dialects={"mssql"},
    since="0.1",
    help=say("Check the old rows in a later revision: ALTER TABLE … WITH CHECK CHECK CONSTRAINT …."),
)
def check(range: Range, before: Before) -> Iterator[tuple[Item, Message]]:
    untrusted: dict[tuple[Name, str], tuple[Item, Message]] = {}
    checked: set[tuple[Name, str]] = set()
    """Those that the range has added or checked, and not switched off since."""
    for step in range:
        for item in step.items:
            for fact in item.facts:
                match fact:
                    case AddConstraint(table=table, constraint=added) if added.not_valid:
                        name = added.name or say("a constraint without a name")
                        said = say("{name} is never checked against the rows of {table}", name=name, table=table)
                        untrusted[table, (added.name or "").lower()] = (item, said)
                    case AddConstraint(table=table, constraint=added) if added.name is not None:
                        checked.add((table, added.name.lower()))
                    case SetTableOption(table=table, option=option) if option:
                        words = option.split()
                        key = (table, words[-1].lower())
                        if words[0].upper() == "NOCHECK":
                            checked.discard(key)
                        if key not in checked:
                            _switched(item, table, words, untrusted)
                    case (
                        ValidateConstraint(table=table, constraint=name)
                        | DropConstraint(table=table, constraint=str(name))
                    ):
                        untrusted.pop((table, name.lower()), None)
                    case _:
                        pass
    yield from untrusted.values()


def _switched(
    item: Item, table: Name, words: list[str], untrusted: dict[tuple[Name, str], tuple[Item, Message]]
) -> None:
    """[WITH CHECK] CHECK CONSTRAINT name, NOCHECK CONSTRAINT name."""
    match [word.upper() for word in words[:-1]]:
        case ["WITH", "CHECK", "CHECK", "CONSTRAINT"]:
            for key in [one for one in untrusted if one[0] == table and words[-1].upper() in ("ALL", one[1].upper())]:
                del untrusted[key]
        case ["NOCHECK" | "CHECK" as word, "CONSTRAINT"]:
            said = (
                say(
                    "NOCHECK CONSTRAINT switches {name} of {table} off, and nothing checks its rows again",
                    name=words[-1],
                    table=table,
                )
                if word == "NOCHECK"
                else say(
                    "CHECK CONSTRAINT without WITH CHECK leaves {name} of {table} untrusted",
                    name=words[-1],
                    table=table,
                )
            )
            untrusted[table, words[-1].lower()] = (item, said)
        case _:
            pass
