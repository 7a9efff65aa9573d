-- sqlgen: read-only checks for sqlplus
SET DEFINE OFF

-- What:        whether apply.sql can take the database from base to 0001_users
-- Needs:       NOT RUN ON A REAL SERVER: made by the manuals
-- Database:    bookshop (the guard refuses any other)
-- Run it with: NLS_LANG=AMERICAN_AMERICA.AL32UTF8 sqlplus -S -L -R 3 /@bookshop < preflight.sql > preflight.log 2>&1
-- Result:      the LAST line with "sqlgen result:" tells: PREFLIGHT OK or PREFLIGHT FAILED
--              the client ends with 0 for the first one
--              Catalogs are read, nothing is changed

WHENEVER OSERROR EXIT FAILURE ROLLBACK
WHENEVER SQLERROR EXIT FAILURE ROLLBACK
SET ESCAPE OFF
SET SQLPREFIX #
SET BLOCKTERMINATOR ON
SET SQLTERMINATOR ON
SET SQLBLANKLINES ON
SET CMDSEP OFF
SET ECHO OFF
SET VERIFY OFF
SET FEEDBACK OFF
SET TIMING OFF
SET TAB OFF
SET LINESIZE 32767
SET TRIMOUT ON
SET SERVEROUTPUT ON SIZE UNLIMITED FORMAT WRAPPED
DECLARE
  v_rows NUMBER := 0; v_at VARCHAR2(4000); v_mark VARCHAR2(400) := '-'; v_there NUMBER; v_done NUMBER := 0;
  v_heads VARCHAR2(4000); v_place NUMBER;
BEGIN
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
  v_heads := CASE WHEN v_there = 0 THEN 'base' WHEN v_rows = 0 THEN 'base' ELSE v_at END;
  v_place := CASE v_heads WHEN 'base' THEN 0 WHEN '0001_users' THEN 1 ELSE -1 END;
  IF v_place = 0 AND SUBSTR(v_mark, 1, 57) = 'sqlgen: upgrade 0001_users (9759a8ae) is half done: part ' THEN v_place := 0.5; END IF;
  DBMS_SESSION.SET_CONTEXT('CLIENTCONTEXT', 'sqlgen_heads', v_heads);
  DBMS_SESSION.SET_CONTEXT('CLIENTCONTEXT', 'sqlgen_mark', v_mark);
  DBMS_SESSION.SET_CONTEXT('CLIENTCONTEXT', 'sqlgen_place', TO_CHAR(v_place * 2));
END;
/
DECLARE
  v_asked NUMBER := 0; v_failed NUMBER := 0; v_warned NUMBER := 0;
  PROCEDURE ask(p_level VARCHAR2, p_told VARCHAR2, p_fine VARCHAR2, p_expected VARCHAR2, p_due VARCHAR2,
    p_found VARCHAR2) IS
    v_found VARCHAR2(32767); v_due NUMBER := 1;
  BEGIN
    IF p_due IS NOT NULL THEN
      EXECUTE IMMEDIATE 'SELECT COUNT(*) FROM dual WHERE ' || p_due INTO v_due;
    END IF;
    IF v_due = 0 THEN RETURN; END IF;
    BEGIN
      EXECUTE IMMEDIATE 'SELECT ' || p_found || ' FROM dual' INTO v_found;
    EXCEPTION WHEN OTHERS THEN
      IF SQLCODE NOT IN (-942, -1031) THEN RAISE; END IF;
    END;
    v_found := REPLACE(REPLACE(v_found, CHR(13), '?'), CHR(10), CHR(10) || '                 ');
    IF p_expected IS NULL OR v_found IS NULL THEN
      DBMS_OUTPUT.PUT_LINE('note ' || p_told || ': ' || NVL(v_found, 'not visible to this user'));
      RETURN;
    END IF;
    IF p_expected = v_found THEN
      v_asked := v_asked + 1;
      DBMS_OUTPUT.PUT_LINE('ok   ' || p_fine);
      RETURN;
    END IF;
    IF p_level = 'warn' THEN
      v_warned := v_warned + 1;
      DBMS_OUTPUT.PUT_LINE('WARN ' || p_told);
    ELSE
      v_asked := v_asked + 1; v_failed := v_failed + 1;
      DBMS_OUTPUT.PUT_LINE('FAIL ' || p_told);
    END IF;
    DBMS_OUTPUT.PUT_LINE('       expected: ' || p_expected);
    DBMS_OUTPUT.PUT_LINE('       found:    ' || v_found);
  END;
