"""Without a naming convention in the models, autogenerate writes constraints that no downgrade can name.

A constraint that the models give no name gets none in the revision either. The engine chooses one, another engine
another one; autogenerate writes op.drop_constraint(None, …) into the downgrade, which fails. With a naming_convention
at the MetaData every constraint has its name in the models, in the revisions and in the database.

The models are those of env.py's target_metadata, looked at where the range ends at the head. Reported once per range,
at the first constraint without a name, where the models have no convention for its kind.

```python before postgresql mysql mariadb sqlite mssql oracle
metadata = sa.MetaData()
sa.Table("users", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.String(100)))
```

```sql before postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(100));
```

```sql bad postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE logins (id INTEGER NOT NULL, name VARCHAR(40), CONSTRAINT pk_logins PRIMARY KEY (id), UNIQUE (name));
```

```sql good postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE logins (id INTEGER NOT NULL, CONSTRAINT pk_logins PRIMARY KEY (id), CONSTRAINT positive CHECK (id > 0));
```

```sql good postgresql mysql mariadb
CREATE TEMPORARY TABLE scratch (id INTEGER NOT NULL, CONSTRAINT pk_scratch PRIMARY KEY (id), UNIQUE (id));
```

With a convention the same revision names it:

```python before postgresql mysql mariadb sqlite mssql oracle
metadata = sa.MetaData(naming_convention={"uq": "uq_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s"})
sa.Table("users", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.String(100)))
```

```python good postgresql mysql mariadb mssql oracle
op.create_table(
    "logins",
    sa.Column("id", sa.Integer, nullable=False),
    sa.Column("name", sa.String(40), nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_logins"),
    sa.UniqueConstraint("name", name="uq_logins_name"),
)
```

Sources:
- https://alembic.sqlalchemy.org/en/latest/naming.html
- https://docs.sqlalchemy.org/en/20/core/constraints.html#configuring-a-naming-convention-for-a-metadata-collection
"""

from collections.abc import Iterator

from sqlgen.rulekit import (
    AddColumn,
    AddConstraint,
    Before,
    CreateTable,
    Item,
    Kind,
    Message,
    Range,
    Severity,
    constraints_of,
    rule,
    say,
)

KEYS = {Kind.PRIMARY_KEY: "pk", Kind.UNIQUE: "uq", Kind.FOREIGN_KEY: "fk", Kind.CHECK: "ck"}
"""SQLAlchemy's letters for the kinds that a convention names."""


@rule(
    severity=Severity.WARNING,
    since="0.1",
    default=False,
    help=say("Give the MetaData of the models a naming_convention for all kinds, and name what stands already."),
)
def check(steps: Range, before: Before) -> Iterator[tuple[Item, Message]]:
    if before.model is None or before.direction != "upgrade":
        return
    for item in (item for step in steps for item in step.items):
        for fact in item.facts:
            if not isinstance(fact, CreateTable | AddColumn | AddConstraint) or getattr(fact, "temporary", False):
                continue
            for one in constraints_of(fact):
                key = KEYS.get(one.kind)
                if key is not None and one.name is None and key not in before.model.naming_convention:
                    yield (
                        item,
                        say(
                            "the models have no naming convention for {key}: the {kind} of {table} has no name here",
                            key=key,
                            kind=one.kind.value,
                            table=fact.table,
                        ),
                    )
                    return
