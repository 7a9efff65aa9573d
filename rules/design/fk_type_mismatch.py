"""A foreign key whose column has another type than the key it refers to is refused, or breaks later.

PostgreSQL takes only types that it can compare: a text for a uuid is refused. It does take an integer for a bigint, and
then rows whose key has grown beyond 2,147,483,647 can't be referred to. MySQL and MariaDB refuse integers of another
size or sign, floats for integers, and texts of another character set or collation; SQL Server another type or length.

Not reported: a wider integer than the key's on PostgreSQL, which is how a change to bigint begins; texts of another
length but on SQL Server; types of the user's own and of extensions; keys whose type is not known. SQLite compares
everything.

```sql before postgresql
CREATE TABLE users (id BIGINT PRIMARY KEY, token UUID UNIQUE);
```

```sql before mysql mariadb
CREATE TABLE users (id INTEGER UNSIGNED PRIMARY KEY, code VARCHAR(20) UNIQUE);
```

```sql before mssql
CREATE TABLE users (id BIGINT NOT NULL, code NVARCHAR(20), CONSTRAINT pk_users PRIMARY KEY (id));
```

```sql bad postgresql
CREATE TABLE visits (id BIGINT PRIMARY KEY, token TEXT REFERENCES users (token));
```

```sql bad postgresql
CREATE TABLE orders (id BIGINT PRIMARY KEY, user_id INTEGER, FOREIGN KEY (user_id) REFERENCES users);
```

```sql bad mysql mariadb
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER, CONSTRAINT u FOREIGN KEY (user_id) REFERENCES users (id));
```

```sql bad mssql
CREATE TABLE orders (user_id INT, CONSTRAINT fk FOREIGN KEY (user_id) REFERENCES users (id));
```

```sql good postgresql
CREATE TABLE orders (id BIGINT PRIMARY KEY, user_id BIGINT REFERENCES users (id), token UUID REFERENCES users (token));
CREATE INDEX ix_orders_user_id ON orders (user_id);
CREATE INDEX ix_orders_token ON orders (token);
```

```sql good mysql mariadb
CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    user_id INTEGER(10) UNSIGNED,
    code CHAR(30),
    CONSTRAINT fk_orders_user_id FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT fk_orders_code FOREIGN KEY (code) REFERENCES users (code)
);
```

```sql good mssql
CREATE TABLE orders (
    id BIGINT NOT NULL,
    user_id BIGINT,
    CONSTRAINT pk_orders PRIMARY KEY (id),
    CONSTRAINT fk_orders_user_id FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE INDEX ix_orders_user_id ON orders (user_id);
```

```python bad postgresql
op.create_table(
    "orders",
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id")),
)
```

```python good postgresql
op.create_table(
    "orders",
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("user_id", sa.BigInteger, sa.ForeignKey("users.id")),
)
```

Sources:
- https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK
- https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html#foreign-key-restrictions
- https://mariadb.com/kb/en/foreign-keys/
- https://learn.microsoft.com/en-us/sql/relational-databases/tables/create-foreign-key-relationships
"""

from collections.abc import Iterator

from sqlgen.rulekit import (
    AddColumn,
    AddConstraint,
    Before,
    Column,
    Constraint,
    CreateTable,
    Kind,
    Message,
    Severity,
    SqlType,
    canonical,
    constraints_of,
    rule,
    say,
)

Made = CreateTable | AddColumn | AddConstraint


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "mysql", "mariadb", "mssql"},
    since="0.1",
    help=say("Give the column the type of the key that it refers to."),
)
def check(made: Made, before: Before) -> Message | None:
    for key in _foreign_keys(made, before):
        for name, referred in zip(key.columns, _referred(key, before), strict=False):
            column, other = _column(made, name, before), _other(made, key, referred, before)
            if column is None or column.type is None or other is None or other.type is None:
                continue
            one, two = canonical(column.type, before.dialect), canonical(other.type, before.dialect)
            what = _problem(one, two, before.dialect)
            if what is not None:
                return say(
                    "{table}.{column} is {one}, and {parent}.{referred} is {two}: {what}",
                    table=made.table,
                    column=name,
                    one=one,
                    parent=key.references,
                    referred=referred,
                    two=two,
                    what=what,
                )
    return None


