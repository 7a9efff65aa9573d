-- sqlgen: a script for psql
--
-- DATA IS DESTROYED:
--   0006_lowercase_emails (migrations/versions/0006_lowercase_emails.py:23): the old values of users (email), which an UPDATE overwrites where email LIKE '%@EXAMPLE.COM'
--   0013_drop_phone (migrations/versions/0013_drop_phone.py:24): column users.phone, with its values
--   0014_drop_wishlists (migrations/versions/0014_drop_wishlists.py:24): table wishlists, with its rows
-- Dump these tables first: runbook.md of the bundle has the commands, or that of: sqlgen emit RANGE -o DIR/
--
-- What:        upgrade, alembic_version 0004_orders -> 0014_drop_wishlists, 10 revision(s)
-- Environment: prod
-- Database:    bookshop (the guard refuses any other)
-- Run it with: psql -X -v ON_ERROR_STOP=1 -d bookshop -f apply.sql > apply.log 2>&1
-- Needs:       psql 10 or newer, PostgreSQL 10 or newer
-- Needs:       a direct connection: not a pooler that shares sessions; no psql option -1
-- Needs:       a database that is not marked for another environment. Mark it once: ALTER DATABASE "bookshop" SET sqlgen.environment = 'prod'
-- Result:      the LAST line with "sqlgen result:" tells: APPLIED, ALREADY APPLIED or NOT APPLIED.
--              psql ends with 0 for the first two, else with 3 (an SQL error), 2 (connection lost) or 1.
--              After an error the failed step is rolled back and the steps before it stand; remove the cause
--              and run this script again: it goes on where it stopped. A psql in which it was typed (\i) stays
--              read-only after an error: end it, or RESET default_transaction_read_only there.
-- Revisions:
--     1. 0005_publishers  every book has a publisher  (migrations/versions/0005_publishers.py)
--     2. 0006_lowercase_emails  write e-mail addresses in lower case  (migrations/versions/0006_lowercase_emails.py)
--     3. 0007_unique_email  one user per e-mail address  (migrations/versions/0007_unique_email.py)
--     4. 0008_wider_columns  longer names, larger quantities  (migrations/versions/0008_wider_columns.py)
--     5. 0010_isbn_index  find books by ISBN  (migrations/versions/0010_isbn_index.py)
--     6. 0009_order_date_index  find orders by date  (migrations/versions/0009_order_date_index.py)
--     7. 0011_merge  merge the two indexes  (migrations/versions/0011_merge.py)
--     8. 0012_book_slugs  a readable address for every book  (migrations/versions/0012_book_slugs.py)
--     9. 0013_drop_phone  forget phone numbers  (migrations/versions/0013_drop_phone.py)
--    10. 0014_drop_wishlists  wishlists are gone  (migrations/versions/0014_drop_wishlists.py)
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
SET lock_timeout = '2000ms';
SET statement_timeout = '0ms';
SET idle_in_transaction_session_timeout = '5min';
SET application_name = 'sqlgen 0004_orders -> 0014_drop_wishlists';
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
  IF current_database() NOT IN ('bookshop') THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: this script is for database bookshop, this one is %',
      quote_ident(current_database()) USING
      HINT = 'Connect to the database that the script is for. Nothing was changed.';
  END IF;
  IF coalesce(current_setting('sqlgen.environment', true), '') NOT IN ('', 'prod') THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: this script is for environment prod, the database is marked for %',
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
      (0, ARRAY['0004_orders'], ''),
      (1, ARRAY['0005_publishers'], ''),
      (2, ARRAY['0006_lowercase_emails'], ''),
      (3, ARRAY['0007_unique_email'], ''),
      (4, ARRAY['0008_wider_columns'], ''),
      (5, ARRAY['0010_isbn_index'], ''),
      (6, ARRAY['0009_order_date_index', '0010_isbn_index'], ''),
      (7, ARRAY['0011_merge'], ''),
      (8, ARRAY['0012_book_slugs'], ''),
      (9, ARRAY['0013_drop_phone'], ''),
      (10, ARRAY['0014_drop_wishlists'], ''),
      (4, ARRAY['0008_wider_columns'], 'sqlgen: upgrade 0010_isbn_index (6cb88283) is half done: part ')
    ) AS path (step, heads, mark) WHERE heads = found_heads
      AND (mark = '' OR strpos(found_mark, mark) = 1) ORDER BY mark <> '' DESC LIMIT 1;
    IF path_at IS NULL THEN
      RAISE EXCEPTION 'sqlgen result: NOT APPLIED: this script goes from {0004_orders} to {0014_drop_wishlists}; alembic_version holds %',
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
      (10, 'lock', '"alembic_version"'),
      (10, 'UPDATE', '"alembic_version"'),
      (1, 'create in', ''),
      (8, 'own', '"books"'),
      (2, 'UPDATE', '"users"'),
      (9, 'own', '"users"'),
      (6, 'own', '"orders"'),
      (5, 'own', '"alembic_version"'),
      (6, 'INSERT', '"alembic_version"'),
      (7, 'DELETE', '"alembic_version"'),
      (8, 'UPDATE', '"books"'),
      (10, 'own', '"wishlists"')
    ) AS needs (step, need, name) WHERE step > path_at AND NOT coalesce(CASE need
      WHEN 'own' THEN (SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(name))
      WHEN 'create in' THEN has_schema_privilege(
        to_regnamespace(coalesce(nullif(name, ''), quote_ident(current_schema()))), 'CREATE')
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
-- step 1 of 10: 0005_publishers  every book has a publisher  (migrations/versions/0005_publishers.py)
--   0004_orders -> 0005_publishers, one transaction
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
  IF found_heads <> ARRAY['0004_orders'] THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 1 needs {0004_orders}, alembic_version holds %',
      found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0004_orders}; step 1 of 10 (0005_publishers) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
