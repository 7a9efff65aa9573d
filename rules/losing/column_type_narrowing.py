"""A narrower type does not hold every value that is there: values are cut or rounded, or the statement fails.

A bigint that becomes an integer, a text that becomes a varchar(20), a numeric that loses decimals. PostgreSQL refuses
what does not fit, and rounds what has too many decimals; MySQL and MariaDB refuse it in strict mode, and silently cut
it in any other. Small test databases take every such change, since none of their values is long enough.

The old type is the one that the history made. Where it is not known, nothing is said. Not reported either: a column
that was added in the same range, a USING that makes other values where the type itself would hold them all, and a
change that the engine refuses whatever the values are (type-cast-missing).

```sql before postgresql mysql mariadb mssql oracle
CREATE TABLE users (id INTEGER PRIMARY KEY, code VARCHAR(200), visits NUMERIC(19), price NUMERIC(10, 4));
```

```sql bad postgresql
ALTER TABLE users ALTER COLUMN visits TYPE integer;
```

```sql bad postgresql
ALTER TABLE users ALTER COLUMN price TYPE numeric(10, 2);
```

```sql bad mysql mariadb
ALTER TABLE users MODIFY code VARCHAR(20);
```

```sql bad mysql mariadb
ALTER TABLE users MODIFY visits INTEGER;
```

```sql bad mssql
ALTER TABLE users ALTER COLUMN price NUMERIC(10, 2);
```

```sql bad oracle
ALTER TABLE users MODIFY code VARCHAR2(20);
```

```python bad postgresql mysql mariadb mssql oracle
op.alter_column("users", "code", type_=sa.String(20), existing_type=sa.String(200))
```

```sql good postgresql
ALTER TABLE users ALTER COLUMN code TYPE varchar(400);
```

```sql good mssql
ALTER TABLE users ALTER COLUMN code VARCHAR(250);
```

```sql good oracle
ALTER TABLE users MODIFY code VARCHAR2(250);
```

```sql good mysql mariadb
ALTER TABLE users MODIFY code VARCHAR(250);
```

Look at the values first: `SELECT count(*) FROM users WHERE length(code) > 20`. Then bound the new ones with a CHECK,
which changes no value and needs no new type:

```python good postgresql
with op.get_context().autocommit_block():
    op.execute("ALTER TABLE users ADD CONSTRAINT code_length CHECK (length(code) <= 20) NOT VALID")
    op.execute("ALTER TABLE users VALIDATE CONSTRAINT code_length")
```

```python good mysql mariadb
op.alter_column("users", "code", type_=sa.String(250), existing_type=sa.String(200), existing_nullable=True)
```

Sources:
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DATA-TYPE
- https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-NUMERIC-DECIMAL
- https://dev.mysql.com/doc/refman/8.4/en/alter-table.html#alter-table-redefine-column
- https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html#sql-mode-strict
- https://learn.microsoft.com/en-us/sql/t-sql/statements/alter-table-transact-sql#alter-column
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/ALTER-TABLE.html
"""

from sqlgen.rulekit import AlterColumnType, Before, Message, RedefineColumn, Severity, canonical, rule, say


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "mysql", "mariadb", "mssql", "oracle"},
    since="0.1",
    help=say(
        "Count the values that do not fit before the release. When there are none, say so in an allowance: "
        '# sqlgen: allow column-type-narrowing because "…"'
    ),
)
def check(change: AlterColumnType | RedefineColumn, before: Before) -> Message | None:
    old = before.schema.column(change.table, change.column)
    new = change.type if isinstance(change, AlterColumnType) else change.to.type
    if old is None or old.type is None or new is None or before.born(change.table, change.column):
        return None
    if _is_said_elsewhere(old.type, new, before.dialect):
        return None
    bare = before.type_change(old.type, new, column=change.column)
    if not (bare.loses or bare.may_fail):
        return None  # what USING makes of the values is not the type's doing
    using = change.using if isinstance(change, AlterColumnType) else None
    meaning = before.type_change(old.type, new, column=change.column, using=using)
    if meaning.refused:
        return None  # said by type-cast-missing
    values = {"table": change.table, "column": change.column, "old": old.type, "new": new}
    if meaning.loses and meaning.may_fail:
        return say(
            "{table}.{column} from {old} to {new} fails when there is a value that does not fit, or cuts or rounds it",
            **values,
        )
    if meaning.loses:
        return say("{table}.{column} from {old} to {new} cuts or rounds values without an error", **values)
    if meaning.may_fail:
        return say("{table}.{column} from {old} to {new} fails when there is a value that does not fit", **values)
    return None


def _is_said_elsewhere(old: str, new: str, dialect: str) -> bool:
    """mysql-enum-unsafe-change names the members that go, alter-type-timezone-dependent the zone that decides."""
    names = {canonical(old, dialect).name, canonical(new, dialect).name}
    if names == {"json", "jsonb"}:
        return True  # white space and the order of keys go: nobody misses them
    return names <= {"enum", "set"} or names == {"timestamp", "timestamptz"}
