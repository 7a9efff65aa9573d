"""A new table without the usual grants works for the one who made it, and for nobody else.

The migration runs as the owner. The application, the reports and the on-call engineer are other roles, and find out
after the release: "permission denied for table orders".

What is granted differs between environments, so the grants are an option, and stand in the settings of each:

```toml
[tool.sqlgen.env.prod.rule.grants-missing]
grants = ["GRANT SELECT ON {table} TO reporting", "GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO app"]
```

Each of them must stand in the revision that makes the table, word for word but for case and white space. The grants of
one role may be left to ALTER DEFAULT PRIVILEGES instead; then leave them out of the list.

```sql bad postgresql
CREATE TABLE orders (id BIGINT PRIMARY KEY);
```

```sql bad postgresql
CREATE TABLE orders (id BIGINT PRIMARY KEY);
GRANT SELECT ON invoices TO reporting;
```

```sql good postgresql
CREATE TABLE orders (id BIGINT PRIMARY KEY);
grant select on orders
    to reporting;
CREATE TEMPORARY TABLE totals (id BIGINT PRIMARY KEY);
```

```python bad postgresql
op.create_table("orders", sa.Column("id", sa.BigInteger, primary_key=True))
```

```python good postgresql
op.create_table("orders", sa.Column("id", sa.BigInteger, primary_key=True))
op.execute("GRANT SELECT ON orders TO reporting")
```

Sources:
- https://www.postgresql.org/docs/current/sql-grant.html
- https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlgen.rulekit import (
    Advice,
    Before,
    CreateTable,
    DropTable,
    Item,
    Name,
    Severity,
    Step,
    TokenKind,
    rule,
    say,
    scan,
    spelled,
)


@dataclass(frozen=True, slots=True)
class Options:
    grants: tuple[str, ...] = ("GRANT SELECT ON {table} TO reporting",)
    """What is granted on each new table; {table} stands for its name, with its schema where one is written."""
    tables_without: tuple[str, ...] = ("alembic_version",)
    """Tables that only their owner uses."""


@rule(
    severity=Severity.WARNING,
    dialects={"postgresql"},
    since="1",
    help=say("Grant it in the same revision."),
)
def check(revision: Step, before: Before, options: Options) -> Iterator[tuple[Item, Advice]]:
    made: dict[Name, Item] = {}
    granted: set[str] = set()
    for item in revision.items:
        granted.add(_in_words(item.sql, before.dialect))
        for fact in item.facts:
            match fact:
                case CreateTable(table=table) if _counts(fact, options):
                    made[table] = item
                case DropTable(table=table):
                    made.pop(table, None)
                case _:
                    pass
    for table, item in made.items():
        missing = [
            grant
            for grant in (template.replace("{table}", spelled(table, before.dialect)) for template in options.grants)
            if _in_words(grant, before.dialect) not in granted
        ]
        if missing:
            yield (
                item,
                Advice(
                    say("{table} is made without its grants: only its owner can use it", table=table),
                    say(
                        "Add to the revision: {grants}.",
                        grants="; ".join(f"op.execute({_literal(one)})" for one in missing),
                    ),
                ),
            )


def _counts(made: CreateTable, options: Options) -> bool:
    return not made.temporary and made.partition_of is None and made.table.name not in options.tables_without


def _literal(sql: str) -> str:
    """The statement as Python writes it; names in quotes have double ones."""
    return f"'{sql}'" if '"' in sql else f'"{sql}"'


def _in_words(sql: str, dialect: str) -> str:
    """The statement in one spelling: upper case, one space between words, no comments."""
    words = [token.text for token in scan(sql, dialect) if token.kind not in (TokenKind.SPACE, TokenKind.COMMENT)]
    return " ".join(words).upper().replace('"', "")