\set QUIET off
-- sqlgen: statement 1, 129 characters, sha256 3d42805b2dcc5b37, migrations/versions/0005_publishers.py:46 op.create_table
CREATE TABLE publishers (
    id SERIAL NOT NULL,
    name VARCHAR(200) NOT NULL,
    CONSTRAINT pk_publishers PRIMARY KEY (id)
);
-- sqlgen: statement 2, 58 characters, sha256 ccda28b2c0665bf4, migrations/versions/0005_publishers.py:54 op.add_column
ALTER TABLE books ADD COLUMN publisher_id INTEGER NOT NULL;
-- sqlgen: statement 3, 112 characters, sha256 b5653fbb630e92d7, migrations/versions/0005_publishers.py:55 op.create_foreign_key
ALTER TABLE books
    ADD CONSTRAINT fk_books_publisher_id FOREIGN KEY (publisher_id) REFERENCES publishers (id);
\set ECHO none
\set QUIET on
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  UPDATE "alembic_version" SET version_num = '0005_publishers' WHERE version_num = '0004_orders';
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
  THEN 'sqlgen: step 1 of 10 (0005_publishers) done in ' || round(extract(epoch FROM clock_timestamp())::numeric - current_setting('sqlgen.clock')::numeric, 3) || ' s' ELSE 'sqlgen: step 1 of 10 (0005_publishers) is NOT confirmed to be done' END;
\else
\echo [sqlgen] step 1 of 10: 0005_publishers was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 2 of 10: 0006_lowercase_emails  write e-mail addresses in lower case  (migrations/versions/0006_lowercase_emails.py)
--   0005_publishers -> 0006_lowercase_emails, one transaction
-- -----------------------------------------------------------------------------
SELECT coalesce(nullif(current_setting('sqlgen.at', true), ''), '0')::int < 2 AS sqlgen_run
\gset
;
\if :sqlgen_run
BEGIN READ WRITE;
DO $sqlgen$
DECLARE
  found_heads text[];
BEGIN
  IF coalesce(current_setting('sqlgen.at', true), '') = '' THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 2: the guard at the top did not pass in this server session' USING
      HINT = 'See what it said. Where it did pass, a connection pooler shares server sessions: connect to the server itself.';
  END IF;
  PERFORM set_config('sqlgen.clock', extract(epoch FROM clock_timestamp())::numeric::text, false);
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  LOCK TABLE "alembic_version" IN SHARE ROW EXCLUSIVE MODE;
  SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads FROM "alembic_version";
  IF found_heads <> ARRAY['0005_publishers'] THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 2 needs {0005_publishers}, alembic_version holds %',
      found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0005_publishers}; step 2 of 10 (0006_lowercase_emails) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
\set QUIET off
-- sqlgen: statement 4, 70 characters, sha256 5f79d882408da37b, migrations/versions/0006_lowercase_emails.py:23 op.execute
UPDATE users SET email = lower(email) WHERE email LIKE '%@EXAMPLE.COM';
\set ECHO none
\set QUIET on
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  UPDATE "alembic_version" SET version_num = '0006_lowercase_emails' WHERE version_num = '0005_publishers';
  GET DIAGNOSTICS hit_rows = ROW_COUNT;
  IF hit_rows <> 1 THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: rows hit by the stamp of step 2, instead of 1: %',
      hit_rows;
  END IF;
  PERFORM set_config('sqlgen.stood', '2', false);
END
$sqlgen$;
COMMIT;
SELECT CASE current_setting('sqlgen.stood', true) WHEN '2'
  THEN 'sqlgen: step 2 of 10 (0006_lowercase_emails) done in ' || round(extract(epoch FROM clock_timestamp())::numeric - current_setting('sqlgen.clock')::numeric, 3) || ' s' ELSE 'sqlgen: step 2 of 10 (0006_lowercase_emails) is NOT confirmed to be done' END;
