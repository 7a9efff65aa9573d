"""A script whose client goes on after an error applies what comes behind the failed statement.

psql, sqlite3, sqlcmd and SQL*Plus print the error and run the next statement. Where the script commits more than once,
the later revisions are applied onto what the failed one left, and alembic_version says that all is well. On SQLite an
error does not even end the transaction: its COMMIT keeps the other half.

About files that are run by hand and change alembic_version. Not reported: a PostgreSQL script in one transaction, which
an error rolls back as a whole; MySQL and MariaDB, whose client stops unless it is told `--force`. The scripts that
sqlgen writes stop.

```sql bad postgresql runs=file
DO $$ BEGIN IF NOT EXISTS (SELECT FROM alembic_version WHERE version_num = 'a1') THEN RAISE 'wrong'; END IF; END $$;
INSERT INTO countries (code) VALUES ('AT');
UPDATE alembic_version SET version_num = 'b2' WHERE version_num = 'a1';
```

```sql bad sqlite runs=file
BEGIN;
CREATE TABLE countries (code VARCHAR(2) PRIMARY KEY);
UPDATE alembic_version SET version_num = 'b2' WHERE version_num = 'a1';
COMMIT;
```

```sql good postgresql runs=file
\\set ON_ERROR_STOP on
DO $$ BEGIN IF NOT EXISTS (SELECT FROM alembic_version WHERE version_num = 'a1') THEN RAISE 'wrong'; END IF; END $$;
INSERT INTO countries (code) VALUES ('AT');
UPDATE alembic_version SET version_num = 'b2' WHERE version_num = 'a1';
```

```sql good postgresql runs=file
BEGIN;
DO $$ BEGIN IF NOT EXISTS (SELECT FROM alembic_version WHERE version_num = 'a1') THEN RAISE 'wrong'; END IF; END $$;
INSERT INTO countries (code) VALUES ('AT');
UPDATE alembic_version SET version_num = 'b2' WHERE version_num = 'a1';
COMMIT;
```

```sql good sqlite runs=file
.bail on
CREATE TEMP TABLE begins_at (a1 INTEGER CHECK (a1));
INSERT INTO begins_at (a1) SELECT count(*) FROM alembic_version WHERE version_num = 'a1';
INSERT INTO countries (code) VALUES ('AT');
UPDATE alembic_version SET version_num = 'b2' WHERE version_num = 'a1';
```

```sql bad mssql oracle runs=file
UPDATE alembic_version SET version_num = 'b2' WHERE version_num = 'a1';
```

```sql bad oracle runs=file
WHENEVER SQLERROR CONTINUE
UPDATE alembic_version SET version_num = 'b2' WHERE version_num = 'a1';
```

```sql good mssql runs=file
:on error exit
SET XACT_ABORT ON;
SELECT 1 / count(*) AS begins_at_a1 FROM alembic_version WHERE version_num = 'a1';
UPDATE alembic_version SET version_num = 'b2' WHERE version_num = 'a1';
```

```sql good oracle runs=file
WHENEVER SQLERROR EXIT FAILURE ROLLBACK
SELECT 1 / count(*) AS begins_at_a1 FROM alembic_version WHERE version_num = 'a1';
UPDATE alembic_version SET version_num = 'b2' WHERE version_num = 'a1';
```

`psql -v ON_ERROR_STOP=1` and `sqlite3 -bail` do the same, for those who remember to type it.

Sources:
- https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-VARIABLES-ON-ERROR-STOP
- https://www.sqlite.org/cli.html
- https://learn.microsoft.com/en-us/sql/tools/sqlcmd/sqlcmd-commands
- https://docs.oracle.com/en/database/oracle/oracle-database/19/sqpug/WHENEVER-SQLERROR.html
- https://dev.mysql.com/doc/refman/8.4/en/mysql-command-options.html#option_mysql_force
"""

from sqlgen.rulekit import (
    Advice,
    Before,
    Begin,
    Commit,
    Delete,
    Insert,
    Item,
    Select,
    SetOption,
    Severity,
    Step,
    Update,
    rule,
    say,
)

VERSION_TABLE = "alembic_version"
STOPS = {
    "postgresql": ["\\set", "on_error_stop"],
    "sqlite": [".bail", "on"],
    "mssql": [":on", "error"],
    "oracle": ["whenever", "sqlerror"],
}
HELP = {
    "postgresql": say("Begin with \\set ON_ERROR_STOP on, or let sqlgen write the script (sqlgen emit)."),
    "sqlite": say("Begin with .bail on, or let sqlgen write the script (sqlgen emit)."),
    "mssql": say("Begin with :on error exit, and SET XACT_ABORT ON."),
    "oracle": say("Begin with WHENEVER SQLERROR EXIT FAILURE ROLLBACK."),
}
OFF = ("off", "0", "false", "no", "ignore", "continue")


@rule(
    severity=Severity.ERROR,
    dialects={"postgresql", "sqlite", "mssql", "oracle"},
    since="0.1",
    help=say("Let the client stop at the first error."),
)
def check(step: Step, before: Before) -> tuple[tuple[Item, Advice], ...]:
    if before.runs != "file" or not any(_stamps(item) for item in step.items):
        return ()
    changing = [
        item for item in step.items if not all(isinstance(f, Begin | Commit | Select | SetOption) for f in item.facts)
    ]
    transactions = {item.transaction for item in changing}
    if before.dialect == "postgresql" and len(transactions) == 1 and None not in transactions:
        return ()
    if any(_stops(line, before.dialect) for line in step.items[0].statement.leading.splitlines()):
        return ()
    goes_on = say("the client goes on after an error, and {table} is moved all the same", table=VERSION_TABLE)
    return ((changing[0], Advice(goes_on, HELP[before.dialect])),)


def _stamps(item: Item) -> bool:
    return any(isinstance(f, Insert | Update | Delete) and f.table.name == VERSION_TABLE for f in item.facts)


def _stops(line: str, dialect: str) -> bool:
    words = line.lower().split()
    return words[:2] == STOPS[dialect] and not (words[2:] and words[2] in OFF)
