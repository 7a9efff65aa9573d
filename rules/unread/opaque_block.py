"""A block runs SQL that it builds while it runs: no rule can judge what is not written yet.

A DO block, an anonymous block of PL/SQL, a batch of T-SQL: sqlgen reads the statements in them, and judges them like
any other. What EXECUTE builds from strings and variables it can't read, nor blocks in another language, nor MariaDB's
compound statements. It is run all the same, and sqlgen does not know what the schema is afterwards.

```sql bad postgresql
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE tablename LIKE 'tmp_%' LOOP
        EXECUTE 'DROP TABLE ' || quote_ident(name);
    END LOOP;
END
$$;
```

```sql bad postgresql
DO LANGUAGE plpython3u 'plpy.execute(query)';
```

```sql bad mssql
DECLARE @name sysname = N'tmp_1';
BEGIN
    EXEC('DROP TABLE ' + @name);
END
```

```sql bad mariadb
DELIMITER //
BEGIN NOT ATOMIC
    EXECUTE IMMEDIATE CONCAT('DROP TABLE ', @name);
END//
```

```sql bad oracle
DECLARE
    name VARCHAR2(30) := 'tmp_1';
BEGIN
    EXECUTE IMMEDIATE 'DROP TABLE ' || name;
END;
/
```

```python bad postgresql
op.execute("DO $$ BEGIN EXECUTE 'DROP TABLE ' || current_setting('app.table'); END $$")
```

```sql good postgresql
DO $$
BEGIN
    DROP VIEW IF EXISTS tmp_names;
END
$$;
```

```sql good mssql mariadb
DROP VIEW IF EXISTS tmp_names;
```

```sql good oracle
BEGIN
    EXECUTE IMMEDIATE 'DROP VIEW tmp_names';
EXCEPTION WHEN OTHERS THEN NULL;
END;
/
```

Write out what it does. Where that can't be known before, read it yourself, and say so:

```python good postgresql
op.execute("DROP VIEW IF EXISTS tmp_names")
op.execute("DROP VIEW IF EXISTS tmp_mails")
```

```python good postgresql
# sqlgen: allow opaque-block because "drops the tables of the import, read by two of us"
op.execute("DO $$ BEGIN EXECUTE 'DROP TABLE ' || current_setting('app.table'); END $$")
```

Sources:
- https://www.postgresql.org/docs/current/sql-do.html
- https://www.postgresql.org/docs/current/plpgsql-statements.html#PLPGSQL-STATEMENTS-EXECUTING-DYN
- https://mariadb.com/kb/en/begin-end/
- https://learn.microsoft.com/en-us/sql/t-sql/language-elements/execute-transact-sql
- https://docs.oracle.com/en/database/oracle/oracle-database/19/lnpls/EXECUTE-IMMEDIATE-statement.html
"""

from sqlgen.rulekit import Before, Message, Opaque, Severity, rule, say


@rule(
    severity=Severity.WARNING,
    dialects={"postgresql", "mariadb", "mssql", "oracle"},
    since="0.1",
    help=say('Write its statements out, or read it yourself and say so: # sqlgen: allow opaque-block because "…"'),
)
def check(opaque: Opaque, before: Before) -> Message | None:
    if before.block is None:
        return None
    return say("what this block runs can't be read, so no rule has judged it: {why}", why=opaque.why)
