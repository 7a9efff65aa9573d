-- sqlgen: read-only checks for sqlplus
SET DEFINE OFF

-- What:        whether the database is what apply.sql makes of it, base -> 0001_users
-- Needs:       NOT RUN ON A REAL SERVER: made by the manuals
-- Database:    bookshop (the guard refuses any other)
-- Run it with: NLS_LANG=AMERICAN_AMERICA.AL32UTF8 sqlplus -S -L -R 3 /@bookshop < postcheck.sql > postcheck.log 2>&1
-- Result:      the LAST line with "sqlgen result:" tells: POSTCHECK OK or POSTCHECK FAILED
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
  DBMS_OUTPUT.PUT_LINE('[sqlgen] the database');
  ask('fail', 'the database',
    'the database: bookshop',
    'bookshop', NULL,
    'CASE WHEN ((UPPER(SYS_CONTEXT(''USERENV'', ''CON_NAME'')) = UPPER(''bookshop''))) THEN ''bookshop'' ELSE SYS_CONTEXT(''USERENV'', ''CON_NAME'') || ''.'' || SYS_CONTEXT(''USERENV'', ''CURRENT_SCHEMA'') END');
  ask('fail', 'the environment that the script is for',
    'the environment that the script is for',
    NULL, NULL,
    '''prod''');
  DBMS_OUTPUT.PUT_LINE('[sqlgen] the version table');
  ask('fail', 'the revision that the database is at',
    'the revision that the database is at: 0001_users',
    '0001_users', NULL,
    'CASE WHEN SYS_CONTEXT(''CLIENTCONTEXT'', ''sqlgen_heads'', 4000) = ''0001_users'' THEN ''0001_users'' ELSE SYS_CONTEXT(''CLIENTCONTEXT'', ''sqlgen_heads'', 4000) END');
  ask('fail', 'record of a half-done step',
    'record of a half-done step: none',
    'none', NULL,
    'CASE WHEN SYS_CONTEXT(''CLIENTCONTEXT'', ''sqlgen_mark'', 4000) = ''-'' THEN ''none'' ELSE SYS_CONTEXT(''CLIENTCONTEXT'', ''sqlgen_mark'', 4000) END');
  DBMS_OUTPUT.PUT_LINE('[sqlgen] the schema that the revisions make');
  ask('fail', '(0001_users): columns of users',
    '(0001_users): columns of users',
    'id integer not null, name varchar2(50) not null, email varchar2(120) not null, phone varchar2(20), created_at date not null', NULL,
    'CASE WHEN EXISTS (SELECT 1 FROM all_tables WHERE owner = SYS_CONTEXT(''USERENV'', ''CURRENT_SCHEMA'') AND table_name IN (''USERS'', ''users'')) THEN NVL((SELECT LISTAGG(CASE column_name WHEN UPPER(column_name) THEN LOWER(column_name) ELSE column_name END || '' '' || CASE WHEN data_type IN (''VARCHAR2'', ''CHAR'', ''NVARCHAR2'', ''NCHAR'') THEN LOWER(data_type) || ''('' || char_length || '')'' WHEN data_type = ''RAW'' THEN ''raw('' || data_length || '')'' WHEN data_type = ''NUMBER'' AND data_precision IS NULL AND data_scale = 0 THEN ''integer'' '||
'WHEN data_type = ''NUMBER'' AND data_precision IS NOT NULL THEN ''number('' || data_precision || CASE WHEN data_scale <> 0 THEN '','' || data_scale END || '')'' WHEN data_type = ''FLOAT'' THEN ''float('' || data_precision || '')'' ELSE LOWER(data_type) END || CASE nullable WHEN ''N'' THEN '' not null'' END, '', '' ON OVERFLOW TRUNCATE) WITHIN GROUP (ORDER BY column_id) FROM all_tab_columns WHERE owner = SYS_CONTEXT(''USERENV'', ''CURRENT_SCHEMA'') AND table_name IN (''USERS'', ''users'')), ''none'') ELSE ''not there'' END');
  ask('fail', '(0001_users): primary key of users',
    '(0001_users): primary key of users',
    '(id)', NULL,
    'CASE WHEN EXISTS (SELECT 1 FROM all_tables WHERE owner = SYS_CONTEXT(''USERENV'', ''CURRENT_SCHEMA'') AND table_name IN (''USERS'', ''users'')) THEN NVL((SELECT ''('' || (SELECT LISTAGG(CASE x.column_name WHEN UPPER(x.column_name) THEN LOWER(x.column_name) ELSE x.column_name END, '', '' ON OVERFLOW TRUNCATE) WITHIN GROUP (ORDER BY x.position) FROM all_cons_columns x WHERE x.owner = c.owner AND x.constraint_name = c.constraint_name) || '')'' FROM all_constraints c WHERE owner = SYS_CONTEXT(''USERENV'', ''CURRENT_SCHEMA'') AND table_name IN (''US'||
'ERS'', ''users'') AND constraint_type = ''P''), ''none'') ELSE ''not there'' END');
  ask('fail', '(0001_users): unique constraints of users',
    '(0001_users): unique constraints of users',
    'none', NULL,
    'CASE WHEN EXISTS (SELECT 1 FROM all_tables WHERE owner = SYS_CONTEXT(''USERENV'', ''CURRENT_SCHEMA'') AND table_name IN (''USERS'', ''users'')) THEN NVL((SELECT LISTAGG(entry, ''; '' ON OVERFLOW TRUNCATE) WITHIN GROUP (ORDER BY NLSSORT(entry, ''NLS_SORT=BINARY'')) FROM (SELECT CASE c.generated WHEN ''USER NAME'' THEN CASE c.constraint_name WHEN UPPER(c.constraint_name) THEN LOWER(c.constraint_name) ELSE c.constraint_name END || '' '' END || ''('' || (SELECT LISTAGG(CASE x.column_name WHEN UPPER(x.column_name) THEN LOWER(x.column_name) ELSE x.co'||
'lumn_name END, '', '' ON OVERFLOW TRUNCATE) WITHIN GROUP (ORDER BY x.position) FROM all_cons_columns x WHERE x.owner = c.owner AND x.constraint_name = c.constraint_name) || '')'' AS entry FROM all_constraints c WHERE owner = SYS_CONTEXT(''USERENV'', ''CURRENT_SCHEMA'') AND table_name IN (''USERS'', ''users'') AND constraint_type = ''U'')), ''none'') ELSE ''not there'' END');
  ask('fail', '(0001_users): foreign keys of users',
    '(0001_users): foreign keys of users',
    'none', NULL,
    'CASE WHEN EXISTS (SELECT 1 FROM all_tables WHERE owner = SYS_CONTEXT(''USERENV'', ''CURRENT_SCHEMA'') AND table_name IN (''USERS'', ''users'')) THEN NVL((SELECT LISTAGG(entry, ''; '' ON OVERFLOW TRUNCATE) WITHIN GROUP (ORDER BY NLSSORT(entry, ''NLS_SORT=BINARY'')) FROM (SELECT CASE c.generated WHEN ''USER NAME'' THEN CASE c.constraint_name WHEN UPPER(c.constraint_name) THEN LOWER(c.constraint_name) ELSE c.constraint_name END || '' '' END || ''('' || (SELECT LISTAGG(CASE x.column_name WHEN UPPER(x.column_name) THEN LOWER(x.column_name) ELSE x.co'||
'lumn_name END, '', '' ON OVERFLOW TRUNCATE) WITHIN GROUP (ORDER BY x.position) FROM all_cons_columns x WHERE x.owner = c.owner AND x.constraint_name = c.constraint_name) || '')'' || '' -> '' || (SELECT CASE r.owner WHEN c.owner THEN '''' ELSE LOWER(r.owner) || ''.'' END || CASE r.table_name WHEN UPPER(r.table_name) THEN LOWER(r.table_name) ELSE r.table_name END FROM all_constraints r WHERE r.owner = c.r_owner AND r.constraint_name = c.r_constraint_name) || '' '' || ''('' || (SELECT LISTAGG(CASE x.column_name WHEN UPPER(x.column_name) THEN LOWER'||
'(x.column_name) ELSE x.column_name END, '', '' ON OVERFLOW TRUNCATE) WITHIN GROUP (ORDER BY x.position) FROM all_cons_columns x WHERE x.owner = c.r_owner AND x.constraint_name = c.r_constraint_name) || '')'' || CASE WHEN c.delete_rule <> ''NO ACTION'' THEN '' ondelete '' || LOWER(c.delete_rule) END AS entry FROM all_constraints c WHERE owner = SYS_CONTEXT(''USERENV'', ''CURRENT_SCHEMA'') AND table_name IN (''USERS'', ''users'') AND constraint_type = ''R'')), ''none'') ELSE ''not there'' END');
  ask('fail', '(0001_users): checks of users',
    '(0001_users): checks of users',
    'none', NULL,
    'CASE WHEN EXISTS (SELECT 1 FROM all_tables WHERE owner = SYS_CONTEXT(''USERENV'', ''CURRENT_SCHEMA'') AND table_name IN (''USERS'', ''users'')) THEN NVL((SELECT LISTAGG(entry, ''; '' ON OVERFLOW TRUNCATE) WITHIN GROUP (ORDER BY NLSSORT(entry, ''NLS_SORT=BINARY'')) FROM (SELECT CASE constraint_name WHEN UPPER(constraint_name) THEN LOWER(constraint_name) ELSE constraint_name END AS entry FROM all_constraints WHERE owner = SYS_CONTEXT(''USERENV'', ''CURRENT_SCHEMA'') AND table_name IN (''USERS'', ''users'') AND constraint_type = ''C'' AND generate'||
'd = ''USER NAME'' AND search_condition_vc NOT LIKE ''"%" IS NOT NULL'')), ''none'') ELSE ''not there'' END');
  ask('fail', '(0001_users): indexes of users',
    '(0001_users): indexes of users',
    'none', NULL,
    'CASE WHEN EXISTS (SELECT 1 FROM all_tables WHERE owner = SYS_CONTEXT(''USERENV'', ''CURRENT_SCHEMA'') AND table_name IN (''USERS'', ''users'')) THEN NVL((SELECT LISTAGG(entry, ''; '' ON OVERFLOW TRUNCATE) WITHIN GROUP (ORDER BY NLSSORT(entry, ''NLS_SORT=BINARY'')) FROM (SELECT CASE i.index_name WHEN UPPER(i.index_name) THEN LOWER(i.index_name) ELSE i.index_name END || '' '' || ''('' || (SELECT LISTAGG(CASE WHEN x.column_name LIKE ''SYS\_NC%$'' ESCAPE ''\'' THEN ''?'' ELSE CASE x.column_name WHEN UPPER(x.column_name) THEN LOWER(x.column_name) EL'||
'SE x.column_name END END, '', '' ON OVERFLOW TRUNCATE) WITHIN GROUP (ORDER BY x.column_position) FROM all_ind_columns x WHERE x.index_owner = i.owner AND x.index_name = i.index_name) || '')'' || CASE i.uniqueness WHEN ''UNIQUE'' THEN '' unique'' END || CASE i.status WHEN ''UNUSABLE'' THEN '' INVALID'' END AS entry FROM all_indexes i WHERE i.table_owner = SYS_CONTEXT(''USERENV'', ''CURRENT_SCHEMA'') AND i.table_name IN (''USERS'', ''users'') AND i.index_type <> ''LOB'' AND NOT EXISTS (SELECT 1 FROM all_constraints k WHERE k.owner = i.table_owner'||
' AND k.index_name = i.index_name AND k.table_name = i.table_name))), ''none'') ELSE ''not there'' END');
  DBMS_OUTPUT.PUT_LINE('[sqlgen] what is not compared');
  ask('fail', 'of all tables',
    'of all tables',
    NULL, NULL,
    '''defaults, comments, the text of CHECK constraints and of views, functions, rights and rows''');
  ask('fail', 'of all indexes',
    'of all indexes',
    NULL, NULL,
    '''all but names, columns and UNIQUE''');
  DBMS_SESSION.SET_CONTEXT('CLIENTCONTEXT', 'sqlgen_failed', TO_CHAR(v_failed));
  IF v_failed = 0 THEN
    DBMS_OUTPUT.PUT_LINE('sqlgen result: POSTCHECK OK: ' || v_asked || ' check(s) hold, ' || v_warned || ' warning(s)');
  ELSE
    DBMS_OUTPUT.PUT_LINE('sqlgen result: POSTCHECK FAILED: ' || v_failed || ' of ' || v_asked || ' check(s) do not hold, ' || v_warned || ' warning(s); the database is not what the revisions make of it');
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
