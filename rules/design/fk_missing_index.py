"""A foreign key without an index makes each DELETE in the other table read the whole of this one.

So does each change of the key that it refers to: the engine looks for rows that refer to it, one row deleted at a time.
On Oracle such a DELETE locks the whole table besides. A JOIN over the key reads everything, too.

An index or a key counts that begins with the columns of the foreign key, in any order, and stands at the end of the
range, whichever revision made it. A partial index counts when it leaves out nothing but NULL; a GIN or BRIN index does
not. Not reported: MySQL and MariaDB, which make the index themselves; temporary tables; tables of which something is
not known; foreign keys that a SQLite rebuild copies.

```sql before postgresql sqlite mssql oracle
CREATE TABLE users (id INTEGER NOT NULL, CONSTRAINT pk_users PRIMARY KEY (id));
```

```sql bad postgresql sqlite mssql oracle
CREATE TABLE orders (
    id INTEGER NOT NULL,
    user_id INTEGER,
    CONSTRAINT pk_orders PRIMARY KEY (id),
    CONSTRAINT fk_orders_user_id_users FOREIGN KEY (user_id) REFERENCES users (id)
);
```

```sql good postgresql sqlite mssql oracle
CREATE TABLE orders (
    id INTEGER NOT NULL,
    user_id INTEGER,
    CONSTRAINT pk_orders PRIMARY KEY (id),
    CONSTRAINT fk_orders_user_id_users FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE INDEX ix_orders_user_id ON orders (user_id, id);
```

```python bad postgresql sqlite mssql
op.create_table(
    "orders",
    sa.Column("id", sa.Integer),
    sa.Column("user_id", sa.Integer),
    sa.PrimaryKeyConstraint("id", name="pk_orders"),
    sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_orders_user_id_users"),
)
```

```python good postgresql sqlite mssql
op.create_table(
    "orders",
    sa.Column("id", sa.Integer),
    sa.Column("user_id", sa.Integer),
    sa.PrimaryKeyConstraint("id", name="pk_orders"),
    sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_orders_user_id_users"),
)
# --- next revision
op.create_index("ix_orders_user_id", "orders", ["user_id"])
```

Where rows of the other table are never deleted and their keys never change, leave it away, and say so in an allowance.

Sources:
- https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK
- https://www.sqlite.org/foreignkeys.html#fk_indexes
- https://docs.oracle.com/en/database/oracle/oracle-database/19/cncpt/data-integrity.html
- https://learn.microsoft.com/en-us/sql/relational-databases/tables/primary-and-foreign-key-constraints
"""

from collections.abc import Iterator, Sequence

from sqlgen.rulekit import (
    AddColumn,
    AddConstraint,
    Advice,
    Before,
    Constraint,
    CreateIndex,
    CreateTable,
    Fact,
    Item,
    Kind,
    Name,
    Range,
    RenameTable,
    Severity,
    Table,
    constraints_of,
    rule,
    say,
)


@rule(
    severity=Severity.WARNING,
    dialects={"postgresql", "sqlite", "mssql", "oracle"},
    since="0.1",
    default=False,
    help=say("Index the columns of the foreign key: op.create_index(name, table, columns)."),
)
def check(steps: Range, before: Before) -> Iterator[tuple[Item, Advice]]:
    made: dict[Name, list[tuple[Item, Constraint]]] = {}
    for item in (item for step in steps for item in step.items):
        for fact in item.facts:
            for table, key in _keys(fact):
                made.setdefault(table, []).append((item, key))
            if isinstance(fact, RenameTable):
                made.setdefault(fact.to, []).extend(made.pop(fact.table, []))
    for name, keys in made.items():
        yield from _uncovered(name, keys, before)


def _uncovered(name: Name, keys: list[tuple[Item, Constraint]], before: Before) -> Iterator[tuple[Item, Advice]]:
    table = before.table(name)
    if table is None or not table.complete or table.temporary:
        return
    told: list[Constraint] = []
    for item, key in keys:
        if not _has(table.constraints, key) or _has(told, key) or _covered(table, key):
            continue
        told.append(key)  # a rebuild makes it a second time
        old = None if before.schema.created(name) else before.schema.beginning().table(name)
        if old is None or not _has(old.constraints, key):
            said = say(
                "no index of {table} begins with {columns}: each DELETE in {parent} reads the whole of {table}",
                table=name,
                columns=", ".join(key.columns),
                parent=key.references,
            )
            index, columns = "_".join(("ix", name.name, *key.columns)), ", ".join(f'"{one}"' for one in key.columns)
            call = f'op.create_index("{index}", "{name.name}", [{columns}])'
            yield item, Advice(said, say("Index the columns: {call}.", call=call))


def _keys(fact: Fact) -> list[tuple[Name, Constraint]]:
    match fact:
        case CreateTable(table=table) | AddColumn(table=table) | AddConstraint(table=table):
            return [(table, one) for one in constraints_of(fact) if one.kind is Kind.FOREIGN_KEY]
        case _:
            return []


def _has(constraints: Sequence[Constraint], key: Constraint) -> bool:
    return any(
        (one.kind, one.columns, one.references) == (key.kind, key.columns, key.references) for one in constraints
    )


def _covered(table: Table, key: Constraint) -> bool:
    wanted = {name.lower() for name in key.columns}
    indexed = [one.columns for one in table.constraints if one.kind in (Kind.PRIMARY_KEY, Kind.UNIQUE)]
    indexed += [index.columns for index in table.indexes if _serves(index, key)]
    return any({name.lower() for name in columns[: len(wanted)]} == wanted for columns in indexed)


def _serves(index: CreateIndex, key: Constraint) -> bool:
    """Whether a search for a value of the key can use the index, if its columns are those."""
    if index.method in ("gin", "brin"):
        return False
    where = "" if index.where is None else " ".join(index.where.lower().split()).strip("()")
    return where in ("", *(f"{name.lower()} is not null" for name in key.columns))
