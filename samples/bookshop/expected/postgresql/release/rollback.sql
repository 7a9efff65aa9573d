-- sqlgen: a script for psql
--
-- WHAT THIS ROLLBACK LOSES:
--   0014_drop_wishlists (migrations/versions/0014_drop_wishlists.py)
--     table wishlists is there again, but without its rows
--   0013_drop_phone (migrations/versions/0013_drop_phone.py)
--     column users.phone is there again, but without its values
--   0012_book_slugs (migrations/versions/0012_book_slugs.py)
--     destroys column books.slug, with its values
--   0006_lowercase_emails (migrations/versions/0006_lowercase_emails.py)
--     NOT UNDONE: its downgrade() does nothing, and the version table goes back all the same
--     not brought back: the old values of users (email), which an UPDATE overwrites where email LIKE '%@EXAMPLE.COM'
--   0005_publishers (migrations/versions/0005_publishers.py)
--     destroys column books.publisher_id, with its values
--     destroys table publishers, with its rows
-- Dump the tables that it destroys data of first: runbook.md of the bundle has the commands, or that of: sqlgen emit RANGE -o DIR/
--
-- What:        downgrade, alembic_version 0014_drop_wishlists -> 0004_orders, 10 revision(s)
-- Environment: prod
-- Database:    bookshop (the guard refuses any other)
-- Run it with: psql -X -v ON_ERROR_STOP=1 -d bookshop -f rollback.sql > rollback.log 2>&1
-- Needs:       psql 10 or newer, PostgreSQL 10 or newer
-- Needs:       a direct connection: not a pooler that shares sessions; no psql option -1
-- Needs:       a database that is not marked for another environment. Mark it once: ALTER DATABASE "bookshop" SET sqlgen.environment = 'prod'
-- Result:      the LAST line with "sqlgen result:" tells: APPLIED, ALREADY APPLIED or NOT APPLIED.
--              psql ends with 0 for the first two, else with 3 (an SQL error), 2 (connection lost) or 1.
--              After an error the failed step is rolled back and the steps before it stand; remove the cause
--              and run this script again: it goes on where it stopped. A psql in which it was typed (\i) stays
--              read-only after an error: end it, or RESET default_transaction_read_only there.
-- Revisions:
--     1. 0014_drop_wishlists  wishlists are gone  (migrations/versions/0014_drop_wishlists.py)
--     2. 0013_drop_phone  forget phone numbers  (migrations/versions/0013_drop_phone.py)
--     3. 0012_book_slugs  a readable address for every book  (migrations/versions/0012_book_slugs.py)
--     4. 0011_merge  merge the two indexes  (migrations/versions/0011_merge.py)
--     5. 0009_order_date_index  find orders by date  (migrations/versions/0009_order_date_index.py)
--     6. 0010_isbn_index  find books by ISBN  (migrations/versions/0010_isbn_index.py)
--     7. 0008_wider_columns  longer names, larger quantities  (migrations/versions/0008_wider_columns.py)
--     8. 0007_unique_email  one user per e-mail address  (migrations/versions/0007_unique_email.py)
--     9. 0006_lowercase_emails  write e-mail addresses in lower case  (migrations/versions/0006_lowercase_emails.py)
--    10. 0005_publishers  every book has a publisher  (migrations/versions/0005_publishers.py)
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
SET application_name = 'sqlgen 0014_drop_wishlists -> 0004_orders';
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
  found_there boolean;
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
      (0, ARRAY['0014_drop_wishlists'], ''),
      (1, ARRAY['0013_drop_phone'], ''),
      (2, ARRAY['0012_book_slugs'], ''),
      (3, ARRAY['0011_merge'], ''),
      (4, ARRAY['0009_order_date_index', '0010_isbn_index'], ''),
      (5, ARRAY['0010_isbn_index'], ''),
      (6, ARRAY['0008_wider_columns'], ''),
      (7, ARRAY['0007_unique_email'], ''),
      (8, ARRAY['0006_lowercase_emails'], ''),
      (9, ARRAY['0005_publishers'], ''),
      (10, ARRAY['0004_orders'], ''),
      (5, ARRAY['0010_isbn_index'], 'sqlgen: downgrade 0010_isbn_index (b2fb7915) is half done: part '),
      (5, ARRAY['0008_wider_columns'], 'sqlgen: upgrade 0010_isbn_index (6cb88283) is half done: part '),
      (5, ARRAY['0008_wider_columns'], 'sqlgen: downgrade 0010_isbn_index (b2fb7915) from part ')
    ) AS path (step, heads, mark) WHERE heads = found_heads
      AND (mark = '' OR strpos(found_mark, mark) = 1) ORDER BY mark <> '' DESC LIMIT 1;
    IF path_at IS NULL THEN
      RAISE EXCEPTION 'sqlgen result: NOT APPLIED: this script goes from {0014_drop_wishlists} to {0004_orders}; alembic_version holds %',
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
      IF path_mark = 'sqlgen: upgrade 0010_isbn_index (6cb88283) is half done: part ' THEN
        found_there := found_mark LIKE '% stands';
        found_there := CASE found_mark
          WHEN 'sqlgen: upgrade 0010_isbn_index (6cb88283) is half done: part 1 of 1 began' THEN EXISTS (SELECT FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid WHERE i.indrelid = to_regclass('"books"') AND c.relname = 'ix_books_isbn')
          ELSE found_there END;
        IF found_there IS NULL THEN
          RAISE EXCEPTION 'sqlgen result: NOT APPLIED: a statement was begun, and the database can''t tell whether it was done: %',
            found_mark USING
            HINT = 'Finish that revision with apply.sql first, then run this script. Nothing was changed.';
        END IF;
        found_part := found_part - (NOT found_there)::int;
        IF found_part <> ALL (CASE path_mark
          WHEN 'sqlgen: upgrade 0010_isbn_index (6cb88283) is half done: part ' THEN ARRAY[0, 1]
          END) THEN
          RAISE EXCEPTION 'sqlgen result: NOT APPLIED: there is no known way back from here: %',
            found_mark USING
            HINT = 'Finish that revision with apply.sql first, then run this script. Nothing was changed.';
        END IF;
        IF current_setting('sqlgen.pasted') = 'yes' THEN
          RAISE EXCEPTION 'sqlgen result: NOT APPLIED: this goes back from the middle of a revision, which needs psql itself: its commands got lost; %',
            found_mark USING
            HINT = 'Run this script with psql, as its header says. Nothing was changed.';
        END IF;
        found_behind := found_part::text;
        found_part := 0;
      END IF;
      found_part := greatest(found_part - (found_mark LIKE '% began')::int, 0);
    END IF;
    SELECT string_agg(concat_ws(' ', need, CASE WHEN name <> '' THEN name WHEN need = 'create in'
      THEN quote_ident(current_schema()) ELSE quote_ident(current_database()) END), ', ') INTO lacking
    FROM (VALUES
      (10, 'lock', '"alembic_version"'),
      (10, 'UPDATE', '"alembic_version"'),
      (1, 'create in', ''),
      (1, 'REFERENCES', '"users"'),
      (1, 'REFERENCES', '"books"'),
      (8, 'own', '"users"'),
      (10, 'own', '"books"'),
      (4, 'INSERT', '"alembic_version"'),
      (5, 'DELETE', '"alembic_version"'),
      (5, 'own', '"ix_orders_placed_at"'),
      (6, 'own', '"alembic_version"'),
      (6, 'own', '"ix_books_isbn"'),
      (7, 'own', '"orders"'),
      (10, 'own', '"publishers"')
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
-- step 1 of 10: 0014_drop_wishlists  wishlists are gone  (migrations/versions/0014_drop_wishlists.py)
--   0014_drop_wishlists -> 0013_drop_phone, one transaction
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
  IF found_heads <> ARRAY['0014_drop_wishlists'] THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 1 needs {0014_drop_wishlists}, alembic_version holds %',
      found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0014_drop_wishlists}; step 1 of 10 (0014_drop_wishlists) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
