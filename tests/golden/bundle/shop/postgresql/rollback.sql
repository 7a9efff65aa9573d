-- sqlgen: a script for psql
--
-- WHAT THIS ROLLBACK LOSES:
--   0001_users (migrations/versions/0001_users.py)
--     destroys table users, with its rows
-- Dump the tables that it destroys data of first: runbook.md of the bundle has the commands, or that of: sqlgen emit RANGE -o DIR/
--
-- What:        downgrade, alembic_version 0001_users -> base, 1 revision(s)
-- Environment: live
-- Database:    bookshop_live (the guard refuses any other)
-- Run it with: psql -X -v ON_ERROR_STOP=1 -d bookshop_live -f rollback.sql > rollback.log 2>&1
-- Needs:       psql 10 or newer, PostgreSQL 10 or newer
-- Needs:       a direct connection: not a pooler that shares sessions; no psql option -1
-- Needs:       a database that is not marked for another environment. Mark it once: ALTER DATABASE "bookshop_live" SET sqlgen.environment = 'live'
-- Result:      the LAST line with "sqlgen result:" tells: APPLIED, ALREADY APPLIED or NOT APPLIED.
--              psql ends with 0 for the first two, else with 3 (an SQL error), 2 (connection lost) or 1.
--              After an error the failed step is rolled back and the steps before it stand; remove the cause
--              and run this script again: it goes on where it stopped. A psql in which it was typed (\i) stays
--              read-only after an error: end it, or RESET default_transaction_read_only there.
-- Revisions:
--     1. 0001_users  create users  (migrations/versions/0001_users.py)
--
-- What psql must do, whatever its options and psqlrc say.
\set ON_ERROR_STOP on
\set ON_ERROR_ROLLBACK off
\set AUTOCOMMIT on
\set SINGLELINE off
\set SINGLESTEP off
\set QUIET on
\set ECHO none
\set ECHO_HIDDEN off
\set FETCH_COUNT 0
\set VERBOSITY default
\set SHOW_CONTEXT never
\timing off
\o
\pset pager off
\pset tuples_only on
\pset format unaligned
\pset fieldsep '|'
\pset recordsep '\n'
\pset expanded off
\pset null ''

-- What is said last if the guard does not even get to speak.
\echo 'sqlgen result: NOT APPLIED yet: this run has changed nothing so far'
-- A transaction that is open is not ours to commit.
SELECT now() <> statement_timestamp() AS sqlgen_run
\gset
;
\if :sqlgen_run
\echo 'sqlgen result: NOT APPLIED: a transaction is open in this session already (BEGIN, psql -1, AUTOCOMMIT off)'
\echo 'HINT:  End it, by COMMIT or ROLLBACK; then run this script, without -1. Nothing was changed.'
\set 'the script stops here' ''
\endif
DO $sqlgen$
BEGIN
  IF now() <> statement_timestamp() THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: a transaction is open in this session already (BEGIN, psql -1, AUTOCOMMIT off)' USING
      HINT = 'End it, by COMMIT or ROLLBACK; then run this script, without -1. Nothing was changed.';
  END IF;
END
$sqlgen$;

-- The session: read-only until a guard opens it.
SET default_transaction_read_only = on;
SET sqlgen.at = '';
SET sqlgen.stood = '';
SET sqlgen.behind = '';
SET sqlgen.pasted = 'no';
\if false
SET sqlgen.pasted = 'yes';
\endif
BEGIN;
SET lock_timeout = '5000ms';
SET statement_timeout = '0ms';
SET idle_in_transaction_session_timeout = '5min';
SET application_name = 'sqlgen 0001_users -> base';
SET client_encoding = 'UTF8';
SET standard_conforming_strings = 'on';  -- a backslash is a plain character
SET backslash_quote = 'safe_encoding';  -- E'\'' is a quote
SET transform_null_equals = 'off';  -- x = NULL is never true
SET array_nulls = 'on';  -- NULL in an array is NULL
SET xmloption = 'content';  -- xml that is not a whole document
SET datestyle = 'ISO, MDY';  -- which number of 01/02/2026 is the month
SET intervalstyle = 'postgres';  -- the signs in '-1 2:03'
SET quote_all_identifiers = 'off';  -- definitions, which are compared below
SET row_security = 'off';  -- an error where rows would be left out silently
SET check_function_bodies = 'on';  -- functions are checked when they are made
SET default_transaction_isolation = 'read committed';  -- the guards see what others have committed
SET default_transaction_deferrable = 'off';
SET synchronous_commit = 'on';  -- APPLIED is on disk
SET client_min_messages = 'notice';

