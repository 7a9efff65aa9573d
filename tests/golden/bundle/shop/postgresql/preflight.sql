-- sqlgen: read-only checks for psql
--
-- What:        whether apply.sql can take the database from base to 0001_users
-- Database:    bookshop_live (the guard refuses any other)
-- Run it with: psql -X -v ON_ERROR_STOP=1 -d bookshop_live -f preflight.sql > preflight.log 2>&1
-- Result:      the LAST line with "sqlgen result:" tells: PREFLIGHT OK or PREFLIGHT FAILED;
--              the client ends with 0 for the first one.
--              Catalogs are read, nothing is changed.
--
\set ON_ERROR_STOP on
\set ON_ERROR_ROLLBACK off
\set AUTOCOMMIT on
\set SINGLELINE off
\set SINGLESTEP off
\set QUIET on
\set ECHO none
\set FETCH_COUNT 0
\set SHOW_CONTEXT never
\timing off
\o
\pset pager off
\pset tuples_only on
\pset format unaligned
\pset expanded off
SET default_transaction_read_only = on;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET lock_timeout = '5s';
DO $sqlgen$
BEGIN
  PERFORM set_config(name, 'off', false) FROM pg_settings WHERE name = 'jit';
END
$sqlgen$;
DO $sqlgen$
DECLARE
  found text;
  mark text := '';
  at numeric;
BEGIN
  IF to_regclass('"alembic_version"') IS NULL THEN
    found := 'base';
  ELSIF NOT has_table_privilege(to_regclass('"alembic_version"'), 'SELECT') THEN
    found := 'not visible to this user';
  ELSE
    SELECT coalesce(string_agg(version_num::text, ',' ORDER BY version_num::text COLLATE "C"), 'base') INTO found FROM "alembic_version";
    mark := coalesce(substring(obj_description(to_regclass('"alembic_version"'), 'pg_class') FROM 'sqlgen: .*'), '');
  END IF;
  at := CASE found WHEN 'base' THEN 0 WHEN '0001_users' THEN 1 ELSE -1 END;
  PERFORM set_config('sqlgen.heads', found, false), set_config('sqlgen.mark', mark, false),
    set_config('sqlgen.at', at::text, false);
END
$sqlgen$;
DO $sqlgen$
BEGIN
  PERFORM set_config('sqlgen.asked_' || part, '', false) FROM generate_series(1, 1) AS part;