\else
\echo [sqlgen] step 2 of 10: 0006_lowercase_emails was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 3 of 10: 0007_unique_email  one user per e-mail address  (migrations/versions/0007_unique_email.py)
--   0006_lowercase_emails -> 0007_unique_email, one transaction
-- -----------------------------------------------------------------------------
SELECT coalesce(nullif(current_setting('sqlgen.at', true), ''), '0')::int < 3 AS sqlgen_run
\gset
;
\if :sqlgen_run
BEGIN READ WRITE;
DO $sqlgen$
DECLARE
  found_heads text[];
BEGIN
  IF coalesce(current_setting('sqlgen.at', true), '') = '' THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 3: the guard at the top did not pass in this server session' USING
      HINT = 'See what it said. Where it did pass, a connection pooler shares server sessions: connect to the server itself.';
  END IF;
  PERFORM set_config('sqlgen.clock', extract(epoch FROM clock_timestamp())::numeric::text, false);
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  LOCK TABLE "alembic_version" IN SHARE ROW EXCLUSIVE MODE;
  SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads FROM "alembic_version";
  IF found_heads <> ARRAY['0006_lowercase_emails'] THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 3 needs {0006_lowercase_emails}, alembic_version holds %',
      found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0006_lowercase_emails}; step 3 of 10 (0007_unique_email) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
\set QUIET off
-- sqlgen: statement 5, 62 characters, sha256 4c485a7ca6f495f7, migrations/versions/0007_unique_email.py:40 op.create_unique_constraint
ALTER TABLE users ADD CONSTRAINT uq_users_email UNIQUE (email);
\set ECHO none
\set QUIET on
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  UPDATE "alembic_version" SET version_num = '0007_unique_email' WHERE version_num = '0006_lowercase_emails';
  GET DIAGNOSTICS hit_rows = ROW_COUNT;
  IF hit_rows <> 1 THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: rows hit by the stamp of step 3, instead of 1: %',
      hit_rows;
  END IF;
  PERFORM set_config('sqlgen.stood', '3', false);
END
$sqlgen$;
COMMIT;
SELECT CASE current_setting('sqlgen.stood', true) WHEN '3'
  THEN 'sqlgen: step 3 of 10 (0007_unique_email) done in ' || round(extract(epoch FROM clock_timestamp())::numeric - current_setting('sqlgen.clock')::numeric, 3) || ' s' ELSE 'sqlgen: step 3 of 10 (0007_unique_email) is NOT confirmed to be done' END;
\else
\echo [sqlgen] step 3 of 10: 0007_unique_email was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 4 of 10: 0008_wider_columns  longer names, larger quantities  (migrations/versions/0008_wider_columns.py)
--   0007_unique_email -> 0008_wider_columns, one transaction
-- -----------------------------------------------------------------------------
SELECT coalesce(nullif(current_setting('sqlgen.at', true), ''), '0')::int < 4 AS sqlgen_run
\gset
;
\if :sqlgen_run
BEGIN READ WRITE;
DO $sqlgen$
DECLARE
  found_heads text[];
BEGIN
  IF coalesce(current_setting('sqlgen.at', true), '') = '' THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 4: the guard at the top did not pass in this server session' USING
      HINT = 'See what it said. Where it did pass, a connection pooler shares server sessions: connect to the server itself.';
  END IF;
  PERFORM set_config('sqlgen.clock', extract(epoch FROM clock_timestamp())::numeric::text, false);
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  LOCK TABLE "alembic_version" IN SHARE ROW EXCLUSIVE MODE;
  SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads FROM "alembic_version";
  IF found_heads <> ARRAY['0007_unique_email'] THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 4 needs {0007_unique_email}, alembic_version holds %',
      found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0007_unique_email}; step 4 of 10 (0008_wider_columns) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
\set QUIET off
-- sqlgen: statement 6, 53 characters, sha256 d309e0a1b587b555, migrations/versions/0008_wider_columns.py:61 op.alter_column
ALTER TABLE users ALTER COLUMN name TYPE VARCHAR(200);
-- sqlgen: statement 7, 53 characters, sha256 041c69782ee105c6, migrations/versions/0008_wider_columns.py:66 op.alter_column
ALTER TABLE orders ALTER COLUMN quantity TYPE INTEGER;
\set ECHO none
\set QUIET on
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  UPDATE "alembic_version" SET version_num = '0008_wider_columns' WHERE version_num = '0007_unique_email';
  GET DIAGNOSTICS hit_rows = ROW_COUNT;
  IF hit_rows <> 1 THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: rows hit by the stamp of step 4, instead of 1: %',
      hit_rows;
  END IF;
  PERFORM set_config('sqlgen.stood', '4', false);