\set QUIET off
-- sqlgen: statement 1, 307 characters, sha256 b3b3f6bdc67a2589, migrations/versions/0014_drop_wishlists.py:29 op.create_table
CREATE TABLE wishlists (
    user_id INTEGER NOT NULL,
    book_id INTEGER NOT NULL,
    CONSTRAINT pk_wishlists PRIMARY KEY (user_id, book_id),
    CONSTRAINT fk_wishlists_user_id FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT fk_wishlists_book_id FOREIGN KEY (book_id) REFERENCES books (id)
);
\set ECHO none
\set QUIET on
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  UPDATE "alembic_version" SET version_num = '0013_drop_phone' WHERE version_num = '0014_drop_wishlists';
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
  THEN 'sqlgen: step 1 of 10 (0014_drop_wishlists) done in ' || round(extract(epoch FROM clock_timestamp())::numeric - current_setting('sqlgen.clock')::numeric, 3) || ' s' ELSE 'sqlgen: step 1 of 10 (0014_drop_wishlists) is NOT confirmed to be done' END;
\else
\echo [sqlgen] step 1 of 10: 0014_drop_wishlists was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 2 of 10: 0013_drop_phone  forget phone numbers  (migrations/versions/0013_drop_phone.py)
--   0013_drop_phone -> 0012_book_slugs, one transaction
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
  IF found_heads <> ARRAY['0013_drop_phone'] THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 2 needs {0013_drop_phone}, alembic_version holds %',
      found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0013_drop_phone}; step 2 of 10 (0013_drop_phone) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
