"""A statement that reads files, runs programs or reaches other servers does what no review of SQL can see.

`COPY … FROM PROGRAM` runs a shell command as the server's own user; `LOAD DATA INFILE` and `pg_read_file` read what
that user may read; `INTO OUTFILE` and `COPY … TO` write where it may write. What comes in depends on a file that is not
in the migration, and differs from server to server.

COPY FROM STDIN and TO STDOUT stay between client and server, and are not reported.

```sql bad postgresql
COPY countries FROM PROGRAM 'curl https://example.org/countries.csv';
```

```sql bad postgresql
COPY countries FROM '/tmp/countries.csv' WITH (FORMAT csv);
```

```sql bad mysql mariadb
LOAD DATA INFILE '/tmp/countries.csv' INTO TABLE countries;
```

```sql bad sqlite
ATTACH DATABASE '/tmp/other.db' AS other;
```

```sql bad mssql
EXEC xp_cmdshell 'dir C:\\temp';
```

```sql bad mssql
BULK INSERT countries FROM 'C:\\temp\\countries.csv';
```

```sql bad oracle
BEGIN
    UTL_FILE.FREMOVE('LOAD_DIR', 'countries.csv');
END;
/
```

```sql good postgresql mysql mariadb sqlite mssql oracle
INSERT INTO countries (code, name) VALUES ('AT', 'Austria'), ('CH', 'Switzerland');
```

```python good postgresql mysql mariadb sqlite mssql oracle
countries = sa.table("countries", sa.column("code", sa.String), sa.column("name", sa.String))
op.bulk_insert(countries, [{"code": "AT", "name": "Austria"}, {"code": "CH", "name": "Switzerland"}])
```

Sources:
- https://www.postgresql.org/docs/current/sql-copy.html
- https://dev.mysql.com/doc/refman/8.4/en/load-data.html
- https://dev.mysql.com/doc/refman/8.4/en/select-into.html
- https://mariadb.com/kb/en/load-data-infile/
- https://www.sqlite.org/lang_attach.html
- https://learn.microsoft.com/en-us/sql/relational-databases/system-stored-procedures/xp-cmdshell-transact-sql
- https://docs.oracle.com/en/database/oracle/oracle-database/19/arpls/UTL_FILE.html
"""

from sqlgen.rulekit import External, Message, Severity, rule, say


@rule(
    severity=Severity.ERROR,
    since="0.1",
    help=say("Write the rows into the migration (op.bulk_insert), or load them by a job of their own."),
)
def check(external: External) -> Message:
    if external.target is None:
        return say("{what} leaves the database: what it does is not in the migration", what=external.what)
    return say(
        "{what} reaches {target}, outside the database: what it does is not in the migration",
        what=external.what,
        target=external.target,
    )
