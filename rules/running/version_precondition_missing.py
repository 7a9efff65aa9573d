"""A script that moves alembic_version, and does not look where it stands, runs on any database.

What `alembic upgrade A:B --sql` prints trusts that whoever runs it knows where the database is. On one that is behind
or ahead it changes what it can; its last UPDATE of alembic_version then finds no row, which is no error, and everything
looks done.

About files that are run by hand and change alembic_version. Any statement that reads alembic_version before the first
change counts as a check, and so does CREATE TABLE alembic_version, which fails where it is there. The scripts that
sqlgen writes check the revision, the database and what an earlier run left half done.

```sql bad postgresql mysql mariadb sqlite mssql oracle runs=file
INSERT INTO countries (code) VALUES ('AT');
UPDATE alembic_version SET version_num = 'b2' WHERE version_num = 'a1';
```

```sql good postgresql runs=file
\\set ON_ERROR_STOP on
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM alembic_version WHERE version_num = 'a1') THEN
        RAISE EXCEPTION 'this script begins at revision a1';
    END IF;
END
$$;
INSERT INTO countries (code) VALUES ('AT');
UPDATE alembic_version SET version_num = 'b2' WHERE version_num = 'a1';
```

```sql good mysql mariadb runs=file
-- Another revision makes the subquery fail with "returns more than 1 row", at which the mysql client stops.
SELECT IF((SELECT version_num FROM alembic_version) = 'a1', 1, (SELECT 1 UNION SELECT 2)) AS begins_at_a1;
INSERT INTO countries (code) VALUES ('AT');
UPDATE alembic_version SET version_num = 'b2' WHERE version_num = 'a1';
```

```sql good sqlite runs=file
.bail on
CREATE TEMP TABLE begins_at (a1 INTEGER CHECK (a1));
INSERT INTO begins_at (a1) SELECT count(*) FROM alembic_version WHERE version_num = 'a1';
INSERT INTO countries (code) VALUES ('AT');
UPDATE alembic_version SET version_num = 'b2' WHERE version_num = 'a1';
```

```sql good mssql runs=file
:on error exit
SET XACT_ABORT ON;
IF NOT EXISTS (SELECT 1 FROM alembic_version WHERE version_num = 'a1')
BEGIN
    THROW 50000, 'this script begins at revision a1', 1;
END;
INSERT INTO countries (code) VALUES ('AT');
UPDATE alembic_version SET version_num = 'b2' WHERE version_num = 'a1';
```

```sql good oracle runs=file
WHENEVER SQLERROR EXIT FAILURE ROLLBACK
DECLARE
    found INTEGER;
BEGIN
    SELECT count(*) INTO found FROM alembic_version WHERE version_num = 'a1';
    IF found = 0 THEN
        raise_application_error(-20000, 'this script begins at a1');
    END IF;
END;
/
INSERT INTO countries (code) VALUES ('AT');
UPDATE alembic_version SET version_num = 'b2' WHERE version_num = 'a1';
```

Or, but for SQL Server and Oracle, let sqlgen write it: `sqlgen emit a1:b2`.

Sources:
- https://alembic.sqlalchemy.org/en/latest/offline.html
- https://www.postgresql.org/docs/current/plpgsql-errors-and-messages.html
"""

from collections.abc import Iterator

from sqlgen.rulekit import (
    Before,
    Begin,
    Block,
    Commit,
    CreateTable,
    Delete,
    Fact,
    Insert,
    Item,
    Message,
    Opaque,
    Rollback,
    Savepoint,
    Select,
    SetOption,
    Severity,
    Step,
    Update,
    rule,
    say,
)

VERSION_TABLE = "alembic_version"
CHANGES_NOTHING = (Begin, Block, Commit, Opaque, Rollback, Savepoint, Select, SetOption)


@rule(
    severity=Severity.ERROR,
    since="0.1",
    help=say(
        "Begin with a statement that fails at any other revision, as sqlgen explain version-precondition-missing shows."
    ),
)
def check(step: Step, before: Before) -> Iterator[tuple[Item, Message]]:
    if before.runs != "file" or not any(_stamps(fact) for item in step.items for fact in item.facts):
        return
    scratch: set[str] = set()
    for item in step.items:
        stamps = any(_stamps(fact) for fact in item.facts)
        made = [fact for fact in item.facts if isinstance(fact, CreateTable)]
        scratch.update(table.table.name for table in made if table.temporary)
        if any(table.table.name == VERSION_TABLE for table in made) or (VERSION_TABLE in item.sql and not stamps):
            return
        if stamps or any(_changes(fact, scratch) for fact in item.facts):
            yield item, say("nothing looks where {table} stands before this changes the database", table=VERSION_TABLE)
            return


def _stamps(fact: Fact) -> bool:
    return isinstance(fact, Insert | Update | Delete) and fact.table.name == VERSION_TABLE


def _changes(fact: Fact, scratch: set[str]) -> bool:
    """Whether it changes what others see: not what is in temporary tables, nor a trigger on one."""
    return not isinstance(fact, CHANGES_NOTHING) and getattr(getattr(fact, "table", None), "name", "") not in scratch