\set QUIET off
-- sqlgen: statement 2, 46 characters, sha256 6b7209c0cc651dd5, migrations/versions/0013_drop_phone.py:29 op.add_column
ALTER TABLE users ADD COLUMN phone VARCHAR(20);
\set ECHO none
\set QUIET on
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  UPDATE "alembic_version" SET version_num = '0012_book_slugs' WHERE version_num = '0013_drop_phone';
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
  THEN 'sqlgen: step 2 of 10 (0013_drop_phone) done in ' || round(extract(epoch FROM clock_timestamp())::numeric - current_setting('sqlgen.clock')::numeric, 3) || ' s' ELSE 'sqlgen: step 2 of 10 (0013_drop_phone) is NOT confirmed to be done' END;
\else
\echo [sqlgen] step 2 of 10: 0013_drop_phone was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 3 of 10: 0012_book_slugs  a readable address for every book  (migrations/versions/0012_book_slugs.py)
--   0012_book_slugs -> 0011_merge, one transaction
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
  IF found_heads <> ARRAY['0012_book_slugs'] THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 3 needs {0012_book_slugs}, alembic_version holds %',
      found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0012_book_slugs}; step 3 of 10 (0012_book_slugs) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
\set QUIET off
-- sqlgen: statement 3, 34 characters, sha256 7eb8aa84fef01892, migrations/versions/0012_book_slugs.py:30 op.drop_column
ALTER TABLE books DROP COLUMN slug;
\set ECHO none
\set QUIET on
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  UPDATE "alembic_version" SET version_num = '0011_merge' WHERE version_num = '0012_book_slugs';
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
  THEN 'sqlgen: step 3 of 10 (0012_book_slugs) done in ' || round(extract(epoch FROM clock_timestamp())::numeric - current_setting('sqlgen.clock')::numeric, 3) || ' s' ELSE 'sqlgen: step 3 of 10 (0012_book_slugs) is NOT confirmed to be done' END;
\else
\echo [sqlgen] step 3 of 10: 0012_book_slugs was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 4 of 10: 0011_merge  merge the two indexes  (migrations/versions/0011_merge.py)
--   0011_merge -> 0009_order_date_index,0010_isbn_index, one transaction
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
  IF found_heads <> ARRAY['0011_merge'] THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 4 needs {0011_merge}, alembic_version holds %',
      found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0011_merge}; step 4 of 10 (0011_merge) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  UPDATE "alembic_version" SET version_num = '0009_order_date_index' WHERE version_num = '0011_merge';
  GET DIAGNOSTICS hit_rows = ROW_COUNT;
  IF hit_rows <> 1 THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: rows hit by the stamp of step 4, instead of 1: %',
      hit_rows;
  END IF;
  INSERT INTO "alembic_version" (version_num) VALUES ('0010_isbn_index');
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
  THEN 'sqlgen: step 4 of 10 (0011_merge) done in ' || round(extract(epoch FROM clock_timestamp())::numeric - current_setting('sqlgen.clock')::numeric, 3) || ' s' ELSE 'sqlgen: step 4 of 10 (0011_merge) is NOT confirmed to be done' END;
