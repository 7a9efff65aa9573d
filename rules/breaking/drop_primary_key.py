"""Without its primary key a table takes the same row twice, and replication and upserts stop working.

PostgreSQL's logical replication refuses UPDATE and DELETE of a table that has no primary key (or other replica
identity); Galera and MySQL's group replication need one on every table. ON CONFLICT and ON DUPLICATE KEY find nothing
to conflict with. Foreign keys that refer to it are in the way, or go with it.

Not reported: a table that was made in the same range; one that gets another primary key in the same revision.

```sql before postgresql mysql mariadb mssql oracle
CREATE TABLE users (id INTEGER NOT NULL, email VARCHAR(100) NOT NULL, CONSTRAINT users_pkey PRIMARY KEY (id));
```

```sql bad postgresql mssql oracle
ALTER TABLE users DROP CONSTRAINT users_pkey;
```

```sql bad mysql mariadb
ALTER TABLE users DROP PRIMARY KEY;
```

```python bad postgresql mysql mariadb mssql oracle
op.drop_constraint("users_pkey", "users", type_="primary")
```

```sql good postgresql
-- sqlgen: allow primary-key-inline because "ten rows"
ALTER TABLE users DROP CONSTRAINT users_pkey, ADD CONSTRAINT users_pkey PRIMARY KEY (email);
```

```sql good mysql mariadb
ALTER TABLE users DROP PRIMARY KEY, ADD PRIMARY KEY (email);
```

Put the new key in the place of the old one, in the same revision:

```python good mssql oracle
op.drop_constraint("users_pkey", "users", type_="primary")
# sqlgen: allow primary-key-inline, add-unique-existing-data because "ten rows"
op.create_primary_key("users_pkey", "users", ["email"])
```

```python good mysql mariadb
op.execute("ALTER TABLE users DROP PRIMARY KEY, ADD PRIMARY KEY (email)")
```

Sources:
- https://www.postgresql.org/docs/current/logical-replication-publication.html#LOGICAL-REPLICATION-PUBLICATION-REPLICA-IDENTITY
- https://dev.mysql.com/doc/refman/8.4/en/group-replication-requirements.html
- https://learn.microsoft.com/en-us/sql/relational-databases/replication/transactional/transactional-replication
- https://galeracluster.com/library/documentation/limitations.html
"""

from collections.abc import Iterator

from sqlgen.rulekit import (
    AddConstraint,
    Before,
    DropConstraint,
    DropTable,
    Fact,
    Item,
    Kind,
    Message,
    Name,
    Severity,
    Step,
    rule,
    say,
)


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "mysql", "mariadb", "mssql", "oracle"},
    since="0.1",
    help=say("Add the new primary key in the same revision, best in the same ALTER TABLE."),
)
def check(step: Step, before: Before) -> Iterator[tuple[Item, Message]]:
    dropped: dict[Name, Item] = {}
    for item in step.items:
        for fact in item.facts:
            match fact:
                case DropConstraint(table) if _is_primary_key(fact, before) and not before.created(table):
                    dropped.setdefault(table, item)
                case AddConstraint(table, constraint) if constraint.kind is Kind.PRIMARY_KEY:
                    dropped.pop(table, None)
                case DropTable(table):
                    dropped.pop(table, None)
                case _:
                    pass
    for table, item in dropped.items():
        yield (
            item,
            say("without its primary key {table} takes the same row twice, and can't be replicated", table=table),
        )


def _is_primary_key(fact: Fact, before: Before) -> bool:
    match fact:
        case DropConstraint(kind=Kind.PRIMARY_KEY):
            return True
        case DropConstraint(table, str(name)):
            known = before.schema.constraint(table, name)
            return known is not None and known.kind is Kind.PRIMARY_KEY
        case _:
            return False