END
$sqlgen$;
COMMIT;
SELECT CASE current_setting('sqlgen.stood', true) WHEN '4'
  THEN 'sqlgen: step 4 of 10 (0008_wider_columns) done in ' || round(extract(epoch FROM clock_timestamp())::numeric - current_setting('sqlgen.clock')::numeric, 3) || ' s' ELSE 'sqlgen: step 4 of 10 (0008_wider_columns) is NOT confirmed to be done' END;
\else
\echo [sqlgen] step 4 of 10: 0008_wider_columns was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 5 of 10: 0010_isbn_index  find books by ISBN  (migrations/versions/0010_isbn_index.py)
--   0008_wider_columns -> 0010_isbn_index, 1 part(s) that commit one by one; a repeated run goes on after the last
-- -----------------------------------------------------------------------------
SELECT coalesce(nullif(current_setting('sqlgen.at', true), ''), '0')::int < 5 AS sqlgen_run
\gset
;
\if :sqlgen_run
-- part 1 of 1 of step 5
SELECT (coalesce(nullif(current_setting('sqlgen.at', true), ''), '0')::int, coalesce(nullif(current_setting('sqlgen.done', true), ''), '0')::int) < (4, 2) AS sqlgen_run
\gset
;
\if :sqlgen_run
SET sqlgen.part = '';
BEGIN READ WRITE;
DO $sqlgen$
DECLARE
  found_heads text[];
  found_mark text;
  found_index text;
  found_valid boolean;
BEGIN
  IF coalesce(current_setting('sqlgen.at', true), '') = '' THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 5: the guard at the top did not pass in this server session' USING
      HINT = 'See what it said. Where it did pass, a connection pooler shares server sessions: connect to the server itself.';
  END IF;
  PERFORM set_config('sqlgen.clock', extract(epoch FROM clock_timestamp())::numeric::text, false);
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  LOCK TABLE "alembic_version" IN SHARE ROW EXCLUSIVE MODE;
  SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads FROM "alembic_version";
  IF found_heads <> ARRAY['0008_wider_columns'] THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 5 needs {0008_wider_columns}, alembic_version holds %',
      found_heads::text;
  END IF;
  found_mark := coalesce(substring(obj_description(to_regclass('"alembic_version"'), 'pg_class') FROM 'sqlgen: .*'), '');
  IF found_mark NOT IN ('', 'sqlgen: upgrade 0010_isbn_index (6cb88283) is half done: part 1 of 1 began', 'sqlgen: upgrade 0010_isbn_index (6cb88283) is half done: part 1 of 1 stands') THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 5, part 1 can''t run; the comment on alembic_version says: %',
      found_mark;
  END IF;
  PERFORM set_config('sqlgen.part', 'done', false);
  SELECT coalesce(concat_ws(' ', amname, CASE WHEN indisunique THEN 'unique' END, (
      SELECT '(' || string_agg(CASE WHEN place > coalesce((to_jsonb(i) ->> 'indnkeyatts')::int, indnatts)
        THEN 'include ' ELSE '' END || coalesce(attname || CASE indoption[place - 1] & 1 WHEN 1 THEN ' desc'
        ELSE '' END, '?'), ', ' ORDER BY place) || ')'
      FROM unnest(indkey::int2[]) WITH ORDINALITY AS k (num, place)
      LEFT JOIN pg_attribute ON attrelid = indrelid AND attnum = num AND num > 0),
    CASE WHEN indpred IS NOT NULL THEN 'where' END,
    CASE WHEN indrelid <> t.oid THEN 'on ' || indrelid::regclass END), ''),
    coalesce(indisvalid, false)
  INTO found_index, found_valid FROM pg_class AS t JOIN pg_class AS c USING (relnamespace)
    LEFT JOIN pg_index AS i ON indexrelid = c.oid LEFT JOIN pg_am AS am ON am.oid = c.relam
  WHERE t.oid = to_regclass('"books"') AND c.relname = 'ix_books_isbn';
  IF found_index <> 'btree (isbn)' THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: ix_books_isbn is there already, and is another one than the statement makes: %',
      found_index || ', not ' || 'btree (isbn)' USING
      HINT = 'Look at it: SELECT pg_get_indexdef(''"ix_books_isbn"''::regclass). Drop it (DROP INDEX CONCURRENTLY) or rename it when nobody else needs it or is building it, then run this script again.';
  END IF;
  IF NOT found_valid AND NOT (found_mark = 'sqlgen: upgrade 0010_isbn_index (6cb88283) is half done: part 1 of 1 began') THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: index ix_books_isbn is there already, but invalid, and this script did not begin it' USING
      HINT = 'Look at it: SELECT pg_get_indexdef(''"ix_books_isbn"''::regclass). Drop it (DROP INDEX CONCURRENTLY) or rename it when nobody else needs it or is building it, then run this script again.';
  END IF;
  IF found_valid AND NOT (found_mark = 'sqlgen: upgrade 0010_isbn_index (6cb88283) is half done: part 1 of 1 began') THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: there is an index ix_books_isbn already, and this script did not make it' USING
      HINT = 'Look at it: SELECT pg_get_indexdef(''"ix_books_isbn"''::regclass). Drop it (DROP INDEX CONCURRENTLY) or rename it when nobody else needs it or is building it, then run this script again.';
  END IF;
  PERFORM set_config('sqlgen.part',
    CASE found_valid WHEN true THEN 'done' WHEN false THEN 'again' ELSE 'run' END, false);
  EXECUTE format('COMMENT ON TABLE %s IS %L', to_regclass('"alembic_version"'), nullif(
    split_part(coalesce(obj_description(to_regclass('"alembic_version"'), 'pg_class'), ''), 'sqlgen: ', 1)
    || 'sqlgen: upgrade 0010_isbn_index (6cb88283) is half done: part 1 of 1 began', ''));
