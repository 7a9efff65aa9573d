"""A table without a primary key can't be replicated by row, and no single row of it can be addressed.

Logical replication of PostgreSQL refuses its UPDATEs and DELETEs. MySQL's group replication and MariaDB's Galera refuse
the table, or its DELETEs; replicas look for each changed row by reading the whole table. Tools that alter large tables
without blocking (gh-ost, pt-online-schema-change) need the key, and rows that are there twice can't be told apart.

A key that a later statement of the range adds counts. Not reported: temporary tables, partitioned tables and their
partitions, tables that are like another one or come from a query, the copy in a SQLite rebuild, SQLite's own tables.

```sql bad postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE visits (page VARCHAR(200), day DATE);
```

```sql good postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE visits (id BIGINT NOT NULL, page VARCHAR(200), CONSTRAINT pk_visits PRIMARY KEY (id));
CREATE TABLE books_authors (book_id BIGINT NOT NULL, author_id BIGINT NOT NULL, PRIMARY KEY (book_id, author_id));
```

```sql good sqlite
CREATE TABLE sqlite_sequence(name,seq);
```

```sql good postgresql mysql mariadb
CREATE TABLE visits (id BIGINT NOT NULL, page VARCHAR(200));
ALTER TABLE visits ADD CONSTRAINT pk_visits PRIMARY KEY (id);
```

```python bad postgresql mysql mariadb sqlite mssql oracle
op.create_table("books_authors", sa.Column("book_id", sa.BigInteger), sa.Column("author_id", sa.BigInteger))
```

```python good postgresql mysql mariadb sqlite mssql oracle
op.create_table(
    "books_authors",
    sa.Column("book_id", sa.BigInteger, primary_key=True),
    sa.Column("author_id", sa.BigInteger, primary_key=True),
)
```

Sources:
- https://www.postgresql.org/docs/current/logical-replication-publication.html#LOGICAL-REPLICATION-PUBLICATION-REPLICA-IDENTITY
- https://dev.mysql.com/doc/refman/8.4/en/group-replication-requirements.html
- https://mariadb.com/kb/en/mariadb-galera-cluster-known-limitations/
- https://github.com/github/gh-ost/blob/master/doc/shared-key.md
"""

from collections.abc import Iterator

from sqlgen.rulekit import (
    AddColumn,
    AddConstraint,
    Column,
    Constraint,
    CreateTable,
    DropTable,
    Item,
    Kind,
    Message,
    Name,
    Range,
    RedefineColumn,
    RenameTable,
    Severity,
    rule,
    say,
)


@rule(
    severity=Severity.WARNING,
    since="0.1",
    help=say("Give it one: an id that counts by itself, or the columns that tell its rows apart."),
)
def check(steps: Range) -> Iterator[tuple[Item, Message]]:
    without: dict[Name, Item] = {}
    gone: set[Name] = set()
    for item in (item for step in steps for item in step.items):
        for fact in item.facts:
            match fact:
                case CreateTable(table=table) if not _has_key(fact):
                    without[table] = item
                case AddConstraint(table=table, constraint=Constraint(kind=Kind.PRIMARY_KEY)):
                    without.pop(table, None)
                case AddColumn(table=table, column=column) | RedefineColumn(table=table, to=column) if _is_key(column):
                    without.pop(table, None)
                case DropTable(table=table):
                    if without.pop(table, None) is None:
                        gone.add(table)
                case RenameTable(table=table, to=to) if table in without:
                    made = without.pop(table)
                    if to not in gone:  # else it takes the place of a table that had no key before either
                        without[to] = made
                case _:
                    pass
    for table, item in without.items():
        yield item, say("{table} has no primary key: no replica and no tool can tell its rows apart", table=table)


def _has_key(made: CreateTable) -> bool:
    """Whether it has a primary key, needs none, or may have one from elsewhere."""
    if made.table.name.startswith("sqlite_"):
        return True
    if made.temporary or made.from_query or made.like or made.partition_of is not None or made.partition_by is not None:
        return True
    return any(one.kind is Kind.PRIMARY_KEY for one in made.constraints) or any(map(_is_key, made.columns))


def _is_key(column: Column) -> bool:
    return any(one.kind is Kind.PRIMARY_KEY for one in column.constraints)