\else
\echo [sqlgen] step 4 of 10: 0011_merge was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 5 of 10: 0009_order_date_index  find orders by date  (migrations/versions/0009_order_date_index.py)
--   0009_order_date_index,0010_isbn_index -> 0010_isbn_index, one transaction
-- -----------------------------------------------------------------------------
SELECT coalesce(nullif(current_setting('sqlgen.at', true), ''), '0')::int < 5 AS sqlgen_run
\gset
;
\if :sqlgen_run
BEGIN READ WRITE;
DO $sqlgen$
DECLARE
  found_heads text[];
BEGIN
  IF coalesce(current_setting('sqlgen.at', true), '') = '' THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 5: the guard at the top did not pass in this server session' USING
      HINT = 'See what it said. Where it did pass, a connection pooler shares server sessions: connect to the server itself.';
  END IF;
  PERFORM set_config('sqlgen.clock', extract(epoch FROM clock_timestamp())::numeric::text, false);
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  LOCK TABLE "alembic_version" IN SHARE ROW EXCLUSIVE MODE;
  SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads FROM "alembic_version";
  IF found_heads <> ARRAY['0009_order_date_index', '0010_isbn_index'] THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 5 needs {0009_order_date_index,0010_isbn_index}, alembic_version holds %',
      found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0009_order_date_index,0010_isbn_index}; step 5 of 10 (0009_order_date_index) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
\set QUIET off
-- sqlgen: statement 4, 30 characters, sha256 a94374559c7999dd, migrations/versions/0009_order_date_index.py:29 op.drop_index
DROP INDEX ix_orders_placed_at;
\set ECHO none
\set QUIET on
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  DELETE FROM "alembic_version" WHERE version_num = '0009_order_date_index';
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
  THEN 'sqlgen: step 5 of 10 (0009_order_date_index) done in ' || round(extract(epoch FROM clock_timestamp())::numeric - current_setting('sqlgen.clock')::numeric, 3) || ' s' ELSE 'sqlgen: step 5 of 10 (0009_order_date_index) is NOT confirmed to be done' END;
\else
\echo [sqlgen] step 5 of 10: 0009_order_date_index was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 6 of 10: 0010_isbn_index  find books by ISBN  (migrations/versions/0010_isbn_index.py)
--   0010_isbn_index -> 0008_wider_columns, 1 part(s) that commit one by one; a repeated run goes on after the last, also the way back from the middle of the upgrade, behind part 1 of 1
-- -----------------------------------------------------------------------------
SELECT coalesce(nullif(current_setting('sqlgen.at', true), ''), '0')::int < 6 AS sqlgen_run
\gset
;
\if :sqlgen_run
-- part 1 of 1 of step 6
SELECT (coalesce(nullif(current_setting('sqlgen.at', true), ''), '0')::int, coalesce(nullif(current_setting('sqlgen.done', true), ''), '0')::int) < (5, 2) AS sqlgen_run
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
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 6: the guard at the top did not pass in this server session' USING
      HINT = 'See what it said. Where it did pass, a connection pooler shares server sessions: connect to the server itself.';
  END IF;
  PERFORM set_config('sqlgen.clock', extract(epoch FROM clock_timestamp())::numeric::text, false);
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  LOCK TABLE "alembic_version" IN SHARE ROW EXCLUSIVE MODE;
  SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads FROM "alembic_version";
  IF found_heads <> (CASE WHEN current_setting('sqlgen.behind') <> '' THEN ARRAY['0008_wider_columns'] ELSE ARRAY['0010_isbn_index'] END) THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 6 needs {0010_isbn_index} or {0008_wider_columns}, alembic_version holds %',
      found_heads::text;
  END IF;
  found_mark := coalesce(substring(obj_description(to_regclass('"alembic_version"'), 'pg_class') FROM 'sqlgen: .*'), '');
  IF found_mark NOT IN (current_setting('sqlgen.mark'), 'sqlgen: downgrade 0010_isbn_index (b2fb7915)' || current_setting('sqlgen.from') || ' is half done: part 1 of 1 began', 'sqlgen: downgrade 0010_isbn_index (b2fb7915)' || current_setting('sqlgen.from') || ' is half done: part 1 of 1 stands') THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 6, part 1 can''t run; the comment on alembic_version says: %',
      found_mark;
  END IF;
  PERFORM set_config('sqlgen.part', 'done', false);
  IF current_setting('sqlgen.behind') NOT IN ('0') THEN
    PERFORM set_config('sqlgen.part', CASE WHEN to_regclass('"ix_books_isbn"') IS NULL AND found_mark = 'sqlgen: downgrade 0010_isbn_index (b2fb7915)' || current_setting('sqlgen.from') || ' is half done: part 1 of 1 began' THEN 'done' ELSE 'run' END, false);
  END IF;
  EXECUTE format('COMMENT ON TABLE %s IS %L', to_regclass('"alembic_version"'), nullif(
    split_part(coalesce(obj_description(to_regclass('"alembic_version"'), 'pg_class'), ''), 'sqlgen: ', 1)
    || 'sqlgen: downgrade 0010_isbn_index (b2fb7915)' || current_setting('sqlgen.from') || ' is half done: part 1 of 1 began', ''));