END
$sqlgen$;
COMMIT;
SELECT 'sqlgen result: NOT APPLIED yet: at {0008_wider_columns}; step 5 of 10 (0010_isbn_index) is running; part 1 of 1: it commits by itself, and may leave something half done if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
SELECT current_setting('sqlgen.part', true) IS NOT DISTINCT FROM 'again' AS sqlgen_run
\gset
;
\if :sqlgen_run
\echo [sqlgen] an earlier attempt left the index invalid: it is dropped and built again
DO $sqlgen$
BEGIN
  IF coalesce(current_setting('sqlgen.at', true), '') = '' THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 5: the guard at the top did not pass in this server session' USING
      HINT = 'See what it said. Where it did pass, a connection pooler shares server sessions: connect to the server itself.';
  END IF;
  PERFORM set_config('default_transaction_read_only',
    CASE WHEN current_setting('sqlgen.part') IN ('again')
    THEN 'off' ELSE 'on' END, false);
END
$sqlgen$;
DROP INDEX CONCURRENTLY "ix_books_isbn";
SET default_transaction_read_only = on;
\endif
SELECT current_setting('sqlgen.part', true) IS DISTINCT FROM 'done' AS sqlgen_run
\gset
;
\if :sqlgen_run
DO $sqlgen$
BEGIN
  IF coalesce(current_setting('sqlgen.at', true), '') = '' THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 5: the guard at the top did not pass in this server session' USING
      HINT = 'See what it said. Where it did pass, a connection pooler shares server sessions: connect to the server itself.';
  END IF;
  PERFORM set_config('default_transaction_read_only',
    CASE WHEN current_setting('sqlgen.part') IN ('run', 'again')
    THEN 'off' ELSE 'on' END, false);
END
$sqlgen$;
\set ECHO errors
\set QUIET off
-- sqlgen: statement 8, 55 characters, sha256 6cb882831b1f7be1, migrations/versions/0010_isbn_index.py:24 op.create_index in autocommit_block()
CREATE INDEX CONCURRENTLY ix_books_isbn ON books (isbn);
\set ECHO none
\set QUIET on
SET default_transaction_read_only = on;
\else
\echo [sqlgen] nothing to do: it is done already
\endif
BEGIN READ WRITE;
DO $sqlgen$
DECLARE
  found_heads text[];
  found_mark text;
  hit_rows bigint;
BEGIN
  IF coalesce(current_setting('sqlgen.at', true), '') = '' THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 5: the guard at the top did not pass in this server session' USING
      HINT = 'See what it said. Where it did pass, a connection pooler shares server sessions: connect to the server itself.';
  END IF;
  PERFORM set_config('sqlgen.clock', extract(epoch FROM clock_timestamp())::numeric::text, false);
  PERFORM set_config(name, current_setting('sqlgen.session')::jsonb ->> name, true) FROM unnest('{role,search_path}'::text[]) AS name;
  LOCK TABLE "alembic_version" IN SHARE ROW EXCLUSIVE MODE;
  SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads FROM "alembic_version";
  IF found_heads <> ARRAY['0008_wider_columns'] THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 5 needs {0008_wider_columns}, alembic_version holds %',
      found_heads::text;
  END IF;
  found_mark := coalesce(substring(obj_description(to_regclass('"alembic_version"'), 'pg_class') FROM 'sqlgen: .*'), '');
  IF found_mark NOT IN ('sqlgen: upgrade 0010_isbn_index (6cb88283) is half done: part 1 of 1 began') THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 5, part 1 can''t run; the comment on alembic_version says: %',
      found_mark;
  END IF;
  IF current_setting('sqlgen.part') = '' THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 5, part 1: whether to run its statement was not decided here';
  END IF;
  IF (SELECT indisvalid FROM pg_index JOIN pg_class AS c ON c.oid = indexrelid WHERE indrelid = to_regclass('"books"') AND relname = 'ix_books_isbn') IS NOT TRUE THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: index ix_books_isbn is missing or invalid, step 5 is not stamped';
  END IF;
  EXECUTE format('COMMENT ON TABLE %s IS %L', to_regclass('"alembic_version"'), nullif(
    split_part(coalesce(obj_description(to_regclass('"alembic_version"'), 'pg_class'), ''), 'sqlgen: ', 1)
    || '', ''));
  UPDATE "alembic_version" SET version_num = '0010_isbn_index' WHERE version_num = '0008_wider_columns';
  GET DIAGNOSTICS hit_rows = ROW_COUNT;
  IF hit_rows <> 1 THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: rows hit by the stamp of step 5, instead of 1: %',
      hit_rows;
  END IF;
  PERFORM set_config('sqlgen.stood', '5', false);
