"""An ALTER TABLE that copies the table blocks writes to it until the copy is done.

MySQL and MariaDB change a table in the lightest way that they know for it. Some changes they only know as a copy of the
whole table (a primary key that is dropped, another storage engine, AUTO_INCREMENT at a column), some rebuild it in
place under a lock that lets reads through alone (a table with a FULLTEXT index). All INSERT, UPDATE and DELETE wait
until it is done. ALGORITHM=COPY asks for the copy where none is needed.

The page of another rule tells of its own kind of copy, and this one is silent: alter-column-type-rewrite,
add-column-volatile-default, add-column-stored-generated, add-column-serial-identity, fk-add-validating,
check-add-validating, index-create-blocking, charset-conversion. Not reported either: a table that was made in the same
range; MariaDB from 11.2 on, where the copy lets writes go on (mysql-not-instant tells of that).

```sql before mysql mariadb
CREATE TABLE orders (id INTEGER PRIMARY KEY, code VARCHAR(40) NOT NULL);
```

```sql bad mysql mariadb
ALTER TABLE orders ADD COLUMN note VARCHAR(200), ALGORITHM=COPY;
```

```sql bad mysql mariadb
ALTER TABLE orders ENGINE=MyISAM;
```

```sql good mysql mariadb
ALTER TABLE orders ADD COLUMN note VARCHAR(200), ALGORITHM=INSTANT;
```

```sql good mysql mariadb
ALTER TABLE orders DROP PRIMARY KEY, ADD PRIMARY KEY (code);
```

In Alembic each operation is a statement of its own: a primary key that is replaced in two of them is copied for the
first, and rebuilt for the second. One statement does both in place:

```python bad mysql
# sqlgen: allow unguarded-drop because "each environment has it"
op.drop_constraint("PRIMARY", "orders", type_="primary")
op.create_primary_key(None, "orders", ["code"])
```

```python good mysql mariadb
op.execute("ALTER TABLE orders DROP PRIMARY KEY, ADD PRIMARY KEY (code), ALGORITHM=INPLACE, LOCK=NONE")
```

Sources:
- https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html
- https://dev.mysql.com/doc/refman/8.4/en/alter-table.html#alter-table-performance
- https://mariadb.com/kb/en/innodb-online-ddl-overview/
"""

from collections.abc import Sequence

from sqlgen.rulekit import (
    AddConstraint,
    Advice,
    Algorithm,
    Before,
    Blocks,
    Effect,
    Fact,
    Item,
    Kind,
    Message,
    Name,
    Severity,
    rule,
    say,
)

SAID_ELSEWHERE = (
    "add-column-expression-default",
    "add-stored-column",
    "add-auto-increment-column",
    "add-column-check",
    "add-column-references",
    "add-foreign-key",
    "add-check",
    "add-fulltext-index",
    "add-fulltext-index-first",
    "add-spatial-index",
    "change-type",
    "change-type-index",
    "change-type-other-engine",
    "redefine-column-unknown",
    "convert-charset",
    "convert-charset-index",
    "convert-charset-instant",
    "ask-lock",
)
"""Lines of the effects' table that have rules of their own."""


@rule(
    severity=Severity.ERROR,
    dialects={"mysql", "mariadb"},
    since="0.1",
    help=say("Change it with gh-ost or pt-online-schema-change, or in a quiet hour with an allowance that says so."),
)
def check(item: Item, before: Before) -> Message | Advice | None:
    known = [(fact, before.effect(fact)) for fact in item.facts if _table(fact, before) is not None]
    for fact, effect in known:
        table = _table(fact, before)
        if table is None or effect.algorithm is None or effect.blocks(table) < Blocks.WRITES:
            continue
        if effect.line == "ask-copy":
            if any(each.algorithm is Algorithm.COPY for _, each in known if each is not effect):
                continue  # it needs the copy
            return Advice(
                say("ALGORITHM=COPY copies {table} where no copy is needed, which blocks writes to it", table=table),
                say("Leave ALGORITHM=COPY out."),
            )
        if effect.line in SAID_ELSEWHERE or _key_replaced(effect, item.facts):
            continue
        values = {"table": table, "line": effect.line.replace("-", " ")}
        if effect.algorithm is Algorithm.COPY:
            return say("this copies {table} ({line}), which blocks writes to it until it is done", **values)
        return say("this rebuilds {table} ({line}), which blocks writes to it until it is done", **values)
    return None


def _table(fact: Fact, before: Before) -> Name | None:
    table = getattr(fact, "table", None) or getattr(fact, "name", None)
    return table if isinstance(table, Name) and not before.created(table) else None


def _key_replaced(effect: Effect, facts: Sequence[Fact]) -> bool:
    """MySQL 8.4, 17.12.1: a primary key that is dropped and added in one statement is replaced in place."""
    adds = any(isinstance(one, AddConstraint) and one.constraint.kind is Kind.PRIMARY_KEY for one in facts)
    return effect.line == "drop-primary-key" and adds
