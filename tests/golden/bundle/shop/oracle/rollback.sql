-- sqlgen: a script for sqlplus
SET DEFINE OFF

-- WHAT THIS ROLLBACK LOSES:
--   0001_users (migrations/versions/0001_users.py)
--     destroys table users, with its rows
-- Dump the tables that it destroys data of first: runbook.md of the bundle has the commands, or that of: sqlgen emit RANGE -o DIR/ *

-- What:        downgrade, alembic_version 0001_users -> base, 1 revision(s)
-- Environment: prod
-- Database:    bookshop (the guard refuses any other)
-- Run it with: NLS_LANG=AMERICAN_AMERICA.AL32UTF8 sqlplus -S -L -R 3 /@bookshop < rollback.sql > rollback.log 2>&1
-- Needs:       Oracle Database 12.2 or newer. NOT RUN ON A REAL SERVER: made by Oracle's documents, and tested against the client's rules for lines
-- Needs:       SQL*Plus or SQLcl; /@NAME takes the login from a wallet, else write USER/PASSWORD@NAME
-- Needs:       EXECUTE on DBMS_LOCK for the user, else a second operator is not kept away
-- Needs:       no other session that changes the same rows: for row locks Oracle waits without a limit
-- Result:      the LAST line with "sqlgen result:" tells: APPLIED, ALREADY APPLIED or NOT APPLIED
--              SQL*Plus ends with 0 for the first two, else with 1. Its own errors do not stop it: afterwards
--              grep -E '^(SP2|ORA|PLS)-' rollback.log must find nothing. Where a tool goes on after errors,
--              no statement runs after the first one. Run again after an error, the script goes on where it stopped
--              Oracle commits each DDL statement by itself: what stood before an error stands
-- Revisions:
--     1. 0001_users  create users  (migrations/versions/0001_users.py)


WHENEVER OSERROR EXIT FAILURE ROLLBACK
WHENEVER SQLERROR EXIT FAILURE ROLLBACK
SET ESCAPE OFF
SET SQLPREFIX #
SET BLOCKTERMINATOR ON
SET SQLTERMINATOR ON
SET SQLBLANKLINES ON
SET SQLCASE MIXED
SET CMDSEP OFF
SET AUTOCOMMIT OFF
SET EXITCOMMIT OFF
SET ECHO OFF
SET VERIFY OFF
SET FEEDBACK OFF
SET TIMING OFF
SET TAB OFF
SET LINESIZE 32767
SET TRIMOUT ON
SET SERVEROUTPUT ON SIZE UNLIMITED FORMAT WORD_WRAPPED
BEGIN
  EXECUTE IMMEDIATE 'ALTER SESSION SET NLS_LANGUAGE = AMERICAN NLS_TERRITORY = AMERICA NLS_COMP = BINARY NLS_SORT = BINARY';
  EXECUTE IMMEDIATE 'ALTER SESSION SET DDL_LOCK_TIMEOUT = 2';
END;
/

-- The guard: does this script belong to this database, as it stands?
DECLARE
  v_rows NUMBER := 0; v_at VARCHAR2(4000); v_mark VARCHAR2(400) := '-'; v_there NUMBER; v_done NUMBER := 0;
  v_from NUMBER := -1; v_behind NUMBER := -1; v_lock NUMBER; v_why VARCHAR2(32767);
  FUNCTION may(kind VARCHAR2) RETURN BOOLEAN IS v_count NUMBER;
  BEGIN
    SELECT COUNT(*) INTO v_count FROM session_privs
    WHERE privilege IN ('CREATE ' || kind, 'CREATE ANY ' || kind);
    RETURN v_count > 0;
  END;
