"""An index that another one covers costs each write and serves no read.

An index over (user_id, day) is used for user_id alone as well, and so is the index of a primary key or a unique
constraint. The second one takes space, has to be written by each INSERT, and is built for nothing. The usual cause is
`index=True` at a column that begins a composite index, or at one that is unique already.

Judged at the end of the range: an index that replaces another one, which is dropped behind it, is not reported. Nor is
an index that was there before the range; one that differs in method, predicate, order, operator class, length or
included columns; a unique index beside one that is not; the index that a foreign key of MySQL brings.

```sql before postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER, day DATE, code VARCHAR(20), CONSTRAINT uq UNIQUE (code));
```

```sql bad mysql mariadb sqlite
CREATE INDEX ix_orders_code ON orders (code);
```

```sql bad postgresql
CREATE INDEX CONCURRENTLY ix_orders_user_id ON orders (user_id);
CREATE INDEX CONCURRENTLY ix_orders_user_id_day ON orders (user_id, day);
```

```sql good postgresql
CREATE INDEX CONCURRENTLY ix_orders_user_id_day ON orders (user_id, day);
CREATE INDEX CONCURRENTLY ix_orders_day ON orders (day);
CREATE INDEX CONCURRENTLY ix_orders_user_id_today ON orders (user_id) WHERE day IS NULL;
```

```sql good mysql mariadb sqlite
CREATE INDEX ix_orders_user_id_day ON orders (user_id, day);
CREATE INDEX ix_orders_day ON orders (day);
```

```python bad postgresql mysql mariadb sqlite mssql oracle
op.create_table("carts", sa.Column("id", sa.Integer), sa.Column("day", sa.Date), sa.PrimaryKeyConstraint("id"))
op.create_index("ix_carts_id", "carts", ["id"], unique=True)
```

```python good postgresql mysql mariadb sqlite mssql oracle
op.create_table("carts", sa.Column("id", sa.Integer), sa.Column("day", sa.Date), sa.PrimaryKeyConstraint("id"))
op.create_index("ix_carts_day_id", "carts", ["day", "id"])
```

Sources:
- https://www.postgresql.org/docs/current/indexes-multicolumn.html
- https://dev.mysql.com/doc/refman/8.4/en/multiple-column-indexes.html
- https://dev.mysql.com/doc/refman/8.4/en/sys-schema-redundant-indexes.html
- https://www.sqlite.org/queryplanner.html
"""

from collections.abc import Iterator

from sqlgen.rulekit import (
    AddColumn,
    AddConstraint,
    Before,
    Constraint,
    CreateIndex,
    CreateTable,
    Fact,
    Item,
    Kind,
    Message,
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
    since="0.1",
    help=say("Leave it out (index=True in the model, too); drop the other one instead where that is the needless one."),
)
def check(steps: Range, before: Before) -> Iterator[tuple[Item, Message]]:
    made: dict[Name, list[tuple[Item, CreateIndex]]] = {}
    for item in (item for step in steps for item in step.items):
        for fact in item.facts:
            for index in _indexes(fact):
                made.setdefault(index.table, []).append((item, index))
            if isinstance(fact, RenameTable):
                made.setdefault(fact.to, []).extend(made.pop(fact.table, []))
    for name, indexes in made.items():
        standing = _by_first_column(before.table(name))
        new = [(item, mine) for item, index in indexes for mine in _last(standing, index)]
        made_at = {id(mine): number for number, (_, mine) in enumerate(new)}
        for number, (item, mine) in enumerate(new):
            if made_at[id(mine)] > number:  # a rebuild makes it a second time
                continue
            near = standing[_first(mine)]
            covering = (
                one for one in near if one is not mine and _covers(one, mine, made_at.get(id(one), -1) > number)
            )
            other = next(covering, None)
            if other is None:
                continue
            old = None if before.schema.created(name) else before.schema.beginning().table(name)
            if not _last(_by_first_column(old), mine):
                yield item, _said(mine, other)


def _said(mine: CreateIndex, other: CreateIndex) -> Message:
    return say(
        "{index} ({columns}) is covered by {other} ({more}): each write to {table} keeps both",
        index=mine.name or say("the key"),
        columns=", ".join(mine.columns),
        other=other.name or say("the key"),
        more=", ".join(other.columns),
        table=mine.table,
    )


def _indexes(fact: Fact) -> list[CreateIndex]:
    match fact:
        case CreateIndex():
            return [fact]
        case CreateTable(table=table) | AddColumn(table=table) | AddConstraint(table=table):
            keys = [one for one in constraints_of(fact) if one.kind is Kind.UNIQUE and one.using_index is None]
            written = fact.indexes if isinstance(fact, CreateTable) else ()
            return [*written, *(_index(table, one) for one in keys)]
        case _:
            return []


def _index(table: Name, key: Constraint) -> CreateIndex:
    """The index that a key brings."""
    return CreateIndex(
        key.name,
        table,
        key.columns,
        unique=True,
        include=key.include,
        parts=key.parts,
        nulls_not_distinct=key.nulls_not_distinct,
    )


Standing = dict[str, list[CreateIndex]]
"""By their first columns: only indexes that begin alike can cover one another."""


def _by_first_column(table: Table | None) -> Standing:
    found: Standing = {}
    if table is not None:
        keys = [_index(table.name, one) for one in table.constraints if one.kind in (Kind.PRIMARY_KEY, Kind.UNIQUE)]
        for index in (*keys, *table.indexes):
            found.setdefault(_first(index), []).append(index)
    return found


def _first(index: CreateIndex) -> str:
    return index.columns[0].lower() if index.columns else ""


def _last(standing: Standing, made: CreateIndex) -> list[CreateIndex]:
    """The index that stands for the one that was made; the last one, since keys without a name may be alike."""
    return [
        index
        for index in standing.get(_first(made), ())
        if (index.columns, index.unique) == (made.columns, made.unique) and (made.name in (None, index.name))
    ][-1:]


def _covers(other: CreateIndex, mine: CreateIndex, later: bool) -> bool:
    """Whether everything that `mine` serves is served by `other`; of two that are equal, the first one covers."""
    length = len(mine.columns)
    if [name.lower() for name in other.columns[:length]] != [name.lower() for name in mine.columns]:
        return False
    if (other.method or "btree", other.where, other.parts[:length]) != (mine.method or "btree", mine.where, mine.parts):
        return False
    whole = len(other.columns) == length
    if mine.unique and not (whole and other.unique and other.nulls_not_distinct == mine.nulls_not_distinct):
        return False
    return {*mine.include} <= {*other.columns, *other.include} and not (later and whole and other.unique == mine.unique)
