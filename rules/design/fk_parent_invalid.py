"""A foreign key to columns that are not unique is refused, or fails at the first INSERT.

PostgreSQL, SQL Server and Oracle want a primary key or a unique key over exactly these columns; a partial unique index,
or one over more columns, does not count. SQLite makes the table, and then says "foreign key mismatch" for each INSERT
and each DELETE. MySQL and MariaDB want an index that begins with them.

Reported only where everything in the table that is referred to is known.

```sql before postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(200), code VARCHAR(20), CONSTRAINT uq UNIQUE (code));
```

```sql bad postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE letters (id INTEGER PRIMARY KEY, email VARCHAR(200), FOREIGN KEY (email) REFERENCES users (email));
```

```sql bad postgresql sqlite
CREATE UNIQUE INDEX uq_users_email ON users (email) WHERE email <> '';
CREATE TABLE letters (id INTEGER PRIMARY KEY, email VARCHAR(200), FOREIGN KEY (email) REFERENCES users (email));
```

```sql good postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE letters (
    id INTEGER PRIMARY KEY,
    user_code VARCHAR(20),
    answer_to INTEGER,
    CONSTRAINT fk_letters_user_code FOREIGN KEY (user_code) REFERENCES users (code),
    CONSTRAINT fk_letters_answer_to FOREIGN KEY (answer_to) REFERENCES letters (id)
);
CREATE INDEX ix_letters_user_code ON letters (user_code);
CREATE INDEX ix_letters_answer_to ON letters (answer_to);
```

```python bad postgresql mysql mariadb sqlite mssql oracle
op.create_table(
    "letters",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("email", sa.String(200), sa.ForeignKey("users.email", name="fk_letters_email")),
)
```

```python good postgresql mysql mariadb sqlite mssql oracle
op.create_table(
    "letters",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("code", sa.String(20), sa.ForeignKey("users.code", name="fk_letters_code")),
)
```

Sources:
- https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK
- https://www.sqlite.org/foreignkeys.html#fk_indexes
- https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html
- https://mariadb.com/kb/en/foreign-keys/
"""

from collections.abc import Sequence

from sqlgen.rulekit import (
    AddColumn,
    AddConstraint,
    Before,
    Constraint,
    CreateIndex,
    CreateTable,
    Kind,
    Message,
    Severity,
    constraints_of,
    rule,
    say,
)

Made = CreateTable | AddColumn | AddConstraint


@rule(
    severity=Severity.ERROR,
    since="0.1",
    help=say("Refer to the primary key, or make the columns unique first."),
)
def check(made: Made, before: Before) -> Message | None:
    own = list(constraints_of(made))
    for key in own:
        if key.kind is not Kind.FOREIGN_KEY or key.references is None:
            continue
        constraints, indexes = own, made.indexes if isinstance(made, CreateTable) else ()
        if key.references != made.table or not isinstance(made, CreateTable):
            parent = before.table(key.references)
            if parent is None or not parent.complete:
                continue
            constraints, indexes = [*parent.constraints, *(own if key.references == made.table else ())], parent.indexes
        if not _is_key(key.referred_columns, constraints, indexes, before.dialect):
            return say(
                "{parent} ({columns}) is no key, so a foreign key of {table} can't refer to it",
                parent=key.references,
                columns=", ".join(key.referred_columns) or say("its primary key"),
                table=made.table,
            )
    return None


def _is_key(
    columns: tuple[str, ...], constraints: Sequence[Constraint], indexes: Sequence[CreateIndex], dialect: str
) -> bool:
    if not columns:
        return any(one.kind is Kind.PRIMARY_KEY for one in constraints)
    wanted = [name.lower() for name in columns]
    keys = [one.columns for one in constraints if one.kind in (Kind.PRIMARY_KEY, Kind.UNIQUE)]
    if dialect in ("mysql", "mariadb"):
        # MySQL 8.4, 15.1.20.5: an index whose first columns they are, in this order; not unique as long as
        # restrict_fk_on_non_standard_key is off.
        keys += [one.columns for one in indexes] + [one.columns for one in constraints if one.kind is Kind.FOREIGN_KEY]
        return any([name.lower() for name in key[: len(wanted)]] == wanted for key in keys)
    keys += [one.columns for one in indexes if one.unique and one.where is None]
    return any(sorted(name.lower() for name in key) == sorted(wanted) for key in keys)