END
$sqlgen$;
COMMIT;
SELECT CASE current_setting('sqlgen.stood', true) WHEN '5'
  THEN 'sqlgen: step 5 of 10 (0010_isbn_index) done; its last part in ' || round(extract(epoch FROM clock_timestamp())::numeric - current_setting('sqlgen.clock')::numeric, 3) || ' s' ELSE 'sqlgen: step 5 of 10 (0010_isbn_index) is NOT confirmed to be done' END;
\else
\echo [sqlgen] part 1 of 1 was done before, skipped
\endif
\else
\echo [sqlgen] step 5 of 10: 0010_isbn_index was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 6 of 10: 0009_order_date_index  find orders by date  (migrations/versions/0009_order_date_index.py)
--   0010_isbn_index -> 0009_order_date_index,0010_isbn_index, one transaction
-- -----------------------------------------------------------------------------
SELECT coalesce(nullif(current_setting('sqlgen.at', true), ''), '0')::int < 6 AS sqlgen_run
\gset
;
\if :sqlgen_run
BEGIN READ WRITE;
DO $sqlgen$
DECLARE
  found_heads text[];
BEGIN
  IF coalesce(current_setting('sqlgen.at', true), '') = '' THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 6: the guard at the top did not pass in this server session' USING
      HINT = 'See what it said. Where it did pass, a connection pooler shares server sessions: connect to the server itself.';
  END IF;
  PERFORM set_config('sqlgen.clock', extract(epoch FROM clock_timestamp())::numeric::text, false);
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  LOCK TABLE "alembic_version" IN SHARE ROW EXCLUSIVE MODE;
  SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads FROM "alembic_version";
  IF found_heads <> ARRAY['0010_isbn_index'] THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 6 needs {0010_isbn_index}, alembic_version holds %',
      found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0010_isbn_index}; step 6 of 10 (0009_order_date_index) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
\set QUIET off
-- sqlgen: statement 9, 54 characters, sha256 bb659909a0dfffd9, migrations/versions/0009_order_date_index.py:24 op.create_index
CREATE INDEX ix_orders_placed_at ON orders (placed_at);
\set ECHO none
\set QUIET on
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  INSERT INTO "alembic_version" (version_num) VALUES ('0009_order_date_index');
  GET DIAGNOSTICS hit_rows = ROW_COUNT;
  IF hit_rows <> 1 THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: rows hit by the stamp of step 6, instead of 1: %',
      hit_rows;
  END IF;
  PERFORM set_config('sqlgen.stood', '6', false);
END
$sqlgen$;
COMMIT;
SELECT CASE current_setting('sqlgen.stood', true) WHEN '6'
  THEN 'sqlgen: step 6 of 10 (0009_order_date_index) done in ' || round(extract(epoch FROM clock_timestamp())::numeric - current_setting('sqlgen.clock')::numeric, 3) || ' s' ELSE 'sqlgen: step 6 of 10 (0009_order_date_index) is NOT confirmed to be done' END;
\else
\echo [sqlgen] step 6 of 10: 0009_order_date_index was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 7 of 10: 0011_merge  merge the two indexes  (migrations/versions/0011_merge.py)
--   0009_order_date_index,0010_isbn_index -> 0011_merge, one transaction
-- -----------------------------------------------------------------------------
SELECT coalesce(nullif(current_setting('sqlgen.at', true), ''), '0')::int < 7 AS sqlgen_run
\gset
;
\if :sqlgen_run
BEGIN READ WRITE;
DO $sqlgen$
DECLARE
  found_heads text[];