BEGIN
  DBMS_OUTPUT.PUT_LINE('[sqlgen] the server and the database');
  ask('fail', 'the database',
    'the database: bookshop',
    'bookshop', NULL,
    'CASE WHEN ((UPPER(SYS_CONTEXT(''USERENV'', ''CON_NAME'')) = UPPER(''bookshop''))) THEN ''bookshop'' ELSE SYS_CONTEXT(''USERENV'', ''CON_NAME'') || ''.'' || SYS_CONTEXT(''USERENV'', ''CURRENT_SCHEMA'') END');
  ask('fail', 'the environment that the script is for',
    'the environment that the script is for',
    NULL, NULL,
    '''prod''');
  ask('fail', 'the server''s version',
    'the server''s version',
    NULL, NULL,
    '(SELECT MAX(version) FROM product_component_version WHERE product LIKE ''Oracle%'')');
  ask('fail', 'the user',
    'the user',
    NULL, NULL,
    'USER');
  ask('fail', 'the database is',
    'the database is: PRIMARY',
    'PRIMARY', NULL,
    'SYS_CONTEXT(''USERENV'', ''DATABASE_ROLE'')');
  DBMS_OUTPUT.PUT_LINE('[sqlgen] where the script will start');
  ask('fail', 'the revision that the database is at',
    'the revision that the database is at: base',
    'base', NULL,
    'CASE WHEN TO_NUMBER(SYS_CONTEXT(''CLIENTCONTEXT'', ''sqlgen_place'')) / 2 >= 0 THEN ''base'' ELSE SYS_CONTEXT(''CLIENTCONTEXT'', ''sqlgen_heads'', 4000) END');
  ask('fail', 'the script will start',
    'the script will start',
    NULL, NULL,
    'CASE WHEN TO_NUMBER(SYS_CONTEXT(''CLIENTCONTEXT'', ''sqlgen_place'')) / 2 < 0 THEN ''nowhere: it will refuse'' WHEN TO_NUMBER(SYS_CONTEXT(''CLIENTCONTEXT'', ''sqlgen_place'')) / 2 = 1 THEN ''nowhere: all of it is done, ALREADY APPLIED'' WHEN TO_NUMBER(SYS_CONTEXT(''CLIENTCONTEXT'', ''sqlgen_place'')) / 2 = 0 THEN ''at step 1 of 1 (0001_users)'' WHEN TO_NUMBER(SYS_CONTEXT(''CLIENTCONTEXT'', ''sqlgen_place'')) / 2 = 0.5 THEN ''inside step 1 of 1 (0001_users), which is half done'' END');
  ask('fail', 'no step is half done but by this script',
    'no step is half done but by this script: none',
    'none', NULL,
    'CASE WHEN SYS_CONTEXT(''CLIENTCONTEXT'', ''sqlgen_mark'', 4000) = ''-'' OR TO_NUMBER(SYS_CONTEXT(''CLIENTCONTEXT'', ''sqlgen_place'')) / 2 <> TRUNC(TO_NUMBER(SYS_CONTEXT(''CLIENTCONTEXT'', ''sqlgen_place'')) / 2) THEN ''none'' ELSE SYS_CONTEXT(''CLIENTCONTEXT'', ''sqlgen_mark'', 4000) END');
  ask('fail', 'another sqlgen script in this schema',
    'another sqlgen script in this schema',
    NULL, NULL,
    '''only the script itself can tell: its lock is one of DBMS_LOCK''');
  DBMS_OUTPUT.PUT_LINE('[sqlgen] what its statements need');
  ask('fail', 'migrations/versions/0001_users.py:23 (0001_users): table users',
    'migrations/versions/0001_users.py:23 (0001_users): table users: not there',
    'not there', 'TO_NUMBER(SYS_CONTEXT(''CLIENTCONTEXT'', ''sqlgen_place'')) / 2 BETWEEN 0 AND 0',
    'CASE WHEN EXISTS (SELECT 1 FROM all_tables WHERE owner = SYS_CONTEXT(''USERENV'', ''CURRENT_SCHEMA'') AND table_name IN (''USERS'', ''users'')) THEN ''there'' ELSE ''not there'' END');
  ask('fail', 'not asked',
    'not asked',
    NULL, 'TO_NUMBER(SYS_CONTEXT(''CLIENTCONTEXT'', ''sqlgen_place'')) / 2 BETWEEN -1 AND -1',
    '''the database is not on the script''''s path''');
  ask('fail', 'not asked',
    'not asked',
    NULL, 'TO_NUMBER(SYS_CONTEXT(''CLIENTCONTEXT'', ''sqlgen_place'')) / 2 BETWEEN 1 AND 1',
    '''all of it is done''');
  DBMS_OUTPUT.PUT_LINE('[sqlgen] what this user may do');
  ask('fail', 'this user may CREATE TABLE',
    'this user may CREATE TABLE: yes',
    'yes', NULL,
    'CASE WHEN EXISTS (SELECT 1 FROM session_privs WHERE privilege IN (''CREATE TABLE'', ''CREATE ANY TABLE'')) THEN ''yes'' ELSE ''no'' END');
  ask('fail', 'the current schema is the user''s own',
    'the current schema is the user''s own',
    NULL, NULL,
    'CASE WHEN SYS_CONTEXT(''USERENV'', ''CURRENT_SCHEMA'') = USER THEN ''yes'' ELSE ''no, it is '' || SYS_CONTEXT(''USERENV'', ''CURRENT_SCHEMA'') END');
  DBMS_OUTPUT.PUT_LINE('[sqlgen] who is in the way');
  ask('fail', 'transactions older than 1 minute',
    'transactions older than 1 minute',
    NULL, NULL,
    'NVL((SELECT LISTAGG(''session '' || s.sid || '','' || s.serial# || '', user '' || s.username || '', '' || LOWER(s.status) || '', since '' || t.start_time, CHR(10) ON OVERFLOW TRUNCATE) WITHIN GROUP (ORDER BY t.start_time) FROM v$transaction t JOIN v$session s ON s.saddr = t.ses_addr WHERE TO_DATE(t.start_time, ''MM/DD/RR HH24:MI:SS'') < SYSDATE - 60 / 86400), ''none'')');
  DBMS_OUTPUT.PUT_LINE('[sqlgen] what there is to fall back on');
  ask('fail', 'standbys (v$dataguard_stats)',
    'standbys (v$dataguard_stats)',
    NULL, NULL,
    'NVL((SELECT LISTAGG(name || '' '' || value, ''; '') WITHIN GROUP (ORDER BY name) FROM v$dataguard_stats), ''none'')');
  ask('fail', 'backup',
    'backup',
    NULL, NULL,
    'NVL((SELECT MAX(input_type || '' ended at '' || TO_CHAR(end_time, ''YYYY-MM-DD HH24:MI:SS'')) KEEP (DENSE_RANK LAST ORDER BY end_time) FROM v$rman_backup_job_details WHERE status LIKE ''COMPLETED%''), ''none in v$rman_backup_job_details'')');
  DBMS_SESSION.SET_CONTEXT('CLIENTCONTEXT', 'sqlgen_failed', TO_CHAR(v_failed));
  IF v_failed = 0 THEN
    DBMS_OUTPUT.PUT_LINE('sqlgen result: PREFLIGHT OK: ' || v_asked || ' check(s) hold, ' || v_warned || ' warning(s)');
  ELSE
    DBMS_OUTPUT.PUT_LINE('sqlgen result: PREFLIGHT FAILED: ' || v_failed || ' of ' || v_asked || ' check(s) do not hold, ' || v_warned || ' warning(s); do not run the script before each FAIL above is understood');
  END IF;
END;
/
BEGIN
  IF SYS_CONTEXT('CLIENTCONTEXT', 'sqlgen_failed') <> '0' THEN
    RAISE_APPLICATION_ERROR(-20001, 'sqlgen: a check failed, the lines above say which');
  END IF;
END;
/
EXIT SUCCESS ROLLBACK