END
$sqlgen$;
SELECT 1 WHERE set_config('sqlgen.asked_1', (SELECT json_agg(asked) FROM (VALUES
  (1, 'title', '[sqlgen] the server and the database', NULL, NULL::text, NULL::text, true),
  (2, 'fail', 'the database', 'the database: bookshop_live', 'bookshop_live',
    (CASE WHEN current_database()::text IN ('bookshop_live') THEN 'bookshop_live' ELSE current_database()::text END)::text, true),
  (3, 'fail', 'the environment (setting sqlgen.environment)', 'the environment (setting sqlgen.environment): live, or not marked', 'live, or not marked',
    (CASE WHEN coalesce(nullif(current_setting('sqlgen.environment', true), ''), 'not marked') IN ('not marked', 'live') THEN 'live, or not marked' ELSE coalesce(nullif(current_setting('sqlgen.environment', true), ''), 'not marked') END)::text, true),
  (4, 'fail', 'the server''s version', 'the server''s version', NULL,
    (split_part(current_setting('server_version'), ' ', 1))::text, true),
  (5, 'fail', 'the role', 'the role', NULL,
    (current_user)::text, true),
  (6, 'fail', 'the server is', 'the server is: the primary', 'the primary',
    (CASE WHEN pg_is_in_recovery() THEN 'a standby' ELSE 'the primary' END)::text, true),
  (7, 'fail', 'default_transaction_read_only', 'default_transaction_read_only: off', 'off',
    ((SELECT reset_val FROM pg_settings WHERE name = 'default_transaction_read_only'))::text, true),
  (8, 'fail', 'session_replication_role', 'session_replication_role: origin', 'origin',
    ((SELECT reset_val FROM pg_settings WHERE name = 'session_replication_role'))::text, true),
  (9, 'fail', 'the search path', 'the search path', NULL,
    (current_setting('search_path'))::text, true),
  (10, 'title', '[sqlgen] where the script will start', NULL, NULL::text, NULL::text, true),
  (11, 'fail', 'the revision that the database is at', 'the revision that the database is at: base', 'base',
    (CASE WHEN current_setting('sqlgen.at')::numeric >= 0 THEN 'base' ELSE current_setting('sqlgen.heads') END)::text, true),
  (12, 'fail', 'the script will start', 'the script will start', NULL,
    (CASE WHEN current_setting('sqlgen.at')::numeric < 0 THEN 'nowhere: it will refuse' WHEN current_setting('sqlgen.at')::numeric = 1 THEN 'nowhere: all of it is done, ALREADY APPLIED' WHEN current_setting('sqlgen.at')::numeric = 0 THEN 'at step 1 of 1 (0001_users)' END)::text, true),
  (13, 'fail', 'no step is half done but by this script', 'no step is half done but by this script: none', 'none',
    (CASE WHEN current_setting('sqlgen.mark') = '' OR current_setting('sqlgen.at')::numeric <> trunc(current_setting('sqlgen.at')::numeric) THEN 'none' ELSE current_setting('sqlgen.mark') END)::text, true),
  (14, 'fail', 'no other sqlgen script is running in this database', 'no other sqlgen script is running in this database: none', 'none',
    (CASE WHEN (SELECT string_agg('pid ' || pid, ', ') FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND classid::bigint = (hashtext('sqlgen')::bigint & 4294967295) AND objid::bigint = (hashtext('alembic_version')::bigint & 4294967295)) IS NULL THEN 'none' ELSE (SELECT string_agg('pid ' || pid, ', ') FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND classid::bigint = (hashtext('sqlgen')::bigint & 4294967295) AND objid::bigint = (hashtext('alembic_version')::bigint & 4294967295)) END)::text, true),
  (15, 'title', '[sqlgen] what its statements need', NULL, NULL::text, NULL::text, true),
  (16, 'fail', 'migrations/versions/0001_users.py:23 (0001_users): table users', 'migrations/versions/0001_users.py:23 (0001_users): table users: not there', 'not there',
    (CASE WHEN (to_regclass('"users"') IS NOT NULL) THEN 'there' ELSE 'not there' END)::text, current_setting('sqlgen.at')::numeric BETWEEN 0 AND 0),
  (17, 'fail', 'not asked', 'not asked', NULL,
    ('the database is not on the script''s path')::text, current_setting('sqlgen.at')::numeric BETWEEN -1 AND -1),
  (18, 'fail', 'not asked', 'not asked', NULL,
    ('all of it is done')::text, current_setting('sqlgen.at')::numeric BETWEEN 1 AND 1),
  (19, 'title', '[sqlgen] what this user may do', NULL, NULL::text, NULL::text, true),
  (20, 'fail', 'rights on "alembic_version"', 'rights on "alembic_version": lock, INSERT', 'lock, INSERT',
    ((SELECT coalesce(string_agg(need, ', ' ORDER BY place) FILTER (WHERE CASE need
      WHEN 'own' THEN (SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(name))
      WHEN 'lock' THEN has_table_privilege(to_regclass(name), 'UPDATE, DELETE, TRUNCATE')
      ELSE has_any_column_privilege(to_regclass(name), need) END), 'none')
      FROM (VALUES (0, 'lock', '"alembic_version"'), (1, 'INSERT', '"alembic_version"')) AS needs (place, need, name)))::text, current_setting('sqlgen.at')::numeric BETWEEN 0 AND 0 AND to_regclass('"alembic_version"') IS NOT NULL),
  (21, 'fail', 'rights in the database and its first schema', 'rights in the database and its first schema: create in', 'create in',
    ((SELECT coalesce(string_agg(need, ', ' ORDER BY place) FILTER (WHERE CASE need
      WHEN 'own' THEN (SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(name))
      WHEN 'create in' THEN has_schema_privilege(
      to_regnamespace(coalesce(nullif(name, ''), quote_ident(current_schema()))), 'CREATE')
      ELSE has_any_column_privilege(to_regclass(name), need) END), 'none')
      FROM (VALUES (0, 'create in', '')) AS needs (place, need, name)))::text, current_setting('sqlgen.at')::numeric BETWEEN 0 AND 0),
  (22, 'title', '[sqlgen] who is in the way', NULL, NULL::text, NULL::text, true),
  (23, 'fail', 'transactions older than 1 minute', 'transactions older than 1 minute', NULL,
    (coalesce((SELECT string_agg(told, chr(10)) FROM (SELECT coalesce('pid ' || a.pid || ', user ' || coalesce(usename, '?') || ', ' || coalesce(state, 'state not visible')
        || ', for ' || coalesce(date_trunc('second', clock_timestamp() - xact_start)::text, '?') || ', '
        || left(regexp_replace(coalesce(query, ''), '\s+', ' ', 'g'), 80), 'a prepared transaction') AS told
      FROM pg_stat_activity AS a WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND xact_start < clock_timestamp() - interval '1 minute'
      ORDER BY xact_start LIMIT 20) AS long), 'none'))::text, true),
  (24, 'title', '[sqlgen] what there is to fall back on', NULL, NULL::text, NULL::text, true),
  (25, 'fail', 'standbys', 'standbys', NULL,
    (CASE WHEN pg_is_in_recovery() THEN 'only the primary knows' ELSE coalesce((SELECT string_agg(coalesce(application_name || ' ' || state || ', '
        || pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)) || ' behind',
        'pid ' || pid || ': lag not visible to this user'), chr(10)) FROM pg_stat_replication), 'none') END)::text, true),
  (26, 'fail', 'backup', 'backup', NULL,
    (CASE current_setting('archive_mode') WHEN 'off' THEN 'the server knows of none: archive_mode is off, and it does not see pg_dump or snapshots' ELSE (SELECT 'WAL archived last at ' || coalesce(last_archived_time::text, 'no time') || ', '
        || failed_count || ' failures' FROM pg_stat_archiver) END)::text, true)
) AS asked (number, level, told, fine, expected, found, due))::text, false) IS NULL;
WITH asked AS (
  SELECT answer.* FROM generate_series(1, 1) AS part,
    json_to_recordset(current_setting('sqlgen.asked_' || part)::json) AS answer
      (number int, level text, told text, fine text, expected text, found text, due boolean)
), judged AS (
  SELECT *, CASE WHEN level = 'title' THEN '' WHEN found IS NULL OR expected IS NULL THEN 'note '
    WHEN expected = found THEN 'ok   ' WHEN level = 'warn' THEN 'WARN ' ELSE 'FAIL ' END AS verdict FROM (
    SELECT number, level, told, fine, expected,
      replace(regexp_replace(found, '[\x01-\x09\x0b-\x1f\x7f]', '?', 'g'),
        chr(10), chr(10) || '                 ') AS found FROM asked WHERE due
  ) AS clean
), counted AS (
  SELECT count(*) FILTER (WHERE verdict IN ('ok   ', 'FAIL ')) AS asked,
    count(*) FILTER (WHERE verdict = 'FAIL ') AS failed, count(*) FILTER (WHERE verdict = 'WARN ') AS warned
  FROM judged
)
SELECT line AS sqlgen FROM (
  SELECT number, CASE WHEN verdict = 'ok   ' THEN verdict || fine ELSE verdict || told END || CASE
    WHEN verdict IN ('', 'ok   ') THEN ''
    WHEN verdict = 'note ' THEN ': ' || coalesce(found, 'not visible to this user')
    ELSE chr(10) || '       expected: ' || expected || chr(10) || '       found:    ' || found END AS line
  FROM judged
  UNION ALL SELECT 27, set_config('sqlgen.result', CASE failed WHEN 0 THEN 'sqlgen result: PREFLIGHT OK: ' || asked || ' check(s) hold, ' || warned || ' warning(s)'
    ELSE 'sqlgen result: PREFLIGHT FAILED: ' || failed || ' of ' || asked || ' check(s) do not hold, ' || warned || ' warning(s); do not run the script before each FAIL above is understood' END, false) FROM counted
) AS told ORDER BY number;
-- The exit code.
DO $sqlgen$
BEGIN
  IF current_setting('sqlgen.result') LIKE '%PREFLIGHT FAILED%' THEN
    RAISE EXCEPTION 'sqlgen: the preflight failed';
  END IF;
END
$sqlgen$;
