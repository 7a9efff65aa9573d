"""Rebuilding a SQLite table loses what is not copied, and fails where a view reads from it.

SQLite can change little of a table, so Alembic's batch mode makes a new one, copies the rows, drops the old one and
renames the new one. A rebuild is no finding by itself. It is one when something does not come through:

* a view that reads from the table: the rename fails, "error in view …: no such table"
* a CHECK without a name, AUTOINCREMENT, COLLATE of a column, an index over an expression: reflection does not tell them
  to Alembic, and the new table lacks them without a word; by hand, the WHERE of a partial index is easily forgotten
* rows of other tables: with PRAGMA foreign_keys = ON the DROP deletes each row of the table first, so that ON DELETE
  CASCADE and SET NULL fire in the tables that refer to it, and other foreign keys make it fail

Not reported: a table that was made in the same range; what is made again later in the revision; a CHECK or COLLATE of a
column that the rebuild drops or gives another type; foreign keys where no statement of the script switches them on
(that is SQLite's default, and sqlgen's script switches them off and checks them at its end). What stood in the table is
known from the history; triggers, which go with the old table, are not known yet.

```sql before sqlite
CREATE TABLE users (id INTEGER PRIMARY KEY, age INTEGER CHECK (age > 0), email VARCHAR(200) COLLATE NOCASE);
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id) ON DELETE CASCADE);
CREATE TABLE teams (id INTEGER PRIMARY KEY, name VARCHAR(40));
```

```sql bad sqlite
CREATE TABLE _alembic_tmp_users (id INTEGER PRIMARY KEY, age INTEGER, email VARCHAR(200), name VARCHAR(40));
INSERT INTO _alembic_tmp_users (id, age, email) SELECT id, age, email FROM users;
DROP TABLE users;
ALTER TABLE _alembic_tmp_users RENAME TO users;
```

```sql bad sqlite runs=alembic
PRAGMA foreign_keys = ON;
CREATE TABLE users_new (id INTEGER PRIMARY KEY, age INTEGER CHECK (age > 0), email VARCHAR(200) COLLATE NOCASE UNIQUE);
INSERT INTO users_new (id, age, email) SELECT id, age, email FROM users;
DROP TABLE users;
ALTER TABLE users_new RENAME TO users;
```

```sql good sqlite
CREATE TABLE _alembic_tmp_users (id INTEGER PRIMARY KEY, age INTEGER CHECK (age > 0), email TEXT COLLATE NOCASE);
INSERT INTO _alembic_tmp_users (id, age, email) SELECT id, age, email FROM users;
DROP TABLE users;
ALTER TABLE _alembic_tmp_users RENAME TO users;
```

In Alembic this loses the CHECK and the COLLATE:

```python bad sqlite
with op.batch_alter_table("users", recreate="always") as batch:
    batch.add_column(sa.Column("name", sa.String(40), nullable=True))
```

and this keeps them (AUTOINCREMENT: `table_kwargs={"sqlite_autoincrement": True}`):

```python good sqlite
with op.batch_alter_table(
    "users",
    recreate="always",
    reflect_args=[sa.Column("email", sa.String(200, collation="NOCASE"))],
    table_args=[sa.CheckConstraint("age > 0")],
) as batch:
    batch.add_column(sa.Column("name", sa.String(40), nullable=True))
```

A view goes before the rebuild, and comes back after it:

```sql before sqlite
CREATE VIEW team_names AS SELECT name FROM teams;
```

```sql bad sqlite
CREATE TABLE _alembic_tmp_teams (id INTEGER PRIMARY KEY, name VARCHAR(80));
INSERT INTO _alembic_tmp_teams (id, name) SELECT id, name FROM teams;
DROP TABLE teams;
ALTER TABLE _alembic_tmp_teams RENAME TO teams;
```

```python good sqlite
op.execute("DROP VIEW IF EXISTS team_names")
with op.batch_alter_table("teams", recreate="always") as batch:
    batch.alter_column("name", type_=sa.String(80), existing_type=sa.String(40))
op.execute("CREATE VIEW team_names AS SELECT name FROM teams")
```

Sources:
- https://www.sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes
- https://www.sqlite.org/foreignkeys.html#fk_schemacommands
- https://alembic.sqlalchemy.org/en/latest/batch.html#dropping-unnamed-or-named-foreign-keys
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from sqlgen.rulekit import (
    Advice,
    Before,
    Column,
    Constraint,
    CreateIndex,
    CreateTable,
    DropTable,
    Fact,
    Item,
    Kind,
    Message,
    Name,
    RenameTable,
    Schema,
    SetOption,
    Severity,
    Step,
    Table,
    both,
    canonical,
    joined,
    rule,
    say,
)

ON = ("on", "1", "yes", "true")


@rule(
    severity=Severity.ERROR,
    dialects={"sqlite"},
    since="0.1",
    help=say("Tell batch_alter_table what reflection does not: table_args, reflect_args, table_kwargs."),
)
def check(step: Step, before: Before) -> Iterator[tuple[Item, Advice]]:
    facts = [(item, fact) for item in step.items for fact in item.facts]
    rebuilds = dict(_rebuilds([fact for _, fact in facts]))
    if not rebuilds:
        return
    schema = Schema(before.dialect, lambda: before.schema)
    options = dict(before.options)
    made = {fact.name: (number, fact) for number, (_, fact) in enumerate(facts) if isinstance(fact, CreateIndex)}
    for number, (item, fact) in enumerate(facts):
        if isinstance(fact, SetOption) and (fact.name != "foreign_keys" or _takes_effect(item, before)):
            options[fact.name] = fact.value
        if number in rebuilds and isinstance(fact, DropTable) and not _is_new(fact.table, schema, before):
            old, new = schema.table(fact.table), schema.table(rebuilds[number])
            if old is not None and new is not None:
                again = {name: made[name] for name in (one.name for one in old.indexes) if name in made}
                later = {name: index for name, (at, index) in again.items() if at > number}
                yield from ((item, said) for said in _judge(old, new, schema, options, later))
        schema.apply(fact)


def _takes_effect(item: Item, before: Before) -> bool:
    """In a transaction PRAGMA foreign_keys does nothing, and our script is one transaction."""
    return item.transaction is None and before.runs != "bundle"


def _is_new(table: Name, schema: Schema, before: Before) -> bool:
    """Whether this step, or one before it in the range, made the table."""
    return schema.created(table) or before.created(table)


def _rebuilds(facts: Sequence[Fact]) -> Iterator[tuple[int, Name]]:
    """Which DropTable makes room for a copy that was made in the same step, and what the copy is called till then."""
    made = {fact.table for fact in facts if isinstance(fact, CreateTable)}
    changes = [(number, fact) for number, fact in enumerate(facts) if not isinstance(fact, SetOption)]
    for (number, fact), (_, after) in pairwise(changes):
        match fact, after:
            case DropTable(table=table), RenameTable(table=copy, to=to) if to == table and copy in made:
                yield number, copy


def _judge(
    old: Table, new: Table, schema: Schema, options: dict[str, str | None], later: Mapping[str | None, CreateIndex]
) -> Iterator[Advice]:
    lost: list[str | Message] = [*_checks(old, new), *_attributes(old, new), *_indexes(old, new, later)]
    if lost:
        yield Advice(
            say("the rebuild of {table} loses {lost}", table=old.name, lost=joined(lost)),
            say(
                "Say it to batch_alter_table: table_args for a CHECK, reflect_args for a column with COLLATE, "
                "table_kwargs for AUTOINCREMENT; CREATE INDEX again after it."
            ),
        )
    views = [str(one.name) for one in schema.objects("view") if one.reads is not None and old.name in one.reads]
    if views and not _is_on(options, "legacy_alter_table"):
        yield Advice(
            say(
                "the rebuild of {table} fails at its rename: {views} reads from it, and at that moment it is not there",
                table=old.name,
                views=both(views),
            ),
            say("DROP the views before the rebuild, and CREATE them again after it."),
        )
    if _is_on(options, "foreign_keys"):
        yield from _references(old, schema)


def _references(old: Table, schema: Schema) -> Iterator[Advice]:
    for table in schema.tables():
        for key in table.constraints:
            if key.kind is not Kind.FOREIGN_KEY or key.references != old.name or table.name == old.name:
                continue
            harm = {
                "CASCADE": say("deletes the rows of {referrer}", referrer=table.name),
                "SET NULL": say("empties {columns} of {referrer}", columns=", ".join(key.columns), referrer=table.name),
            }.get(str(key.on_delete), say("fails on the rows of {referrer}", referrer=table.name))
            yield Advice(
                say(
                    "with foreign_keys ON, dropping {table} for its rebuild {harm}, which refers to it",
                    table=old.name,
                    harm=harm,
                ),
                say("PRAGMA foreign_keys = OFF before it, outside a transaction (Alembic: autocommit_block())."),
            )
            return


def _is_on(options: dict[str, str | None], name: str) -> bool:
    return str(options.get(name)).strip("'\"").lower() in ON


# ---- what is lost


def _checks(old: Table, new: Table) -> Iterator[str]:
    kept = {_squeezed(one) for one in new.constraints if one.kind is Kind.CHECK}
    for one in old.constraints:
        words = _squeezed(one)
        whole = all(_stays(column, new) for column in old.columns if column.name.lower() in words)
        if one.kind is Kind.CHECK and one.name is None and words not in kept and whole:
            yield f"CHECK ({one.expression})"


def _squeezed(constraint: Constraint) -> str:
    return "".join(str(constraint.expression).lower().replace('"', "").split())


def _stays(column: Column, new: Table) -> bool:
    """Whether the column is in the new table, with its type."""
    same = _same(column, new)
    return same is not None and canonical(str(same.type), "sqlite") == canonical(str(column.type), "sqlite")


def _same(column: Column, new: Table) -> Column | None:
    return next((one for one in new.columns if one.name.lower() == column.name.lower()), None)


def _attributes(old: Table, new: Table) -> Iterator[Message]:
    for column in old.columns:
        same = _same(column, new)
        if same is None:
            continue
        if column.generated == "auto_increment" and same.generated is None:
            yield say("{what} of {name}", what="AUTOINCREMENT", name=column.name)
        if column.collation is not None and same.collation is None and _stays(column, new):
            yield say("{what} of {name}", what=f"COLLATE {column.collation}", name=column.name)


def _indexes(old: Table, new: Table, later: Mapping[str | None, CreateIndex]) -> Iterator[Message]:
    """Expression indexes that are not made again, and partial ones that are made again whole, or not at all.

    Where a plain index is missing, batch.drop_index took it away.
    """
    for index in old.indexes:
        words = " ".join((*index.columns, str(index.where))).lower()
        if any(one.name.lower() in words and _same(one, new) is None for one in old.columns):
            continue  # it can't be made again
        special = index.where is not None or any("(" in part for part in index.columns)
        made = later.get(index.name)
        if made is not None and made.where is None and index.where is not None:
            yield say("WHERE {condition} of the index {name}", condition=index.where, name=index.name)
        elif made is None and special:
            yield say("the index {name}", name=index.name)