-- The guard: does this script belong to this database, as it stands, and can it run here?
DO $sqlgen$
DECLARE
  found_heads text[] := '{}';
  found_mark text := '';
  found_part int := 0;
  found_behind text := '';
  found_place text;
  found_holder int;
  lacking text;
  path_at int;
  path_mark text;
BEGIN
  PERFORM set_config(name, '0', false) FROM pg_settings
  WHERE name IN ('idle_session_timeout', 'transaction_timeout');  -- since PostgreSQL 14 and 17
  IF (SELECT source FROM pg_settings WHERE name = 'TimeZone') = 'client' THEN
    RAISE NOTICE 'sqlgen: TimeZone is what the client says (PGTZ), not what the database has: %', current_setting('TimeZone');
  END IF;
  -- As the database has them: where and how tables are stored, what day it is.
  PERFORM set_config(name, reset_val, false) FROM pg_settings WHERE name IN ('default_tablespace',
    'default_table_access_method', 'default_toast_compression', 'TimeZone');
  IF current_database() NOT IN ('bookshop_live') THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: this script is for database bookshop_live, this one is %',
      quote_ident(current_database()) USING
      HINT = 'Connect to the database that the script is for. Nothing was changed.';
  END IF;
  IF coalesce(current_setting('sqlgen.environment', true), '') NOT IN ('', 'live') THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: this script is for environment live, the database is marked for %',
      coalesce(current_setting('sqlgen.environment', true), '') USING
      HINT = 'Take the script that was made for this environment (sqlgen … --env). Nothing was changed.';
  END IF;
  IF pg_is_in_recovery() THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: this server is a standby, which replays another one; database %',
      quote_ident(current_database()) USING
      HINT = 'Connect to the primary server. Nothing was changed.';
  END IF;
  IF (SELECT reset_val FROM pg_settings WHERE name = 'default_transaction_read_only') = 'on' THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: the server, the database or the role says default_transaction_read_only = on; database %',
      quote_ident(current_database()) USING
      HINT = 'Find out who froze it and why; RESET it there, connect again. Nothing was changed.';
  END IF;
  IF current_setting('session_replication_role') <> 'origin' THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: triggers and foreign keys are off in this session: session_replication_role = %',
      current_setting('session_replication_role') USING
      HINT = 'Set it to origin, where it was changed; connect again. Nothing was changed.';
  END IF;
  SELECT pid INTO found_holder FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted
    AND classid = hashtext('sqlgen')::oid AND objid = hashtext('alembic_version')::oid
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
  IF found_holder <> pg_backend_pid()
    OR found_holder IS NULL AND NOT pg_try_advisory_lock(hashtext('sqlgen'), hashtext('alembic_version')) THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: another sqlgen script is running in this database, %',
      quote_ident(current_database()) || coalesce((
        SELECT concat(' (pid ', pid, ', role ', usename, ', ' || host(client_addr),
          ', since ', to_char(backend_start, 'HH24:MI:SS'), ')')
        FROM pg_stat_activity WHERE pid = found_holder), '') USING
      HINT = 'Run this script again when that one has ended. Where its client is gone, its statement may be at work yet; behind a connection pooler the session stays: end it (pg_terminate_backend). Nothing was changed.';
  END IF;
  BEGIN
    IF to_regclass('"alembic_version"') IS NOT NULL THEN
      IF NOT has_table_privilege(to_regclass('"alembic_version"'), 'SELECT') THEN
        RAISE EXCEPTION 'sqlgen result: NOT APPLIED: the role may not read the version table alembic_version: %',
          quote_ident(current_user) USING
          HINT = 'Run it as the role that owns the tables, or have SELECT granted. Nothing was changed.';
      END IF;
      SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads FROM "alembic_version";
      found_mark := coalesce(substring(obj_description(to_regclass('"alembic_version"'), 'pg_class') FROM 'sqlgen: .*'), '');
    ELSE
      RAISE EXCEPTION 'sqlgen result: NOT APPLIED: there is no table alembic_version on the search path of database %',
        quote_ident(current_database()) || ' (' || current_setting('search_path') || ')' USING
        HINT = 'Connect to the right database, as a role that finds the table. Nothing was changed.';
    END IF;
    SELECT step, mark INTO path_at, path_mark FROM (VALUES
      (0, ARRAY['0001_users'], ''),
      (1, '{}'::text[], '')
    ) AS path (step, heads, mark) WHERE heads = found_heads
      AND (mark = '' OR strpos(found_mark, mark) = 1) ORDER BY mark <> '' DESC LIMIT 1;
    IF path_at IS NULL THEN
      RAISE EXCEPTION 'sqlgen result: NOT APPLIED: this script goes from {0001_users} to {}; alembic_version holds %',
        found_heads::text || ' in database ' || quote_ident(current_database()) USING
        HINT = 'Make a script that starts from what the table holds. Nothing was changed.';
    END IF;
    IF (found_mark = '') <> (path_mark = '') THEN
      RAISE EXCEPTION 'sqlgen result: NOT APPLIED: a step was left half done by another script: %',
        found_mark USING
        HINT = 'Run that script to its end; or clean up by hand, then remove the comment on the version table.';
    END IF;
    IF found_mark <> '' THEN
      found_part := substring(found_mark FROM ' is half done: part ([0-9]+) of ')::int;
      found_behind := coalesce(substring(found_mark FROM ' from part ([0-9]+) is half done: '), '');
      found_part := greatest(found_part - (found_mark LIKE '% began')::int, 0);
    END IF;
    SELECT string_agg(concat_ws(' ', need, CASE WHEN name <> '' THEN name WHEN need = 'create in'
      THEN quote_ident(current_schema()) ELSE quote_ident(current_database()) END), ', ') INTO lacking
    FROM (VALUES
      (1, 'lock', '"alembic_version"'),
      (1, 'DELETE', '"alembic_version"'),
      (1, 'own', '"users"')
    ) AS needs (step, need, name) WHERE step > path_at AND NOT coalesce(CASE need
      WHEN 'own' THEN (SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(name))
      WHEN 'lock' THEN has_table_privilege(to_regclass(name), 'UPDATE, DELETE, TRUNCATE')
      WHEN 'DELETE' THEN has_table_privilege(to_regclass(name), need)
      ELSE has_any_column_privilege(to_regclass(name), need) END, true);
    IF lacking IS NOT NULL THEN
      RAISE EXCEPTION 'sqlgen result: NOT APPLIED: the role has not all rights that the statements need, %',
        quote_ident(current_user) || ': ' || lacking USING
        HINT = 'Run it as the role that owns these, or have the rights granted. Nothing was changed.';
    END IF;
    PERFORM set_config('sqlgen.at', path_at::text, false),
      set_config('sqlgen.done', found_part::text, false),
      set_config('sqlgen.behind', found_behind, false),
      set_config('sqlgen.from', coalesce(' from part ' || nullif(found_behind, ''), ''), false),
      set_config('sqlgen.mark', CASE found_behind WHEN '' THEN '' ELSE found_mark END, false);
  EXCEPTION WHEN OTHERS THEN
    PERFORM pg_advisory_unlock(hashtext('sqlgen'), hashtext('alembic_version'));
    RAISE;
  END;
  PERFORM set_config('sqlgen.session', jsonb_object_agg(name, current_setting(name))::text, false)
  FROM unnest(ARRAY[
    'role', 'search_path', 'lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout',
    'idle_session_timeout', 'transaction_timeout', 'default_transaction_read_only', 'default_tablespace', 'default_table_access_method',
    'default_toast_compression', 'TimeZone', 'client_encoding', 'standard_conforming_strings', 'backslash_quote',
    'transform_null_equals', 'array_nulls', 'xmloption', 'datestyle', 'intervalstyle',
    'quote_all_identifiers', 'row_security', 'check_function_bodies', 'default_transaction_isolation', 'default_transaction_deferrable',
    'synchronous_commit', 'client_min_messages'
  ]) AS name WHERE current_setting(name, true) IS NOT NULL;
