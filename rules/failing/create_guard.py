"""A CREATE without IF NOT EXISTS can't run twice; one with it may hide that something else is there.

The two pull in opposite directions, and a team has to choose. `policy = "require"`: every CREATE of a table or index,
and every ADD COLUMN where the engine has it, says IF NOT EXISTS, so that a script which stopped half-way can be run
again. `policy = "forbid"`: none does, so that a name which is taken stops the release instead of being skipped.

Off in all presets: turn it on with `[tool.sqlgen.rule.create-guard]`. The scripts of sqlgen need neither: they start at
one revision only, and go on behind what is done. Not reported: temporary tables, and the copy in a rebuild.

```sql bad postgresql mysql mariadb sqlite
CREATE TABLE teams (id INTEGER PRIMARY KEY);
```

```sql bad postgresql mariadb
ALTER TABLE users ADD COLUMN email TEXT;
```

```python bad postgresql mysql mariadb sqlite
op.create_table("teams", sa.Column("id", sa.Integer, primary_key=True))
```

```sql good postgresql mysql mariadb sqlite
CREATE TABLE IF NOT EXISTS teams (id INTEGER PRIMARY KEY);
```

In Alembic, 1.13.3 and later:

```python good postgresql mysql mariadb sqlite
op.create_table("teams", sa.Column("id", sa.Integer, primary_key=True), if_not_exists=True)
```

Sources:
- https://alembic.sqlalchemy.org/en/latest/ops.html#alembic.operations.Operations.create_table
- https://www.postgresql.org/docs/current/sql-createtable.html
- https://dev.mysql.com/doc/refman/8.4/en/create-table.html
- https://mariadb.com/kb/en/alter-table/
- https://www.sqlite.org/lang_createtable.html
"""

from dataclasses import dataclass
from typing import Literal

from sqlgen.rulekit import AddColumn, Advice, Before, CreateIndex, CreateTable, Message, Severity, rule, say


@dataclass(frozen=True, slots=True)
class Options:
    policy: Literal["require", "forbid"] = "require"
    """Whether each CREATE must say IF NOT EXISTS ("require"), or none may ("forbid")."""


@rule(
    severity=Severity.WARNING,
    dialects={"postgresql", "mysql", "mariadb", "sqlite"},
    since="0.1",
    default=False,
    strict=False,
    help=say("Add IF NOT EXISTS (Alembic: if_not_exists=True)."),
)
def check(make: CreateTable | CreateIndex | AddColumn, before: Before, options: Options) -> Message | Advice | None:
    what = _what(make)
    if options.policy == "forbid":
        if not make.if_not_exists:
            return None
        return Advice(
            say("IF NOT EXISTS hides that another {what} may be there", what=what),
            say("Take IF NOT EXISTS away: where the name is taken, the release must stop."),
        )
    guarded = make.if_not_exists or (before.block is not None and before.block.checks)
    if guarded or not _has_a_guard(make, before.dialect) or _is_passing(make, before):
        return None
    return say("making {what} fails when the script runs again after it stopped half-way", what=what)


def _what(make: CreateTable | CreateIndex | AddColumn) -> Message:
    match make:
        case CreateTable(table=table):
            return say("table {table}", table=table)
        case CreateIndex(name=name, table=table):
            return say("index {name}", name=name) if name else say("index of {table}", table=table)
        case AddColumn(table=table, column=column):
            return say("column {table}.{column}", table=table, column=column.name)


def _has_a_guard(make: CreateTable | CreateIndex | AddColumn, dialect: str) -> bool:
    match make:
        case CreateTable():
            return True
        case CreateIndex():
            return dialect != "mysql"  # MySQL 8.4, CREATE INDEX
        case AddColumn():
            return dialect in ("postgresql", "mariadb")


def _is_passing(make: CreateTable | CreateIndex | AddColumn, before: Before) -> bool:
    match make:
        case CreateTable(table=table, temporary=temporary):
            return temporary or table.name.startswith("_alembic_tmp_")
        case CreateIndex(table=table) | AddColumn(table=table):
            return before.created(table)