END
$sqlgen$;
COMMIT;
SELECT CASE WHEN current_setting('sqlgen.behind') <> ''
  THEN 'sqlgen result: NOT APPLIED yet: at {0008_wider_columns}, in the middle of 0010_isbn_index; step 6 of 10 (0010_isbn_index) is running; part 1 of 1: it commits by itself, and may leave something half done if it fails'
  ELSE 'sqlgen result: NOT APPLIED yet: at {0010_isbn_index}; step 6 of 10 (0010_isbn_index) is running; part 1 of 1: it commits by itself, and may leave something half done if it fails' END
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
SELECT current_setting('sqlgen.part', true) IS DISTINCT FROM 'done' AS sqlgen_run
\gset
;
\if :sqlgen_run
DO $sqlgen$
BEGIN
  IF coalesce(current_setting('sqlgen.at', true), '') = '' THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 6: the guard at the top did not pass in this server session' USING
      HINT = 'See what it said. Where it did pass, a connection pooler shares server sessions: connect to the server itself.';
  END IF;
  PERFORM set_config('default_transaction_read_only',
    CASE WHEN current_setting('sqlgen.part') IN ('run', 'again')
    THEN 'off' ELSE 'on' END, false);
END
$sqlgen$;
\set ECHO errors
\set QUIET off
-- sqlgen: statement 5, 37 characters, sha256 b2fb791530ffdbe8, migrations/versions/0010_isbn_index.py:30 op.drop_index in autocommit_block()
DROP INDEX CONCURRENTLY ix_books_isbn;
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
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 6: the guard at the top did not pass in this server session' USING
      HINT = 'See what it said. Where it did pass, a connection pooler shares server sessions: connect to the server itself.';
  END IF;
  PERFORM set_config('sqlgen.clock', extract(epoch FROM clock_timestamp())::numeric::text, false);
  PERFORM set_config(name, current_setting('sqlgen.session')::jsonb ->> name, true) FROM unnest('{role,search_path}'::text[]) AS name;
  LOCK TABLE "alembic_version" IN SHARE ROW EXCLUSIVE MODE;
  SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads FROM "alembic_version";
  IF found_heads <> (CASE WHEN current_setting('sqlgen.behind') <> '' THEN ARRAY['0008_wider_columns'] ELSE ARRAY['0010_isbn_index'] END) THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 6 needs {0010_isbn_index} or {0008_wider_columns}, alembic_version holds %',
      found_heads::text;
  END IF;
  found_mark := coalesce(substring(obj_description(to_regclass('"alembic_version"'), 'pg_class') FROM 'sqlgen: .*'), '');
  IF found_mark NOT IN ('sqlgen: downgrade 0010_isbn_index (b2fb7915)' || current_setting('sqlgen.from') || ' is half done: part 1 of 1 began') THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 6, part 1 can''t run; the comment on alembic_version says: %',
      found_mark;
  END IF;
  IF current_setting('sqlgen.part') = '' THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 6, part 1: whether to run its statement was not decided here';
  END IF;
  IF current_setting('sqlgen.behind') NOT IN ('0') THEN
    IF to_regclass('"ix_books_isbn"') IS NOT NULL THEN
      RAISE EXCEPTION 'sqlgen result: NOT APPLIED: index ix_books_isbn is still there, step 6 is not stamped';
    END IF;
  END IF;
  EXECUTE format('COMMENT ON TABLE %s IS %L', to_regclass('"alembic_version"'), nullif(
    split_part(coalesce(obj_description(to_regclass('"alembic_version"'), 'pg_class'), ''), 'sqlgen: ', 1)
    || '', ''));
  IF NOT (current_setting('sqlgen.behind') <> '') THEN
    UPDATE "alembic_version" SET version_num = '0008_wider_columns' WHERE version_num = '0010_isbn_index';
    GET DIAGNOSTICS hit_rows = ROW_COUNT;
    IF hit_rows <> 1 THEN
      RAISE EXCEPTION 'sqlgen result: NOT APPLIED: rows hit by the stamp of step 6, instead of 1: %',
        hit_rows;
    END IF;
  END IF;
  PERFORM set_config(name, '', false) FROM unnest(ARRAY['sqlgen.behind', 'sqlgen.from', 'sqlgen.mark']) AS name;
  PERFORM set_config('sqlgen.stood', '6', false);
