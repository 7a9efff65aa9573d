"""A key of 32 bits is full after 2,147,483,647 rows, deleted ones included, and then each INSERT fails.

Sequences and AUTO_INCREMENT also count rows that were rolled back or that a conflict kept out. Making the column wider
later rewrites the table, and all that refer to it; four bytes more a row cost nothing while it is empty.

On in the preset "strict": `sa.Integer` is what most models begin with, and most tables stay small. Reported are primary
keys of new tables that the engine counts itself. Not reported: keys whose values come from elsewhere; SQLite, whose
INTEGER has 64 bits.

```sql bad postgresql
CREATE TABLE visits (id SERIAL PRIMARY KEY);
```

```sql bad mysql mariadb
CREATE TABLE visits (id INTEGER NOT NULL AUTO_INCREMENT, PRIMARY KEY (id));
```

```sql bad mssql
CREATE TABLE visits (id INT NOT NULL IDENTITY, CONSTRAINT pk_visits PRIMARY KEY (id));
```

```sql good postgresql
CREATE TABLE visits (id BIGSERIAL PRIMARY KEY);
CREATE TABLE codes (id INTEGER PRIMARY KEY);
```

```sql good mysql mariadb
CREATE TABLE visits (id BIGINT NOT NULL AUTO_INCREMENT, PRIMARY KEY (id));
```

```sql good mssql
CREATE TABLE visits (id BIGINT NOT NULL IDENTITY, CONSTRAINT pk_visits PRIMARY KEY (id));
```

```python bad postgresql mysql mariadb mssql
op.create_table("visits", sa.Column("id", sa.Integer), sa.PrimaryKeyConstraint("id", name="pk_visits"))
```

```python good postgresql mysql mariadb mssql
op.create_table("visits", sa.Column("id", sa.BigInteger), sa.PrimaryKeyConstraint("id", name="pk_visits"))
```

Sources:
- https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL
- https://dev.mysql.com/doc/refman/8.4/en/integer-types.html
- https://mariadb.com/kb/en/auto_increment/
- https://learn.microsoft.com/en-us/sql/t-sql/data-types/int-bigint-smallint-and-tinyint-transact-sql
"""

from sqlgen.rulekit import Before, CreateTable, Kind, Message, Severity, canonical, constraints_of, rule, say

LARGEST = {
    "tinyint": "127",
    "smallint": "32,767",
    "mediumint": "8,388,607",
    "int": "2,147,483,647",
    "integer": "2,147,483,647",
}
COUNTED = ("serial", "identity", "auto_increment")


@rule(
    severity=Severity.WARNING,
    dialects={"postgresql", "mysql", "mariadb", "mssql"},
    since="0.1",
    default=False,
    help=say("Make it BIGINT (sa.BigInteger), now that the table is empty."),
)
def check(made: CreateTable, before: Before) -> Message | None:
    keys = {name.lower() for one in constraints_of(made) for name in one.columns if one.kind is Kind.PRIMARY_KEY}
    for column in made.columns:
        if column.name.lower() not in keys or column.generated not in COUNTED or made.temporary:
            continue
        type = canonical(str(column.type), before.dialect)
        if type.name in LARGEST and "unsigned" not in type.modifiers:
            return say(
                "{table}.{column} counts to {largest}; then each INSERT fails",
                table=made.table,
                column=column.name,
                largest=LARGEST[type.name],
            )
    return None
