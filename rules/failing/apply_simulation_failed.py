"""A statement can't be applied to the schema that the history makes: it fails wherever the history was applied.

sqlgen folds the whole history, so it knows which tables, columns, indexes and constraints stand before each statement.
One that drops, alters or fills what is not there, or makes what is there already, is refused by the engine; so is the
DROP of a table that foreign keys of others refer to (PostgreSQL, MySQL, MariaDB).

It speaks only when it is certain. Not judged: a table of which something was not seen being made, or that something
which can't be read may have changed; a table that is not known, unless it was dropped in the same range, or the history
begins with an empty database and no table of that name stands in any other schema; a statement with IF [NOT] EXISTS, or
in a block that checks first; names that the database chose.

```sql before postgresql mysql mariadb sqlite
CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(200));
CREATE INDEX ix_users_email ON users (email);
```

```sql bad postgresql mysql mariadb sqlite
ALTER TABLE users ADD COLUMN email VARCHAR(100);
```

```sql bad postgresql mysql mariadb sqlite
CREATE TABLE users (id INTEGER PRIMARY KEY);
```

```sql bad postgresql mysql mariadb sqlite
INSERT INTO users (id, name) VALUES (1, 'x');
```

```sql bad postgresql mysql mariadb
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));
ALTER TABLE orders ADD CONSTRAINT fk_user FOREIGN KEY (customer_id) REFERENCES users (id);
```

```python bad postgresql mysql mariadb sqlite
op.create_index("ix_users_email", "users", ["email"])
```

```sql good postgresql mysql mariadb sqlite
CREATE TABLE teams (id INTEGER PRIMARY KEY, name VARCHAR(100));
INSERT INTO teams (id, name) VALUES (1, 'x');
```

Compare with what stands: `sqlgen snapshot REVISION` prints the schema that the history up to a revision makes. Where
the two disagree because a revision was changed after its release, write a new one:

```python good postgresql mysql mariadb sqlite
op.add_column("users", sa.Column("name", sa.String(100), nullable=True))
```

Sources:
- https://www.postgresql.org/docs/current/errcodes-appendix.html
- https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html
- https://www.sqlite.org/lang_altertable.html
"""

from collections.abc import Iterator, Sequence

from sqlgen.rulekit import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    Before,
    CreateIndex,
    CreateTable,
    Delete,
    DropColumn,
    DropConstraint,
    DropNotNull,
    DropTable,
    Insert,
    Item,
    Kind,
    Message,
    Name,
    RedefineColumn,
    RenameColumn,
    RenameTable,
    SetDefault,
    SetNotNull,
    Severity,
    Truncate,
    Update,
    rule,
    say,
)

ChangesColumn = DropColumn | RenameColumn | AlterColumnType | RedefineColumn | SetNotNull | DropNotNull | SetDefault
Fills = Insert | Update | Delete | Truncate
Makes = CreateTable | AddColumn | CreateIndex | AddConstraint
HIDDEN = ("rowid", "oid", "_rowid_", "ctid", "xmin", "tableoid")
"""Columns that every table has: SQLite, PostgreSQL."""
CATALOGS = ("pg_", "sqlite_", "information_schema", "performance_schema", "mysql", "sys")
"""How the names of tables that are there without being made begin, or those of their schemas."""
OFF = ("0", "off", "false")
OTHERS = ("foreign table", "virtual table")
Changes = ChangesColumn | Fills | Makes | RenameTable | DropTable | DropConstraint


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "mysql", "mariadb", "sqlite"},
    since="0.1",
    help=say("Compare it with the revisions before it: one of them makes, renames or drops what this one expects."),
)
def check(change: Changes | Item, before: Before) -> Message | None:
    if isinstance(change, Item):
        return _referred(change, before)
    if before.block is not None or getattr(change, "if_exists", False) or getattr(change, "if_not_exists", False):
        return None
    if isinstance(change, CreateTable):
        return None if change.temporary else _there_already(change, before)
    if _is_missing(change.table, before):
        return say("there is no table {table}", table=change.table)
    if not before.schema.is_complete(change.table):
        return None
    said = next(_in_table(change, before), None)
    return None if said is None or _is_temporary(change.table, before) else said


def _is_temporary(name: Name, before: Before) -> bool:
    """Whether it is a table of the session, which may hide another one."""
    table = before.table(name)
    assert table is not None, "it is complete"
    return table.temporary


def _there_already(create: CreateTable, before: Before) -> Message | None:
    if before.schema.is_complete(create.table) and not _is_temporary(create.table, before):
        return say("there is a table {table} already", table=create.table)
    for constraint in create.constraints if _refers_now(before) else ():
        if constraint.references is not None and _is_missing(constraint.references, before, but=create.table):
            return say("there is no table {table} to refer to", table=constraint.references)
    return None


