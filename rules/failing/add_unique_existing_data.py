"""Uniqueness that comes to a table with rows fails where two rows have the same values.

The engine looks at every row that is there and stops at the first pair; the release stops with it. A test database has
no such pair, production has had years to collect some. And the old code, which runs on while the release goes out, may
go on to write them.

Reported: UNIQUE constraints, primary keys and unique indexes, those too that a rebuild adds (SQLite), and a UNIQUE
column with one default for all rows. Not reported: a table that was made in the same range; columns that were added in
it and hold nothing yet; a constraint that adopts an index; columns that a key keeps unique already, or kept so until
this range, as far as the history knows: so neither the indexes that are made again after a rebuild. The help holds the
query that shows the pairs.

```sql before postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(200), name VARCHAR(40));
```

```sql bad postgresql mysql mariadb sqlite mssql oracle
CREATE UNIQUE INDEX ix_users_email ON users (email);
```

```sql bad postgresql mysql mariadb
ALTER TABLE users ADD CONSTRAINT uq_users_email UNIQUE (email, name);
```

```python bad sqlite
with op.batch_alter_table("users") as batch_op:
    batch_op.create_unique_constraint("uq_users_email", ["email"])
```

```python bad postgresql mysql mariadb sqlite mssql oracle
op.create_index("ix_users_email", "users", ["email"], unique=True)
```

```sql good postgresql
CREATE UNIQUE INDEX CONCURRENTLY ix_users_id_email ON users (id, email);
```

```sql good mysql mariadb sqlite
CREATE UNIQUE INDEX ix_users_id_email ON users (id, email);
```

```sql good postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE teams (id INTEGER PRIMARY KEY, name VARCHAR(40));
CREATE UNIQUE INDEX ix_teams_name ON teams (name);
```

Run the query that the finding shows on a copy of production, mend the pairs, and say so:

```python good postgresql
with op.get_context().autocommit_block():
    # sqlgen: allow add-unique-existing-data because "no pairs on 2026-01-04; the code keeps it so since 4.0"
    op.create_index("ix_users_email", "users", ["email"], unique=True, postgresql_concurrently=True)
```

```python good mysql mariadb sqlite
# sqlgen: allow add-unique-existing-data because "no pairs on 2026-01-04; the code keeps it so since 4.0"
op.create_index("ix_users_email", "users", ["email"], unique=True)
```

Sources:
- https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-UNIQUE-CONSTRAINTS
- https://dev.mysql.com/doc/refman/8.4/en/create-index.html#create-index-unique
- https://www.sqlite.org/lang_createindex.html
- https://learn.microsoft.com/en-us/sql/t-sql/statements/create-index-transact-sql
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/CREATE-INDEX.html
"""

from sqlgen.rulekit import (
    AddColumn,
    AddConstraint,
    Advice,
    Before,
    Constraint,
    CreateIndex,
    DropTable,
    Kind,
    Name,
    Severity,
    Volatility,
    rule,
    say,
    spelled,
)

KEYS = (Kind.UNIQUE, Kind.PRIMARY_KEY)


@rule(
    severity=Severity.WARNING,
    since="0.1",
    help=say("Look for rows with the same values first, mend them, and let the code keep it so before this release."),
)
def check(add: CreateIndex | AddConstraint | AddColumn | DropTable, before: Before) -> Advice | None:
    if before.created(add.table):
        return None
    match add:
        case DropTable(table=table):
            return _in_a_rebuild(table, before)
        case CreateIndex(table=table, columns=columns, unique=True):
            return _judge(table, columns, before, where=add.where, nulls_equal=add.nulls_not_distinct)
        case AddConstraint(table=table, constraint=Constraint(kind=kind, using_index=None) as constraint):
            if kind not in KEYS:
                return None
            return _judge(table, constraint.columns, before, nulls_equal=constraint.nulls_not_distinct)
        case AddColumn(table=table, column=column):
            default = column.default
            shared = default is not None and not default.is_null and default.volatility is Volatility.CONSTANT
            if not shared or all(constraint.kind not in KEYS for constraint in column.constraints):
                return None
            return Advice(
                say(
                    "every row of {table} gets the same {column}, which must be unique", table=table, column=column.name
                ),
                say("Add the column without a default; give each row its value; add the constraint then."),
            )
        case _:
            return None


def _in_a_rebuild(table: Name, before: Before) -> Advice | None:
    """The first key of the copy that the table does not have: filling the copy fails."""
    rebuild = before.rebuild(table)
    if rebuild is None:
        return None
    old, new = rebuild
    had = {column.name.lower() for column in old.columns}
    for one in new.constraints:
        if one.kind in KEYS and {column.lower() for column in one.columns} <= had:
            said = _judge(table, one.columns, before)
            if said is not None:
                return said
    return None


def _judge(
    table: Name, columns: tuple[str, ...], before: Before, *, where: str | None = None, nulls_equal: bool = False
) -> Advice | None:
    if not columns or _unique_already(table, columns, before):
        return None
    nulls_equal = nulls_equal or before.dialect == "mssql"
    if not nulls_equal and any(_holds_nothing(table, column, before) for column in columns):
        return None
    names = ", ".join(columns)
    return Advice(
        say("{table} ({columns}) becomes unique: it fails where two rows have the same", table=table, columns=names),
        say(
            "Look first: {query}",
            query=_query(table, columns, where, before.dialect, nulls_equal=nulls_equal),
        ),
    )


def _unique_already(table: Name, columns: tuple[str, ...], before: Before) -> bool:
    """Whether a key over some of these columns stands: then no two rows have all of them equal."""
    wanted = {column.lower() for column in columns}
    if any(key <= wanted for key in before.unique_until_now.get(table, ())):
        return True
    known = before.table(table)
    if known is None:
        return False
    keys = [one.columns for one in known.constraints if one.kind in KEYS and not one.not_valid]
    keys += [one.columns for one in known.indexes if one.unique and one.where is None]
    return any(key and {column.lower() for column in key} <= wanted for key in keys)


def _holds_nothing(table: Name, column: str, before: Before) -> bool:
    """Whether the column was added in this range, and is NULL in every row: NULLs are not equal."""
    if ("column", column.lower()) not in before.born_parts.get(table, ()) or before.filled(table, column):
        return False
    known = before.schema.column(table, column)
    return known is not None and known.default is None and known.nullable


def _query(table: Name, columns: tuple[str, ...], where: str | None, dialect: str, *, nulls_equal: bool) -> str:
    columns = tuple(spelled(column, dialect) for column in columns)
    tests = [] if where is None else [f"({where})"]
    tests += [] if nulls_equal else [f"{column} IS NOT NULL" for column in columns]
    names = ", ".join(columns)
    condition = f" WHERE {' AND '.join(tests)}" if tests else ""
    return f"SELECT {names}, count(*) FROM {spelled(table, dialect)}{condition} GROUP BY {names} HAVING count(*) > 1"