END
$sqlgen$;
COMMIT;

-- -----------------------------------------------------------------------------
-- step 1 of 1: 0001_users  create users  (migrations/versions/0001_users.py)
--   0001_users -> base, one transaction
-- -----------------------------------------------------------------------------
SELECT coalesce(nullif(current_setting('sqlgen.at', true), ''), '0')::int < 1 AS sqlgen_run
\gset
;
\if :sqlgen_run
BEGIN READ WRITE;
DO $sqlgen$
DECLARE
  found_heads text[];
BEGIN
  IF coalesce(current_setting('sqlgen.at', true), '') = '' THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 1: the guard at the top did not pass in this server session' USING
      HINT = 'See what it said. Where it did pass, a connection pooler shares server sessions: connect to the server itself.';
  END IF;
  PERFORM set_config('sqlgen.clock', extract(epoch FROM clock_timestamp())::numeric::text, false);
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  LOCK TABLE "alembic_version" IN SHARE ROW EXCLUSIVE MODE;
  SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads FROM "alembic_version";
  IF found_heads <> ARRAY['0001_users'] THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 1 needs {0001_users}, alembic_version holds %',
      found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0001_users}; step 1 of 1 (0001_users) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
\set QUIET off
-- sqlgen: statement 1, 16 characters, sha256 6c84380b12b4e53a, migrations/versions/0001_users.py:36 op.drop_table
DROP TABLE users;
\set ECHO none
\set QUIET on
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  DELETE FROM "alembic_version" WHERE version_num = '0001_users';
  GET DIAGNOSTICS hit_rows = ROW_COUNT;
  IF hit_rows <> 1 THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: rows hit by the stamp of step 1, instead of 1: %',
      hit_rows;
  END IF;
  PERFORM set_config('sqlgen.stood', '1', false);