def _foreign_keys(made: Made, before: Before) -> Iterator[Constraint]:
    if before.dialect == "mysql" and not before.at_least(9) and not isinstance(made, AddConstraint):
        # MySQL before 9.0 ignores REFERENCES at a column.
        found = made.constraints if isinstance(made, CreateTable) else ()
    else:
        found = constraints_of(made)
    yield from (one for one in found if one.kind is Kind.FOREIGN_KEY)


def _column(made: Made, name: str, before: Before) -> Column | None:
    if isinstance(made, CreateTable):
        return next((column for column in made.columns if column.name.lower() == name.lower()), None)
    if isinstance(made, AddColumn):
        return made.column
    return before.schema.column(made.table, name)


def _other(made: Made, key: Constraint, name: str, before: Before) -> Column | None:
    """The column that is referred to: it may be in the table that is made here."""
    if key.references == made.table and isinstance(made, CreateTable):
        return _column(made, name, before)
    return None if key.references is None else before.schema.column(key.references, name)


def _referred(key: Constraint, before: Before) -> tuple[str, ...]:
    """The columns that it refers to: those of the primary key, where none are named."""
    if key.referred_columns or key.references is None:
        return key.referred_columns
    parent = before.table(key.references)
    keys = [] if parent is None else [one.columns for one in parent.constraints if one.kind is Kind.PRIMARY_KEY]
    return keys[0] if keys else ()


def _problem(one: SqlType, two: SqlType, dialect: str) -> Message | None:
    match dialect:
        case "postgresql":
            return _postgresql(one, two)
        case "mssql":
            same = _MSSQL.get(one.name, one.name) == _MSSQL.get(two.name, two.name)
            return None if same and one.args == two.args else REFUSED
        case _:
            return _mysql(one, two)


REFUSED = say("the foreign key is refused")
_MSSQL = {"integer": "int", "dec": "decimal", "numeric": "decimal", "character varying": "varchar"}

# ---- PostgreSQL: measured on 15, each pair of these types

_GROUPS = (
    ("smallint", "integer", "bigint"),
    ("numeric",),
    ("real", "double precision"),
    ("text", "varchar", "char"),
    ("date", "timestamp", "timestamptz"),
    ("inet", "cidr"),
    ("bit", "varbit"),
    *((name,) for name in ("uuid", "boolean", "bytea", "interval", "time", "timetz", "macaddr")),
)
GROUP = {name: names[0] for names in _GROUPS for name in names}
# key → columns of another group that may refer to it
TAKES = {
    "numeric": ("smallint",),
    "real": ("smallint", "numeric"),
    "interval": ("time",),
    "timetz": ("time",),
}
LARGEST = {"smallint": "32,767", "integer": "2,147,483,647"}


def _postgresql(one: SqlType, two: SqlType) -> Message | None:
    mine, other = GROUP.get(one.name), GROUP.get(two.name)
    if mine is None or other is None or one.array or two.array:
        return None
    if mine != other:
        return None if mine in TAKES.get(other, ()) else REFUSED
    if mine == "smallint" and _GROUPS[0].index(one.name) < _GROUPS[0].index(two.name):
        return say("rows whose key is above {largest} can't be referred to", largest=LARGEST[one.name])
    return None


# ---- MySQL and MariaDB: measured on MariaDB 10.11; MySQL 8.4, 15.1.20.5

_TEXTS = ("char", "varchar")


def _mysql(one: SqlType, two: SqlType) -> Message | None:
    if one.name in _TEXTS and two.name in _TEXTS:
        told = bool(one.modifiers and two.modifiers)  # else one has what its table or database says
        return REFUSED if told and one.modifiers != two.modifiers else None
    bytes_ = ("binary", "varbinary")
    if one.name in bytes_ and two.name in bytes_:
        return None
    signs = [set(each.modifiers) & {"unsigned"} for each in (one, two)]
    return REFUSED if one.name != two.name or signs[0] != signs[1] else None