END
$sqlgen$;
COMMIT;
SELECT CASE current_setting('sqlgen.stood', true) WHEN '6'
  THEN 'sqlgen: step 6 of 10 (0010_isbn_index) done; its last part in ' || round(extract(epoch FROM clock_timestamp())::numeric - current_setting('sqlgen.clock')::numeric, 3) || ' s' ELSE 'sqlgen: step 6 of 10 (0010_isbn_index) is NOT confirmed to be done' END;
\else
\echo [sqlgen] part 1 of 1 was done before, skipped
\endif
\else
\echo [sqlgen] step 6 of 10: 0010_isbn_index was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 7 of 10: 0008_wider_columns  longer names, larger quantities  (migrations/versions/0008_wider_columns.py)
--   0008_wider_columns -> 0007_unique_email, one transaction
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
  IF found_heads <> ARRAY['0008_wider_columns'] THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 7 needs {0008_wider_columns}, alembic_version holds %',
      found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0008_wider_columns}; step 7 of 10 (0008_wider_columns) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
\set QUIET off
-- sqlgen: statement 6, 54 characters, sha256 2e5748a5db2c7084, migrations/versions/0008_wider_columns.py:74 op.alter_column
ALTER TABLE orders ALTER COLUMN quantity TYPE SMALLINT;
-- sqlgen: statement 7, 52 characters, sha256 d6c037caf12191d8, migrations/versions/0008_wider_columns.py:78 op.alter_column
ALTER TABLE users ALTER COLUMN name TYPE VARCHAR(50);
\set ECHO none
\set QUIET on
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  UPDATE "alembic_version" SET version_num = '0007_unique_email' WHERE version_num = '0008_wider_columns';
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
  THEN 'sqlgen: step 7 of 10 (0008_wider_columns) done in ' || round(extract(epoch FROM clock_timestamp())::numeric - current_setting('sqlgen.clock')::numeric, 3) || ' s' ELSE 'sqlgen: step 7 of 10 (0008_wider_columns) is NOT confirmed to be done' END;
\else
\echo [sqlgen] step 7 of 10: 0008_wider_columns was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 8 of 10: 0007_unique_email  one user per e-mail address  (migrations/versions/0007_unique_email.py)
--   0007_unique_email -> 0006_lowercase_emails, one transaction
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
  IF found_heads <> ARRAY['0007_unique_email'] THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 8 needs {0007_unique_email}, alembic_version holds %',
      found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0007_unique_email}; step 8 of 10 (0007_unique_email) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