BEGIN
  DBMS_SESSION.SET_CONTEXT('CLIENTCONTEXT', 'sqlgen_at', '-1');
  DBMS_SESSION.SET_CONTEXT('CLIENTCONTEXT', 'sqlgen_open', '-1');
  DBMS_SESSION.SET_CONTEXT('CLIENTCONTEXT', 'sqlgen_behind', '-1');
  DBMS_SESSION.SET_CONTEXT('CLIENTCONTEXT', 'sqlgen_why', '-');
  DBMS_SESSION.SET_CONTEXT('CLIENTCONTEXT', 'sqlgen_invalid', '0');
  BEGIN
    EXECUTE IMMEDIATE 'BEGIN :1 := SYS.DBMS_LOCK.REQUEST(:2, 6, 1, FALSE); END;'
    USING OUT v_lock, IN DBMS_UTILITY.GET_HASH_VALUE('sqlgen.' || SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA'), 0, 1073741823);
  EXCEPTION WHEN OTHERS THEN
    IF SQLCODE <> -6550 THEN RAISE; END IF;
    v_lock := -1;
  END;
  SELECT COUNT(*) INTO v_there FROM all_tables
  WHERE owner = SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') AND table_name = 'ALEMBIC_VERSION';
  SELECT COUNT(*) INTO v_done FROM all_tables
  WHERE owner = SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') AND table_name = 'ALEMBIC_VERSION_SQLGEN';
  IF v_there = 1 THEN
    EXECUTE IMMEDIATE 'SELECT COUNT(*), LISTAGG(version_num, '','') WITHIN GROUP (ORDER BY NLSSORT(version_num, ''NLS_SORT=BINARY'')) FROM alembic_version'
      INTO v_rows, v_at;
  END IF;
  IF v_done = 1 THEN
    EXECUTE IMMEDIATE 'SELECT NVL(MAX(mark), ''-'') FROM alembic_version_sqlgen' INTO v_mark;
  END IF;
  IF v_mark = '-' AND (v_rows = 1 AND '{' || v_at || '}' = '{0001_users}') THEN v_from := 0; END IF;
  IF SUBSTR(v_mark, 1, 59) = 'sqlgen: downgrade 0001_users (6c84380b) is half done: part ' AND (v_rows = 1 AND '{' || v_at || '}' = '{0001_users}') THEN
    v_from := 0 + TO_NUMBER(REGEXP_SUBSTR(SUBSTR(v_mark, 60), '^[0-9]+')) - CASE WHEN v_mark LIKE '% began' THEN 1 ELSE 0 END;
  END IF;
  IF SUBSTR(v_mark, 1, 57) = 'sqlgen: upgrade 0001_users (9759a8ae) is half done: part ' AND (v_rows = 0 AND '{' || v_at || '}' = '{}') THEN
    v_behind := TO_NUMBER(REGEXP_SUBSTR(SUBSTR(v_mark, 58), '^[0-9]+')) - CASE WHEN v_mark LIKE '% began' THEN 1 ELSE 0 END;
    IF v_mark = 'sqlgen: upgrade 0001_users (9759a8ae) is half done: part 1 of 1 began' THEN
      SELECT COUNT(*) INTO v_done FROM dual WHERE EXISTS (SELECT 1 FROM all_tables WHERE owner = SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') AND table_name IN ('USERS', 'users'));
      IF v_done = 1 THEN v_behind := 1; END IF;
    END IF;
    IF v_behind IN (0, 1) THEN v_from := 0; END IF;
  END IF;
  IF SUBSTR(v_mark, 1, 71) = 'sqlgen: downgrade 0001_users (6c84380b) from part 0 is half done: part ' AND (v_rows = 0 AND '{' || v_at || '}' = '{}') THEN
    v_behind := 0; v_from := 0 + TO_NUMBER(REGEXP_SUBSTR(SUBSTR(v_mark, 72), '^[0-9]+')) - CASE WHEN v_mark LIKE '% began' THEN 1 ELSE 0 END;
  END IF;
  IF SUBSTR(v_mark, 1, 71) = 'sqlgen: downgrade 0001_users (6c84380b) from part 1 is half done: part ' AND (v_rows = 0 AND '{' || v_at || '}' = '{}') THEN
    v_behind := 1; v_from := 0 + TO_NUMBER(REGEXP_SUBSTR(SUBSTR(v_mark, 72), '^[0-9]+')) - CASE WHEN v_mark LIKE '% began' THEN 1 ELSE 0 END;
  END IF;
  IF v_why IS NULL AND (DBMS_TRANSACTION.LOCAL_TRANSACTION_ID(FALSE) IS NOT NULL) THEN
    v_why := 'NOT APPLIED: this session has a transaction open. Commit it or roll it back, then run this again. Nothing was changed.';
  END IF;
  IF v_why IS NULL AND (NOT ((UPPER(SYS_CONTEXT('USERENV', 'CON_NAME')) = UPPER('bookshop')))) THEN
    v_why := 'NOT APPLIED: this script is for database bookshop, this one is ' || UPPER(SYS_CONTEXT('USERENV', 'CON_NAME')) || '.' || SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') || '. Nothing was changed.';
  END IF;
  IF v_why IS NULL AND (SYS_CONTEXT('USERENV', 'DATABASE_ROLE') <> 'PRIMARY') THEN
    v_why := 'NOT APPLIED: the database is not a primary one, but ' || SYS_CONTEXT('USERENV', 'DATABASE_ROLE') || '. Nothing was changed.';
  END IF;
  IF v_why IS NULL AND (v_lock NOT IN (-1, 0, 4)) THEN
    v_why := 'NOT APPLIED: another sqlgen script is running in this schema. Run this one again when it has ended. Nothing was changed.';
  END IF;
  IF v_why IS NULL AND (v_there = 0) THEN
    v_why := 'NOT APPLIED: there is no table alembic_version in schema ' || SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') || '. Nothing was changed.';
  END IF;
  IF v_why IS NULL AND (v_mark = '-' AND (v_rows = 0 AND '{' || v_at || '}' = '{}')) THEN
    v_why := 'ALREADY APPLIED: database ' || SYS_CONTEXT('USERENV', 'CON_NAME') || ' is at {}';
  END IF;
  IF v_why IS NULL AND (NOT may('TABLE')) THEN
    v_why := 'NOT APPLIED: this user lacks the privilege CREATE TABLE. Nothing was changed.';
  END IF;
  IF v_why IS NULL AND (v_mark <> '-' AND v_from = -1) THEN
    v_why := 'NOT APPLIED: an earlier run stopped in the middle of a step: ' || SUBSTR(v_mark, 9) || '. This script does not know the way from there: finish that step with the script that began it, or look what stands of it and ask who made it. Nothing was changed.';
  END IF;
  IF v_why IS NULL AND (v_from = -1) THEN
    v_why := 'NOT APPLIED: this script goes from {0001_users} to {}; alembic_version holds {' || v_at || '}. Nothing was changed.';
  END IF;
  DBMS_SESSION.SET_CONTEXT('CLIENTCONTEXT', 'sqlgen_why', NVL(SUBSTRB(v_why, 1, 3900), '-'));
  IF v_why IS NULL THEN
    DBMS_OUTPUT.PUT_LINE('sqlgen: the guard passed, from {0001_users} to {}');
    IF v_lock = -1 THEN DBMS_OUTPUT.PUT_LINE('sqlgen: without EXECUTE on DBMS_LOCK a second operator is not kept away'); END IF;
    DBMS_SESSION.SET_CONTEXT('CLIENTCONTEXT', 'sqlgen_behind', TO_CHAR(v_behind));
    DBMS_SESSION.SET_CONTEXT('CLIENTCONTEXT', 'sqlgen_at', TO_CHAR(v_from));
  ELSE
    DBMS_OUTPUT.PUT_LINE('sqlgen result: ' || v_why);
  END IF;
EXCEPTION WHEN OTHERS THEN
  ROLLBACK; DBMS_SESSION.SET_CONTEXT('CLIENTCONTEXT', 'sqlgen_at', '-1'); RAISE;
END;
/
BEGIN
  IF SYS_CONTEXT('CLIENTCONTEXT', 'sqlgen_why', 4000) LIKE 'NOT APPLIED%' THEN
    RAISE_APPLICATION_ERROR(-20001, 'sqlgen guard: stopped, the line above says why');
  END IF;
END;
/
DECLARE
  v_there NUMBER;
BEGIN
  IF TO_NUMBER(NVL(SYS_CONTEXT('CLIENTCONTEXT', 'sqlgen_at'), '-1')) >= 0 THEN
    SELECT COUNT(*) INTO v_there FROM all_tables WHERE owner = SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') AND table_name = 'ALEMBIC_VERSION_SQLGEN';
    IF v_there = 0 THEN
      EXECUTE IMMEDIATE 'CREATE TABLE alembic_version_sqlgen (mark VARCHAR2(400) NOT NULL)';
    END IF;
    EXECUTE IMMEDIATE 'SELECT COUNT(*) FROM alembic_version_sqlgen' INTO v_there;
    IF v_there = 0 THEN
      EXECUTE IMMEDIATE 'INSERT INTO alembic_version_sqlgen (mark) VALUES (''-'')';
      COMMIT;
    END IF;
  END IF;
EXCEPTION WHEN OTHERS THEN
  ROLLBACK; DBMS_SESSION.SET_CONTEXT('CLIENTCONTEXT', 'sqlgen_at', '-1'); RAISE;
END;
/

-- =============================================================================
-- step 1 of 1: 0001_users  create users  (migrations/versions/0001_users.py)
--   0001_users -> base, 1 parts; each DDL statement commits by itself
-- =============================================================================
-- part 1 of 1 of step 1
BEGIN
  IF TO_NUMBER(NVL(SYS_CONTEXT('CLIENTCONTEXT', 'sqlgen_at'), '-1')) = 0 THEN
    EXECUTE IMMEDIATE 'ALTER SESSION SET NLS_LANGUAGE = AMERICAN NLS_TERRITORY = AMERICA NLS_COMP = BINARY NLS_SORT = BINARY';
    EXECUTE IMMEDIATE 'ALTER SESSION SET DDL_LOCK_TIMEOUT = 2';
    DBMS_OUTPUT.PUT_LINE('sqlgen result: NOT APPLIED yet: step 1 of 1 (0001_users) part 1 of 1 is running; it commits by itself; if it fails, what ran before it stands; it began at ' || TO_CHAR(SYSDATE, 'HH24:MI:SS'));
  ELSIF TO_NUMBER(NVL(SYS_CONTEXT('CLIENTCONTEXT', 'sqlgen_at'), '-1')) >= 1 THEN
    DBMS_OUTPUT.PUT_LINE('step 1 of 1 (0001_users): its beginning or all of it was done before');
  END IF;
EXCEPTION WHEN OTHERS THEN
  ROLLBACK; DBMS_SESSION.SET_CONTEXT('CLIENTCONTEXT', 'sqlgen_at', '-1'); RAISE;
END;
/
DECLARE
  v_rows NUMBER := 0; v_at VARCHAR2(4000); v_mark VARCHAR2(400) := '-'; v_there NUMBER; v_done NUMBER := 0;
BEGIN
  IF TO_NUMBER(NVL(SYS_CONTEXT('CLIENTCONTEXT', 'sqlgen_at'), '-1')) = 0 THEN
    EXECUTE IMMEDIATE 'LOCK TABLE alembic_version_sqlgen IN EXCLUSIVE MODE NOWAIT';
    EXECUTE IMMEDIATE 'SELECT COUNT(*), LISTAGG(version_num, '','') WITHIN GROUP (ORDER BY NLSSORT(version_num, ''NLS_SORT=BINARY'')) FROM alembic_version'
      INTO v_rows, v_at;
    EXECUTE IMMEDIATE 'SELECT NVL(MAX(mark), ''-'') FROM alembic_version_sqlgen' INTO v_mark;
    IF NOT ((TO_NUMBER(NVL(SYS_CONTEXT('CLIENTCONTEXT', 'sqlgen_behind'), '-1')) = -1 AND (v_rows = 1 AND '{' || v_at || '}' = '{0001_users}') AND (v_mark = '-'
      OR v_mark = 'sqlgen: downgrade 0001_users (6c84380b) is half done: part 1 of 1 began'))
      OR (TO_NUMBER(NVL(SYS_CONTEXT('CLIENTCONTEXT', 'sqlgen_behind'), '-1')) = 0 AND (v_rows = 0 AND '{' || v_at || '}' = '{}') AND (v_mark = 'sqlgen: downgrade 0001_users (6c84380b) from part 0 is half done: part 1 of 1 began' OR v_mark <> '-'))
      OR (TO_NUMBER(NVL(SYS_CONTEXT('CLIENTCONTEXT', 'sqlgen_behind'), '-1')) = 1 AND (v_rows = 0 AND '{' || v_at || '}' = '{}') AND (v_mark = 'sqlgen: downgrade 0001_users (6c84380b) from part 1 is half done: part 1 of 1 began' OR v_mark <> '-'))) THEN
      RAISE_APPLICATION_ERROR(-20001, 'sqlgen: step 1 (0001_users) can not begin: alembic_version or its record is not as it must be then: ' || v_at || ' ' || v_mark);
    END IF;
    IF v_mark = 'sqlgen: downgrade 0001_users (6c84380b) is half done: part 1 of 1 began'
      OR v_mark = 'sqlgen: downgrade 0001_users (6c84380b) from part 0 is half done: part 1 of 1 began'
      OR v_mark = 'sqlgen: downgrade 0001_users (6c84380b) from part 1 is half done: part 1 of 1 began' THEN
      SELECT COUNT(*) INTO v_done FROM dual WHERE NOT EXISTS (SELECT 1 FROM all_tables WHERE owner = SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') AND table_name IN ('USERS', 'users'));
    END IF;
    EXECUTE IMMEDIATE 'UPDATE alembic_version_sqlgen SET mark = :1' USING CASE TO_NUMBER(NVL(SYS_CONTEXT('CLIENTCONTEXT', 'sqlgen_behind'), '-1'))
      WHEN 0 THEN 'sqlgen: downgrade 0001_users (6c84380b) from part 0 is half done: part 1 of 1 began'
      WHEN 1 THEN 'sqlgen: downgrade 0001_users (6c84380b) from part 1 is half done: part 1 of 1 began' ELSE 'sqlgen: downgrade 0001_users (6c84380b) is half done: part 1 of 1 began' END;
    IF SQL%ROWCOUNT <> 1 THEN RAISE_APPLICATION_ERROR(-20001, 'sqlgen: the record is not there'); END IF;
    COMMIT;
    IF v_done = 0 AND TO_NUMBER(NVL(SYS_CONTEXT('CLIENTCONTEXT', 'sqlgen_behind'), '-1')) IN (-1, 1) THEN
-- sqlgen: statement 1, 16 characters behind 23 doubled, sha256 6c84380b12b4e53a, migrations/versions/0001_users.py:36 op.drop_table
    EXECUTE IMMEDIATE 'DROP TABLE users';
    END IF;
    IF TO_NUMBER(NVL(SYS_CONTEXT('CLIENTCONTEXT', 'sqlgen_behind'), '-1')) = -1 THEN
    EXECUTE IMMEDIATE 'DELETE FROM alembic_version WHERE version_num = ''0001_users''';
    IF SQL%ROWCOUNT <> 1 THEN RAISE_APPLICATION_ERROR(-20001, 'sqlgen: step 1 (0001_users): its stamp did not hit exactly one row'); END IF;
    END IF;
    EXECUTE IMMEDIATE 'UPDATE alembic_version_sqlgen SET mark = :1' USING '-';
    IF SQL%ROWCOUNT <> 1 THEN RAISE_APPLICATION_ERROR(-20001, 'sqlgen: the record is not there'); END IF;
    COMMIT;
    DBMS_SESSION.SET_CONTEXT('CLIENTCONTEXT', 'sqlgen_at', '1');
    DBMS_OUTPUT.PUT_LINE('step 1 of 1 (0001_users) is done: ' || TO_CHAR(SYSDATE, 'HH24:MI:SS'));
    DBMS_SESSION.SET_CONTEXT('CLIENTCONTEXT', 'sqlgen_behind', '-1');
  END IF;
EXCEPTION WHEN OTHERS THEN
  ROLLBACK; DBMS_SESSION.SET_CONTEXT('CLIENTCONTEXT', 'sqlgen_at', '-1'); RAISE;
END;
/

-- The result, computed from the database.
DECLARE
  v_rows NUMBER := 0; v_at VARCHAR2(4000); v_mark VARCHAR2(400) := '-'; v_there NUMBER; v_done NUMBER := 0;
  v_result VARCHAR2(32767) := NULLIF(SYS_CONTEXT('CLIENTCONTEXT', 'sqlgen_why', 4000), '-');
BEGIN
  ROLLBACK;
  SELECT COUNT(*) INTO v_there FROM all_tables
  WHERE owner = SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') AND table_name = 'ALEMBIC_VERSION';
  SELECT COUNT(*) INTO v_done FROM all_tables
  WHERE owner = SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') AND table_name = 'ALEMBIC_VERSION_SQLGEN';
  IF v_there = 1 THEN
    EXECUTE IMMEDIATE 'SELECT COUNT(*), LISTAGG(version_num, '','') WITHIN GROUP (ORDER BY NLSSORT(version_num, ''NLS_SORT=BINARY'')) FROM alembic_version'
      INTO v_rows, v_at;
  END IF;
  IF v_done = 1 THEN
    EXECUTE IMMEDIATE 'SELECT NVL(MAX(mark), ''-'') FROM alembic_version_sqlgen' INTO v_mark;
  END IF;
  IF v_result IS NULL THEN
    IF v_mark = '-' AND (v_rows = 0 AND '{' || v_at || '}' = '{}') THEN
      v_result := 'APPLIED' || ': database ' || SYS_CONTEXT('USERENV', 'CON_NAME') || ' is at {' || v_at || '}';
      IF SYS_CONTEXT('CLIENTCONTEXT', 'sqlgen_invalid') = '1' THEN
        v_result := v_result || '; something was created with compilation errors';
      END IF;
    ELSIF v_mark = '-' THEN
      v_result := 'NOT APPLIED' || ': database ' || SYS_CONTEXT('USERENV', 'CON_NAME') || ' is at {' || v_at || '}' || '; the first error above says why';
    ELSE
      v_result := 'NOT APPLIED' || ': database ' || SYS_CONTEXT('USERENV', 'CON_NAME') || ' is at {' || v_at || '}' || '; it stopped in the middle of a step: ' || SUBSTR(v_mark, 9);
    END IF;
    DBMS_SESSION.SET_CONTEXT('CLIENTCONTEXT', 'sqlgen_why', SUBSTRB(v_result, 1, 3900));
  END IF;
  DBMS_OUTPUT.PUT_LINE('sqlgen result: ' || v_result);
EXCEPTION WHEN OTHERS THEN
  ROLLBACK; DBMS_SESSION.SET_CONTEXT('CLIENTCONTEXT', 'sqlgen_at', '-1'); RAISE;
END;
/
-- The record goes where nothing is half done.
DECLARE
  v_rows NUMBER := 0; v_at VARCHAR2(4000); v_mark VARCHAR2(400) := '-'; v_there NUMBER; v_done NUMBER := 0;
BEGIN
  IF SYS_CONTEXT('CLIENTCONTEXT', 'sqlgen_why', 4000) LIKE 'NOT APPLIED%' THEN
    RAISE_APPLICATION_ERROR(-20001, 'sqlgen: the line above says why');
  END IF;
  SELECT COUNT(*) INTO v_there FROM all_tables
  WHERE owner = SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') AND table_name = 'ALEMBIC_VERSION';
  SELECT COUNT(*) INTO v_done FROM all_tables
  WHERE owner = SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') AND table_name = 'ALEMBIC_VERSION_SQLGEN';
  IF v_there = 1 THEN
    EXECUTE IMMEDIATE 'SELECT COUNT(*), LISTAGG(version_num, '','') WITHIN GROUP (ORDER BY NLSSORT(version_num, ''NLS_SORT=BINARY'')) FROM alembic_version'
      INTO v_rows, v_at;
  END IF;
  IF v_done = 1 THEN
    EXECUTE IMMEDIATE 'SELECT NVL(MAX(mark), ''-'') FROM alembic_version_sqlgen' INTO v_mark;
  END IF;
  IF v_done = 1 AND v_mark = '-' THEN
    EXECUTE IMMEDIATE 'DROP TABLE alembic_version_sqlgen PURGE';
  END IF;
EXCEPTION WHEN OTHERS THEN
  ROLLBACK; DBMS_SESSION.SET_CONTEXT('CLIENTCONTEXT', 'sqlgen_at', '-1'); RAISE;
END;
/
EXIT SUCCESS ROLLBACK
-- sqlgen: end, 1 statement