def _refers_now(before: Before) -> bool:
    """Whether what a foreign key refers to must be there. SQLite asks when rows are written: foreignkeys.html, 3."""
    return before.dialect != "sqlite" and (before.options.get("foreign_key_checks") or "1").lower() not in OFF


def _is_missing(name: Name, before: Before, but: Name | None = None) -> bool:
    """Whether no table, view or the like of this name can stand, in any schema: search_path says which one is meant."""
    schema = before.schema
    if name == but or schema.has_table(name) is not False:
        return False
    if schema.state().is_gone(name):
        return True  # dropped or renamed in this very range
    if not schema.state().from_empty:
        return False
    if name.name.lower().startswith(CATALOGS) or (name.schema or "").lower().startswith(CATALOGS):
        return False
    if schema.objects("extension") or any(schema.has_object(kind, name) is not False for kind in OTHERS):
        return False
    known = [one.name for kind in ("view", "materialized view", "sequence") for one in schema.objects(kind)]
    known += [table.name for table in schema.state().tables.values()]
    return name.name.lower() not in {one.name.lower() for one in known}


def _in_table(change: Changes, before: Before) -> Iterator[Message]:
    table = change.table
    match change:
        case AddColumn(column=column):
            if before.schema.column(table, column.name) is not None:
                yield say("{table} has a column {column} already", table=table, column=column.name)
        case CreateIndex(name=str(name), columns=columns):
            if before.schema.index(Name(name, table.schema), table) is not None:
                yield say("{table} has an index {index} already", table=table, index=name)
            plain = [not part.expression for part in change.parts] or [True] * len(columns)
            known = [column for column, is_plain in zip(columns, plain, strict=False) if is_plain]
            yield from _missing(table, known, before)
        case AddConstraint(constraint=constraint):
            if constraint.name is not None and constraint.using_index is None:
                same = before.schema.constraint(table, constraint.name)
                if same is not None and same.kind is constraint.kind and same.kind is not Kind.PRIMARY_KEY:
                    yield say("{table} has a constraint {name} already", table=table, name=constraint.name)
            yield from _missing(table, constraint.columns, before)
            if constraint.references is not None and _refers_now(before) and _is_missing(constraint.references, before):
                yield say("there is no table {table} to refer to", table=constraint.references)
        case DropConstraint(constraint=str(name), kind=kind):
            if not _may_have_constraint(table, name, kind, before):
                yield say("{table} has no constraint {name}", table=table, name=name)
        case Insert(columns=tuple(columns)) | Update(columns=columns):
            yield from _missing(table, columns, before)
        case RenameColumn(column=old, to=to) if to.lower() != old.lower() and before.schema.column(table, to):
            yield say("{table} has a column {column} already", table=table, column=to)
        case _:
            named = getattr(change, "column", None)
            yield from _missing(table, [named] if isinstance(named, str) else [], before)


def _missing(table: Name, columns: Sequence[str], before: Before) -> Iterator[Message]:
    for name in columns:
        if name.isidentifier() and name.lower() not in HIDDEN and before.schema.column(table, name) is None:
            yield say("{table} has no column {column}", table=table, column=name)


def _may_have_constraint(table: Name, name: str, kind: Kind | None, before: Before) -> bool:
    if before.dialect == "sqlite" or kind is Kind.NOT_NULL or name.endswith("_not_null"):
        return True  # PostgreSQL 18 gives names to NOT NULL too
    if before.schema.constraint(table, name) is not None:
        return True
    known = before.table(table)
    return (
        known is None
        or any(one.name is None for one in known.constraints)
        or name.lower() in {str(one.name).lower() for one in (*known.indexes, *known.brought)}
    )


def _referred(item: Item, before: Before) -> Message | None:
    """DROP TABLE of what foreign keys of other tables refer to, where they do not go in the same statement."""
    drops = [fact for fact in item.facts if isinstance(fact, DropTable)]
    if not drops or (before.dialect == "postgresql" and any(d.cascade for d in drops)):
        return None
    if not _refers_now(before):
        return None
    gone = {drop.table for drop in drops}
    state = before.schema.state()
    for name in gone:
        for key in sorted(state.referrers.get((name.schema, name.name), ()), key=str):
            other = state.tables.get(key)
            if other is None or other.name in gone or not state.is_complete(other):
                continue
            for one in other.constraints:
                if one.references == name:
                    values = {"table": name, "name": one.name, "other": other.name}
                    return say("{table} can't be dropped: {name} of {other} refers to it", **values)
    return None