\set QUIET off
-- sqlgen: statement 8, 48 characters, sha256 1ed0c339606c58d3, migrations/versions/0007_unique_email.py:48 op.drop_constraint
ALTER TABLE users DROP CONSTRAINT uq_users_email;
\set ECHO none
\set QUIET on
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  UPDATE "alembic_version" SET version_num = '0006_lowercase_emails' WHERE version_num = '0007_unique_email';
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
  THEN 'sqlgen: step 8 of 10 (0007_unique_email) done in ' || round(extract(epoch FROM clock_timestamp())::numeric - current_setting('sqlgen.clock')::numeric, 3) || ' s' ELSE 'sqlgen: step 8 of 10 (0007_unique_email) is NOT confirmed to be done' END;
\else
\echo [sqlgen] step 8 of 10: 0007_unique_email was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 9 of 10: 0006_lowercase_emails  write e-mail addresses in lower case  (migrations/versions/0006_lowercase_emails.py)
--   0006_lowercase_emails -> 0005_publishers, one transaction
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
  IF found_heads <> ARRAY['0006_lowercase_emails'] THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 9 needs {0006_lowercase_emails}, alembic_version holds %',
      found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0006_lowercase_emails}; step 9 of 10 (0006_lowercase_emails) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  UPDATE "alembic_version" SET version_num = '0005_publishers' WHERE version_num = '0006_lowercase_emails';
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
  THEN 'sqlgen: step 9 of 10 (0006_lowercase_emails) done in ' || round(extract(epoch FROM clock_timestamp())::numeric - current_setting('sqlgen.clock')::numeric, 3) || ' s' ELSE 'sqlgen: step 9 of 10 (0006_lowercase_emails) is NOT confirmed to be done' END;
\else
\echo [sqlgen] step 9 of 10: 0006_lowercase_emails was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 10 of 10: 0005_publishers  every book has a publisher  (migrations/versions/0005_publishers.py)
--   0005_publishers -> 0004_orders, one transaction
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
  IF found_heads <> ARRAY['0005_publishers'] THEN
    RAISE EXCEPTION 'sqlgen result: NOT APPLIED: step 10 needs {0005_publishers}, alembic_version holds %',
      found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0005_publishers}; step 10 of 10 (0005_publishers) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
\set QUIET off
-- sqlgen: statement 9, 55 characters, sha256 0af30c8d031a5707, migrations/versions/0005_publishers.py:61 op.drop_constraint
ALTER TABLE books DROP CONSTRAINT fk_books_publisher_id;
-- sqlgen: statement 10, 42 characters, sha256 ee55c8a5c1f21358, migrations/versions/0005_publishers.py:62 op.drop_column
ALTER TABLE books DROP COLUMN publisher_id;
-- sqlgen: statement 11, 21 characters, sha256 872d3752d94464c6, migrations/versions/0005_publishers.py:63 op.drop_table
DROP TABLE publishers;
\set ECHO none
\set QUIET on
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false) FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS kept (name, value);
  UPDATE "alembic_version" SET version_num = '0004_orders' WHERE version_num = '0005_publishers';
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
  THEN 'sqlgen: step 10 of 10 (0005_publishers) done in ' || round(extract(epoch FROM clock_timestamp())::numeric - current_setting('sqlgen.clock')::numeric, 3) || ' s' ELSE 'sqlgen: step 10 of 10 (0005_publishers) is NOT confirmed to be done' END;
\else
\echo [sqlgen] step 10 of 10: 0005_publishers was done before, skipped
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
    WHEN found_heads <> ARRAY['0004_orders'] OR found_mark <> '' THEN 'NOT APPLIED'
    WHEN current_setting('sqlgen.at') = '10' THEN 'ALREADY APPLIED'
    ELSE 'APPLIED' END || ': database ' || quote_ident(current_database())
    || ' is at ' || found_heads::text || ' NOT UNDONE, their downgrade() does nothing: 0006_lowercase_emails', false);
  IF current_setting('sqlgen.result') NOT LIKE 'NOT %' THEN
    PERFORM set_config('sqlgen.at', '', false), set_config(name, reset_val, false),
      pg_advisory_unlock(hashtext('sqlgen'), hashtext('alembic_version'))
    FROM pg_settings WHERE name = 'default_transaction_read_only';
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: ' || current_setting('sqlgen.result');
-- sqlgen: end, 11 statements
