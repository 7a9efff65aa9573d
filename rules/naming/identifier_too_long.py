"""A name that is longer than the engine allows is cut without a word, or refused.

PostgreSQL keeps the first 63 bytes of a name and says so in a notice that no log keeps. Who looks for the whole name in
the catalog, autogenerate among them, finds nothing, and makes the object again with each revision; a second name with
the same beginning fails. MySQL and MariaDB (64 characters), SQL Server (128) and Oracle (128 bytes, 30 before 12.2)
refuse the statement.

Alembic shortens the names that a naming convention makes, always in the same way; those fit. It counts characters, so
on PostgreSQL names beyond ASCII may still be too long.

```sql bad postgresql mysql mariadb
CREATE INDEX ix_customer_subscription_renewal_notifications_by_customer_and_day ON notes (day);
```

```sql before postgresql
CREATE TABLE notes (id INTEGER PRIMARY KEY, day DATE);
```

```sql bad postgresql
ALTER TABLE notes ADD COLUMN примечание_для_отдела_продаж_и_доставки TEXT;
```

```sql good postgresql mysql mariadb
ALTER TABLE notes ADD COLUMN sales TEXT;
SELECT day AS how_many_days_ago_the_customer_was_last_notified_about_renewals_of_it FROM notes;
```

```python bad mssql oracle
op.execute(f"CREATE TABLE {'a' * 129} (id INTEGER)")
```

```python good mssql oracle
op.execute(f"CREATE TABLE {'a' * 128} (id INTEGER)")
```

```python bad postgresql mysql mariadb
op.execute("ALTER TABLE notes RENAME COLUMN day TO day_on_which_the_customer_was_last_notified_about_renewal_of_it_a")
```

```python good postgresql mysql mariadb
op.execute("ALTER TABLE notes ADD COLUMN notified_on DATE")
```

Sources:
- https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
- https://dev.mysql.com/doc/refman/8.4/en/identifier-length.html
- https://mariadb.com/kb/en/identifier-names/
- https://learn.microsoft.com/en-us/sql/relational-databases/databases/database-identifiers
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/Database-Object-Names-and-Qualifiers.html
- https://docs.sqlalchemy.org/en/20/core/constraints.html#configuring-constraint-naming-conventions
"""

from sqlgen.rulekit import (
    AddColumn,
    AddConstraint,
    Before,
    CreateEnum,
    CreateIndex,
    CreateObject,
    CreateTable,
    Fact,
    Item,
    Message,
    Name,
    RenameColumn,
    RenameObject,
    RenameTable,
    Severity,
    Token,
    TokenKind,
    rule,
    say,
)

NAMES = (
    AddColumn,
    AddConstraint,
    CreateEnum,
    CreateIndex,
    CreateObject,
    CreateTable,
    RenameColumn,
    RenameObject,
    RenameTable,
)
LONGEST = {"postgresql": 63, "mysql": 64, "mariadb": 64, "mssql": 128, "oracle": 128}


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "mysql", "mariadb", "mssql", "oracle"},
    since="0.1",
    help=say("Shorten the name."),
)
def check(item: Item, before: Before) -> Message | None:
    made = [fact for fact in item.facts if isinstance(fact, NAMES)]
    if not made:
        return None
    limit = LONGEST[before.dialect] if before.dialect != "oracle" or before.at_least(12, 2) else 30
    bytes_count = before.dialect in ("postgresql", "oracle")
    for name in (_name(token) for token in item.statement.tokens if 4 * len(token.text) > limit):
        length = len(name.encode()) if bytes_count else len(name)
        if length <= limit:
            continue
        cut = name.encode()[:limit].decode(errors="ignore")
        if before.dialect != "postgresql":
            return say(
                "{name} has {length} {unit}, and {limit} are allowed: the statement fails",
                name=name,
                length=length,
                unit=say("bytes") if bytes_count else say("characters"),
                limit=limit,
            )
        if any(_is_there(fact, cut, before) for fact in made):
            return say(
                "PostgreSQL cuts {name} to {cut}, which is there already: the statement fails", name=name, cut=cut
            )
        return say("PostgreSQL cuts {name} to {cut}: who looks for the whole name finds nothing", name=name, cut=cut)
    return None


def _name(token: Token) -> str:
    """The name that a token is; the empty string for others."""
    if token.kind is TokenKind.QUOTED:
        return token.text[1:-1].replace(token.text[-1] * 2, token.text[-1])
    return token.text if token.kind is TokenKind.WORD else ""


def _is_there(fact: Fact, cut: str, before: Before) -> bool:
    """Whether another one of this name stands."""
    match fact:
        case CreateIndex(table=table):
            return before.schema.index(Name(cut, table.schema)) is not None
        case AddColumn(table=table):
            return before.schema.column(table, cut) is not None
        case AddConstraint(table=table):
            return before.schema.constraint(table, cut) is not None
        case CreateTable(table=table):
            return before.table(Name(cut, table.schema)) is not None
        case _:
            return False