END
$sqlgen$;
COMMIT;
SELECT CASE current_setting('sqlgen.stood', true) WHEN '1'
  THEN 'sqlgen: step 1 of 1 (0001_users) done in ' || round(extract(epoch FROM clock_timestamp())::numeric - current_setting('sqlgen.clock')::numeric, 3) || ' s' ELSE 'sqlgen: step 1 of 1 (0001_users) is NOT confirmed to be done' END;
\else
\echo [sqlgen] step 1 of 1: 0001_users was done before, skipped
\endif

-- The result, computed from the database.
DO $sqlgen$
DECLARE
  found_heads text[] := '{}';
  found_mark text := '';
BEGIN
  IF to_regclass('"alembic_version"') IS NOT NULL THEN
    SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads FROM "alembic_version";
    found_mark := coalesce(substring(obj_description(to_regclass('"alembic_version"'), 'pg_class') FROM 'sqlgen: .*'), '');
  END IF;
  PERFORM set_config('sqlgen.result', CASE
    WHEN coalesce(current_setting('sqlgen.at', true), '') = ''
      THEN 'NOT APPLIED: the guard at the top refused'
    WHEN found_heads <> '{}'::text[] OR found_mark <> '' THEN 'NOT APPLIED'
    WHEN current_setting('sqlgen.at') = '1' THEN 'ALREADY APPLIED'
    ELSE 'APPLIED' END || ': database ' || quote_ident(current_database())
    || ' is at ' || found_heads::text, false);
  IF current_setting('sqlgen.result') NOT LIKE 'NOT %' THEN
    PERFORM set_config('sqlgen.at', '', false), set_config(name, reset_val, false),
      pg_advisory_unlock(hashtext('sqlgen'), hashtext('alembic_version'))
    FROM pg_settings WHERE name = 'default_transaction_read_only';
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: ' || current_setting('sqlgen.result');
-- sqlgen: end, 1 statement