BEGIN
  IF coalesce(current_setting('sqlgen.at', true), '') = '' THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 7: the guard at the top did not pass in this server session' USING
      HINT = 'See what it said. Where it did pass, a connection pooler shares server sessions: connect to the server itself.';
  END IF;
  PERFORM set_config('sqlgen.clock', extract(epoch FROM clock_timestamp())::numeric::text, false);
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  LOCK TABLE "alembic_version" IN SHARE ROW EXCLUSIVE MODE;
  SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads FROM "alembic_version";
  IF found_heads <> ARRAY['0009_order_date_index', '0010_isbn_index'] THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 7 needs {0009_order_date_index,0010_isbn_index}, alembic_version holds %',
      found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0009_order_date_index,0010_isbn_index}; step 7 of 10 (0011_merge) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  DELETE FROM "alembic_version" WHERE version_num = '0010_isbn_index';
  GET DIAGNOSTICS hit_rows = ROW_COUNT;
  IF hit_rows <> 1 THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: rows hit by the stamp of step 7, instead of 1: %',
      hit_rows;
  END IF;
  UPDATE "alembic_version" SET version_num = '0011_merge' WHERE version_num = '0009_order_date_index';
  GET DIAGNOSTICS hit_rows = ROW_COUNT;
  IF hit_rows <> 1 THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: rows hit by the stamp of step 7, instead of 1: %',
      hit_rows;
  END IF;
  PERFORM set_config('sqlgen.stood', '7', false);
END
$sqlgen$;
COMMIT;
SELECT CASE current_setting('sqlgen.stood', true) WHEN '7'
  THEN 'sqlgen: step 7 of 10 (0011_merge) done in ' || round(extract(epoch FROM clock_timestamp())::numeric - current_setting('sqlgen.clock')::numeric, 3) || ' s' ELSE 'sqlgen: step 7 of 10 (0011_merge) is NOT confirmed to be done' END;
\else
\echo [sqlgen] step 7 of 10: 0011_merge was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 8 of 10: 0012_book_slugs  a readable address for every book  (migrations/versions/0012_book_slugs.py)
--   0011_merge -> 0012_book_slugs, one transaction
-- -----------------------------------------------------------------------------
SELECT coalesce(nullif(current_setting('sqlgen.at', true), ''), '0')::int < 8 AS sqlgen_run
\gset
;
\if :sqlgen_run
BEGIN READ WRITE;
DO $sqlgen$
DECLARE
  found_heads text[];
BEGIN
  IF coalesce(current_setting('sqlgen.at', true), '') = '' THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 8: the guard at the top did not pass in this server session' USING
      HINT = 'See what it said. Where it did pass, a connection pooler shares server sessions: connect to the server itself.';
  END IF;
  PERFORM set_config('sqlgen.clock', extract(epoch FROM clock_timestamp())::numeric::text, false);
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  LOCK TABLE "alembic_version" IN SHARE ROW EXCLUSIVE MODE;
  SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads FROM "alembic_version";
  IF found_heads <> ARRAY['0011_merge'] THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 8 needs {0011_merge}, alembic_version holds %',
      found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0011_merge}; step 8 of 10 (0012_book_slugs) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
\set QUIET off
-- sqlgen: statement 10, 46 characters, sha256 e11940db6c8c871f, migrations/versions/0012_book_slugs.py:23 op.add_column
ALTER TABLE books ADD COLUMN slug VARCHAR(200);
-- sqlgen: statement 11, 55 characters, sha256 4ded43209f646742, migrations/versions/0012_book_slugs.py:25 op.execute
UPDATE books SET slug = lower(replace(title, ' ', '-'));
\set ECHO none
\set QUIET on
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  UPDATE "alembic_version" SET version_num = '0012_book_slugs' WHERE version_num = '0011_merge';
  GET DIAGNOSTICS hit_rows = ROW_COUNT;
  IF hit_rows <> 1 THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: rows hit by the stamp of step 8, instead of 1: %',
      hit_rows;
  END IF;
  PERFORM set_config('sqlgen.stood', '8', false);
END
$sqlgen$;
COMMIT;
SELECT CASE current_setting('sqlgen.stood', true) WHEN '8'
  THEN 'sqlgen: step 8 of 10 (0012_book_slugs) done in ' || round(extract(epoch FROM clock_timestamp())::numeric - current_setting('sqlgen.clock')::numeric, 3) || ' s' ELSE 'sqlgen: step 8 of 10 (0012_book_slugs) is NOT confirmed to be done' END;
\else
\echo [sqlgen] step 8 of 10: 0012_book_slugs was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 9 of 10: 0013_drop_phone  forget phone numbers  (migrations/versions/0013_drop_phone.py)
--   0012_book_slugs -> 0013_drop_phone, one transaction
-- -----------------------------------------------------------------------------
SELECT coalesce(nullif(current_setting('sqlgen.at', true), ''), '0')::int < 9 AS sqlgen_run
\gset
;
\if :sqlgen_run
BEGIN READ WRITE;
DO $sqlgen$
DECLARE
  found_heads text[];
BEGIN
  IF coalesce(current_setting('sqlgen.at', true), '') = '' THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 9: the guard at the top did not pass in this server session' USING
      HINT = 'See what it said. Where it did pass, a connection pooler shares server sessions: connect to the server itself.';
  END IF;
  PERFORM set_config('sqlgen.clock', extract(epoch FROM clock_timestamp())::numeric::text, false);
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  LOCK TABLE "alembic_version" IN SHARE ROW EXCLUSIVE MODE;
  SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads FROM "alembic_version";
  IF found_heads <> ARRAY['0012_book_slugs'] THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 9 needs {0012_book_slugs}, alembic_version holds %',
      found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0012_book_slugs}; step 9 of 10 (0013_drop_phone) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
\set QUIET off
-- sqlgen: statement 12, 35 characters, sha256 53c1b5d9ade7021b, migrations/versions/0013_drop_phone.py:24 op.drop_column
ALTER TABLE users DROP COLUMN phone;
\set ECHO none
\set QUIET on
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  UPDATE "alembic_version" SET version_num = '0013_drop_phone' WHERE version_num = '0012_book_slugs';
  GET DIAGNOSTICS hit_rows = ROW_COUNT;
  IF hit_rows <> 1 THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: rows hit by the stamp of step 9, instead of 1: %',
      hit_rows;
  END IF;
  PERFORM set_config('sqlgen.stood', '9', false);
END
$sqlgen$;
COMMIT;
SELECT CASE current_setting('sqlgen.stood', true) WHEN '9'
  THEN 'sqlgen: step 9 of 10 (0013_drop_phone) done in ' || round(extract(epoch FROM clock_timestamp())::numeric - current_setting('sqlgen.clock')::numeric, 3) || ' s' ELSE 'sqlgen: step 9 of 10 (0013_drop_phone) is NOT confirmed to be done' END;
\else
\echo [sqlgen] step 9 of 10: 0013_drop_phone was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 10 of 10: 0014_drop_wishlists  wishlists are gone  (migrations/versions/0014_drop_wishlists.py)
--   0013_drop_phone -> 0014_drop_wishlists, one transaction
-- -----------------------------------------------------------------------------
SELECT coalesce(nullif(current_setting('sqlgen.at', true), ''), '0')::int < 10 AS sqlgen_run
\gset
;
\if :sqlgen_run
BEGIN READ WRITE;
DO $sqlgen$
DECLARE
  found_heads text[];
BEGIN
  IF coalesce(current_setting('sqlgen.at', true), '') = '' THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 10: the guard at the top did not pass in this server session' USING
      HINT = 'See what it said. Where it did pass, a connection pooler shares server sessions: connect to the server itself.';
  END IF;
  PERFORM set_config('sqlgen.clock', extract(epoch FROM clock_timestamp())::numeric::text, false);
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  LOCK TABLE "alembic_version" IN SHARE ROW EXCLUSIVE MODE;
  SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads FROM "alembic_version";
  IF found_heads <> ARRAY['0013_drop_phone'] THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 10 needs {0013_drop_phone}, alembic_version holds %',
      found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0013_drop_phone}; step 10 of 10 (0014_drop_wishlists) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
\set QUIET off
-- sqlgen: statement 13, 20 characters, sha256 75852dc6c9dea3f5, migrations/versions/0014_drop_wishlists.py:24 op.drop_table
DROP TABLE wishlists;
\set ECHO none
\set QUIET on
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  UPDATE "alembic_version" SET version_num = '0014_drop_wishlists' WHERE version_num = '0013_drop_phone';
  GET DIAGNOSTICS hit_rows = ROW_COUNT;
  IF hit_rows <> 1 THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: rows hit by the stamp of step 10, instead of 1: %',
      hit_rows;
  END IF;
  PERFORM set_config('sqlgen.stood', '10', false);
END
$sqlgen$;
COMMIT;
SELECT CASE current_setting('sqlgen.stood', true) WHEN '10'
  THEN 'sqlgen: step 10 of 10 (0014_drop_wishlists) done in ' || round(extract(epoch FROM clock_timestamp())::numeric - current_setting('sqlgen.clock')::numeric, 3) || ' s' ELSE 'sqlgen: step 10 of 10 (0014_drop_wishlists) is NOT confirmed to be done' END;
\else
\echo [sqlgen] step 10 of 10: 0014_drop_wishlists was done before, skipped
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
    WHEN found_heads <> ARRAY['0014_drop_wishlists'] OR found_mark <> '' THEN 'NOT APPLIED'
    WHEN current_setting('sqlgen.at') = '10' THEN 'ALREADY APPLIED'
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
-- sqlgen: end, 13 statements
