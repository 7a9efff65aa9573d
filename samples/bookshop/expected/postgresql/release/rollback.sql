-- sqlgen: a script for psql
--
-- What:        downgrade, alembic_version 0014_drop_wishlists -> 0004_orders, 10 revision(s)
-- Environment: prod
-- Database:    bookshop (the guard refuses any other)
-- Run it with: psql -X -v ON_ERROR_STOP=1 -d bookshop -f rollback.sql > rollback.log 2>&1
-- Needs:       psql 10 or newer, PostgreSQL 10 or newer
-- Needs:       a direct connection: not a pooler that shares sessions; no psql option -1
-- Result:      the LAST line with "sqlgen result:" tells: APPLIED, ALREADY APPLIED or NOT APPLIED.
--              psql ends with 0 for the first two, else with 3 (an SQL error), 2 (connection lost) or 1.
--              After an error the failed step is rolled back and the steps before it stand; remove the cause
--              and run this script again: it goes on where it stopped.
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
\pset expanded off

-- The session: read-only until a guard opens it.
SET default_transaction_read_only = on;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET lock_timeout = '2000ms';
SET statement_timeout = '0ms';
SET idle_in_transaction_session_timeout = '5min';
SET client_min_messages = notice;
SET application_name = 'sqlgen 0014_drop_wishlists -> 0004_orders';
SET sqlgen.at = '';
-- What each step finds, whatever the statements of earlier steps have set.
DO $sqlgen$
BEGIN
  PERFORM set_config('sqlgen.session', jsonb_object_agg(name, current_setting(name))::text, false)
  FROM unnest(ARRAY[
    'search_path', 'role', 'client_encoding', 'standard_conforming_strings',
    'lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout', 'client_min_messages',
    'check_function_bodies', 'row_security', 'default_tablespace', 'default_transaction_read_only'
  ]) AS name;
END
$sqlgen$;

-- The guard: does this script belong to this database, as it stands?
DO $sqlgen$
DECLARE
  found_heads text[] := '{}';
  found_mark text := '';
  path_mark text;
  path_at int;
BEGIN
  IF NOT (current_database() = 'bookshop') THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: this script is for database bookshop, this one is '
      || quote_ident(current_database()),
      HINT = 'Connect to the database that the script is for. Nothing was changed.';
  END IF;
  IF NOT (pg_try_advisory_lock(hashtext('sqlgen'), hashtext('alembic_version'))) THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: another sqlgen script is running in this database, '
      || quote_ident(current_database()),
      HINT = 'Run this script again when it has ended. Nothing was changed.';
  END IF;
  IF to_regclass('"alembic_version"') IS NOT NULL THEN
    SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads
    FROM "alembic_version";
    found_mark := coalesce(substring(obj_description(to_regclass('"alembic_version"'), 'pg_class') FROM 'sqlgen: .*'), '');
  ELSE
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: there is no table alembic_version on the search path of database '
      || quote_ident(current_database())
      || ' (' || current_setting('search_path') || ')',
      HINT = 'Connect to the right database, as a role that finds the table. Nothing was changed.';
  END IF;
  SELECT step, mark INTO path_at, path_mark FROM (VALUES
    (0, ARRAY['0014_drop_wishlists'], NULL::text),
    (1, ARRAY['0013_drop_phone'], NULL::text),
    (2, ARRAY['0012_book_slugs'], NULL::text),
    (3, ARRAY['0011_merge'], NULL::text),
    (4, ARRAY['0009_order_date_index', '0010_isbn_index'], NULL::text),
    (5, ARRAY['0010_isbn_index'], 'sqlgen: downgrade 0010_isbn_index (b2fb7915) is half done: part '),
    (6, ARRAY['0008_wider_columns'], NULL::text),
    (7, ARRAY['0007_unique_email'], NULL::text),
    (8, ARRAY['0006_lowercase_emails'], NULL::text),
    (9, ARRAY['0005_publishers'], NULL::text),
    (10, ARRAY['0004_orders'], NULL::text)
  ) AS path (step, heads, mark) WHERE heads = found_heads;
  IF NOT (path_at IS NOT NULL) THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: this script goes from {0014_drop_wishlists} to {0004_orders}; alembic_version holds '
      || found_heads::text
      || ' in database '
      || quote_ident(current_database()),
      HINT = 'Make a script that starts from what the table holds. Nothing was changed.';
  END IF;
  IF NOT (found_mark = '' OR coalesce(strpos(found_mark, path_mark), 0) = 1) THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: a step was left half done by another script: '
      || found_mark,
      HINT = 'Run that script to its end; or clean up by hand, then remove the comment on the version table.';
  END IF;
  PERFORM set_config('sqlgen.at', path_at::text, false);
  PERFORM set_config('sqlgen.done',
    CASE WHEN found_mark = '' THEN 0
    ELSE split_part(substr(found_mark, length(path_mark) + 1), ' ', 1)::int - (found_mark LIKE '% began')::int END::text, false);
END
$sqlgen$;
\set QUIET off

-- -----------------------------------------------------------------------------
-- step 1 of 10: 0014_drop_wishlists  wishlists are gone  (migrations/versions/0014_drop_wishlists.py)
--   0014_drop_wishlists -> 0013_drop_phone, one transaction
-- -----------------------------------------------------------------------------
SELECT current_setting('sqlgen.at')::int < 1 AS sqlgen_run
\gset
-- A semicolon alone: where client commands like \gset get lost, it ends the SELECT above.
;
\if :sqlgen_run
BEGIN READ WRITE;
DO $sqlgen$
DECLARE
  found_heads text[];
BEGIN
  IF coalesce(current_setting('sqlgen.at', true), '') = '' THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: the guard at the top did not pass; step 1 changed nothing';
  END IF;
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  LOCK TABLE "alembic_version" IN SHARE ROW EXCLUSIVE MODE;
  SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads
    FROM "alembic_version";
  IF found_heads <> ARRAY['0014_drop_wishlists'] THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: step 1 needs {0014_drop_wishlists}, alembic_version holds '
      || found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0014_drop_wishlists}; step 1 of 10 (0014_drop_wishlists) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
-- sqlgen: statement 1, 307 characters, sha256 b3b3f6bdc67a2589, migrations/versions/0014_drop_wishlists.py:29
CREATE TABLE wishlists (
    user_id INTEGER NOT NULL,
    book_id INTEGER NOT NULL,
    CONSTRAINT pk_wishlists PRIMARY KEY (user_id, book_id),
    CONSTRAINT fk_wishlists_user_id FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT fk_wishlists_book_id FOREIGN KEY (book_id) REFERENCES books (id)
);
\set ECHO none
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  UPDATE "alembic_version" SET version_num = '0013_drop_phone' WHERE version_num = '0014_drop_wishlists';
  GET DIAGNOSTICS hit_rows = ROW_COUNT;
  IF hit_rows <> 1 THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: rows hit by the stamp of step 1, instead of 1: '
      || hit_rows::text;
  END IF;
END
$sqlgen$;
COMMIT;
\else
\echo [sqlgen] step 1 of 10: 0014_drop_wishlists was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 2 of 10: 0013_drop_phone  forget phone numbers  (migrations/versions/0013_drop_phone.py)
--   0013_drop_phone -> 0012_book_slugs, one transaction
-- -----------------------------------------------------------------------------
SELECT current_setting('sqlgen.at')::int < 2 AS sqlgen_run
\gset
;
\if :sqlgen_run
BEGIN READ WRITE;
DO $sqlgen$
DECLARE
  found_heads text[];
BEGIN
  IF coalesce(current_setting('sqlgen.at', true), '') = '' THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: the guard at the top did not pass; step 2 changed nothing';
  END IF;
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  LOCK TABLE "alembic_version" IN SHARE ROW EXCLUSIVE MODE;
  SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads
    FROM "alembic_version";
  IF found_heads <> ARRAY['0013_drop_phone'] THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: step 2 needs {0013_drop_phone}, alembic_version holds '
      || found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0013_drop_phone}; step 2 of 10 (0013_drop_phone) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
-- sqlgen: statement 2, 46 characters, sha256 6b7209c0cc651dd5, migrations/versions/0013_drop_phone.py:29
ALTER TABLE users ADD COLUMN phone VARCHAR(20);
\set ECHO none
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  UPDATE "alembic_version" SET version_num = '0012_book_slugs' WHERE version_num = '0013_drop_phone';
  GET DIAGNOSTICS hit_rows = ROW_COUNT;
  IF hit_rows <> 1 THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: rows hit by the stamp of step 2, instead of 1: '
      || hit_rows::text;
  END IF;
END
$sqlgen$;
COMMIT;
\else
\echo [sqlgen] step 2 of 10: 0013_drop_phone was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 3 of 10: 0012_book_slugs  a readable address for every book  (migrations/versions/0012_book_slugs.py)
--   0012_book_slugs -> 0011_merge, one transaction
-- -----------------------------------------------------------------------------
SELECT current_setting('sqlgen.at')::int < 3 AS sqlgen_run
\gset
;
\if :sqlgen_run
BEGIN READ WRITE;
DO $sqlgen$
DECLARE
  found_heads text[];
BEGIN
  IF coalesce(current_setting('sqlgen.at', true), '') = '' THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: the guard at the top did not pass; step 3 changed nothing';
  END IF;
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  LOCK TABLE "alembic_version" IN SHARE ROW EXCLUSIVE MODE;
  SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads
    FROM "alembic_version";
  IF found_heads <> ARRAY['0012_book_slugs'] THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: step 3 needs {0012_book_slugs}, alembic_version holds '
      || found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0012_book_slugs}; step 3 of 10 (0012_book_slugs) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
-- sqlgen: statement 3, 34 characters, sha256 7eb8aa84fef01892, migrations/versions/0012_book_slugs.py:30
ALTER TABLE books DROP COLUMN slug;
\set ECHO none
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  UPDATE "alembic_version" SET version_num = '0011_merge' WHERE version_num = '0012_book_slugs';
  GET DIAGNOSTICS hit_rows = ROW_COUNT;
  IF hit_rows <> 1 THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: rows hit by the stamp of step 3, instead of 1: '
      || hit_rows::text;
  END IF;
END
$sqlgen$;
COMMIT;
\else
\echo [sqlgen] step 3 of 10: 0012_book_slugs was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 4 of 10: 0011_merge  merge the two indexes  (migrations/versions/0011_merge.py)
--   0011_merge -> 0009_order_date_index,0010_isbn_index, one transaction
-- -----------------------------------------------------------------------------
SELECT current_setting('sqlgen.at')::int < 4 AS sqlgen_run
\gset
;
\if :sqlgen_run
BEGIN READ WRITE;
DO $sqlgen$
DECLARE
  found_heads text[];
BEGIN
  IF coalesce(current_setting('sqlgen.at', true), '') = '' THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: the guard at the top did not pass; step 4 changed nothing';
  END IF;
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  LOCK TABLE "alembic_version" IN SHARE ROW EXCLUSIVE MODE;
  SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads
    FROM "alembic_version";
  IF found_heads <> ARRAY['0011_merge'] THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: step 4 needs {0011_merge}, alembic_version holds '
      || found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0011_merge}; step 4 of 10 (0011_merge) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  UPDATE "alembic_version" SET version_num = '0009_order_date_index' WHERE version_num = '0011_merge';
  GET DIAGNOSTICS hit_rows = ROW_COUNT;
  IF hit_rows <> 1 THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: rows hit by the stamp of step 4, instead of 1: '
      || hit_rows::text;
  END IF;
  INSERT INTO "alembic_version" (version_num) VALUES ('0010_isbn_index');
  GET DIAGNOSTICS hit_rows = ROW_COUNT;
  IF hit_rows <> 1 THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: rows hit by the stamp of step 4, instead of 1: '
      || hit_rows::text;
  END IF;
END
$sqlgen$;
COMMIT;
\else
\echo [sqlgen] step 4 of 10: 0011_merge was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 5 of 10: 0009_order_date_index  find orders by date  (migrations/versions/0009_order_date_index.py)
--   0009_order_date_index,0010_isbn_index -> 0010_isbn_index, one transaction
-- -----------------------------------------------------------------------------
SELECT current_setting('sqlgen.at')::int < 5 AS sqlgen_run
\gset
;
\if :sqlgen_run
BEGIN READ WRITE;
DO $sqlgen$
DECLARE
  found_heads text[];
BEGIN
  IF coalesce(current_setting('sqlgen.at', true), '') = '' THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: the guard at the top did not pass; step 5 changed nothing';
  END IF;
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  LOCK TABLE "alembic_version" IN SHARE ROW EXCLUSIVE MODE;
  SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads
    FROM "alembic_version";
  IF found_heads <> ARRAY['0009_order_date_index', '0010_isbn_index'] THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: step 5 needs {0009_order_date_index,0010_isbn_index}, alembic_version holds '
      || found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0009_order_date_index,0010_isbn_index}; step 5 of 10 (0009_order_date_index) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
-- sqlgen: statement 4, 30 characters, sha256 a94374559c7999dd, migrations/versions/0009_order_date_index.py:29
DROP INDEX ix_orders_placed_at;
\set ECHO none
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  DELETE FROM "alembic_version" WHERE version_num = '0009_order_date_index';
  GET DIAGNOSTICS hit_rows = ROW_COUNT;
  IF hit_rows <> 1 THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: rows hit by the stamp of step 5, instead of 1: '
      || hit_rows::text;
  END IF;
END
$sqlgen$;
COMMIT;
\else
\echo [sqlgen] step 5 of 10: 0009_order_date_index was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 6 of 10: 0010_isbn_index  find books by ISBN  (migrations/versions/0010_isbn_index.py)
--   0010_isbn_index -> 0008_wider_columns, 1 part(s) that commit one by one; a repeated run goes on after the last
-- -----------------------------------------------------------------------------
SELECT current_setting('sqlgen.at')::int < 6 AS sqlgen_run
\gset
;
\if :sqlgen_run
-- part 1 of 1 of step 6
SELECT (current_setting('sqlgen.at')::int, current_setting('sqlgen.done')::int)
  < (5, 1) AS sqlgen_run
\gset
;
\if :sqlgen_run
SET sqlgen.part = '';
BEGIN READ WRITE;
DO $sqlgen$
DECLARE
  found_heads text[];
  found_mark text;
  index_valid boolean;
BEGIN
  IF coalesce(current_setting('sqlgen.at', true), '') = '' THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: the guard at the top did not pass; step 6 changed nothing';
  END IF;
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  LOCK TABLE "alembic_version" IN SHARE ROW EXCLUSIVE MODE;
  SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads
    FROM "alembic_version";
  IF found_heads <> ARRAY['0010_isbn_index'] THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: step 6 needs {0010_isbn_index}, alembic_version holds '
      || found_heads::text;
  END IF;
  found_mark := coalesce(substring(obj_description(to_regclass('"alembic_version"'), 'pg_class') FROM 'sqlgen: .*'), '');
  IF found_mark NOT IN ('', 'sqlgen: downgrade 0010_isbn_index (b2fb7915) is half done: part 1 of 1 began') THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: step 6, part 1 can''t run; the comment on alembic_version says: '
      || found_mark;
  END IF;
  SELECT indisvalid INTO index_valid FROM pg_index
    WHERE indexrelid = to_regclass('"ix_books_isbn"');
  PERFORM set_config('sqlgen.part', CASE WHEN index_valid IS NULL AND found_mark LIKE '% began' THEN 'done' ELSE 'run' END, false);
  EXECUTE format('COMMENT ON TABLE %s IS %L', to_regclass('"alembic_version"'), nullif(
    split_part(coalesce(obj_description(to_regclass('"alembic_version"'), 'pg_class'), ''), 'sqlgen: ', 1)
    || 'sqlgen: downgrade 0010_isbn_index (b2fb7915) is half done: part 1 of 1 began', ''));
END
$sqlgen$;
COMMIT;
SELECT 'sqlgen result: NOT APPLIED yet: at {0010_isbn_index}; step 6 of 10 (0010_isbn_index) is running; part 1 of 1: it commits by itself, and may leave something half done if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
SELECT current_setting('sqlgen.part') <> 'done' AS sqlgen_run
\gset
;
\if :sqlgen_run
DO $sqlgen$
BEGIN
  PERFORM set_config('default_transaction_read_only',
    CASE WHEN current_setting('sqlgen.part') IN ('run', 'again')
    THEN 'off' ELSE 'on' END, false);
END
$sqlgen$;
\set ECHO errors
-- sqlgen: statement 5, 37 characters, sha256 b2fb791530ffdbe8, migrations/versions/0010_isbn_index.py:30
DROP INDEX CONCURRENTLY ix_books_isbn;
\set ECHO none
SET default_transaction_read_only = on;
\else
\echo [sqlgen] an earlier attempt got this done, skipped
\endif
BEGIN READ WRITE;
DO $sqlgen$
DECLARE
  found_heads text[];
  found_mark text;
BEGIN
  IF coalesce(current_setting('sqlgen.at', true), '') = '' THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: the guard at the top did not pass; step 6 changed nothing';
  END IF;
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  LOCK TABLE "alembic_version" IN SHARE ROW EXCLUSIVE MODE;
  SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads
    FROM "alembic_version";
  IF found_heads <> ARRAY['0010_isbn_index'] THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: step 6 needs {0010_isbn_index}, alembic_version holds '
      || found_heads::text;
  END IF;
  found_mark := coalesce(substring(obj_description(to_regclass('"alembic_version"'), 'pg_class') FROM 'sqlgen: .*'), '');
  IF found_mark NOT IN ('sqlgen: downgrade 0010_isbn_index (b2fb7915) is half done: part 1 of 1 began') THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: step 6, part 1 can''t run; the comment on alembic_version says: '
      || found_mark;
  END IF;
END
$sqlgen$;
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  EXECUTE format('COMMENT ON TABLE %s IS %L', to_regclass('"alembic_version"'), nullif(
    split_part(coalesce(obj_description(to_regclass('"alembic_version"'), 'pg_class'), ''), 'sqlgen: ', 1)
    || '', ''));
  UPDATE "alembic_version" SET version_num = '0008_wider_columns' WHERE version_num = '0010_isbn_index';
  GET DIAGNOSTICS hit_rows = ROW_COUNT;
  IF hit_rows <> 1 THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: rows hit by the stamp of step 6, instead of 1: '
      || hit_rows::text;
  END IF;
END
$sqlgen$;
COMMIT;
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
SELECT current_setting('sqlgen.at')::int < 7 AS sqlgen_run
\gset
;
\if :sqlgen_run
BEGIN READ WRITE;
DO $sqlgen$
DECLARE
  found_heads text[];
BEGIN
  IF coalesce(current_setting('sqlgen.at', true), '') = '' THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: the guard at the top did not pass; step 7 changed nothing';
  END IF;
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  LOCK TABLE "alembic_version" IN SHARE ROW EXCLUSIVE MODE;
  SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads
    FROM "alembic_version";
  IF found_heads <> ARRAY['0008_wider_columns'] THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: step 7 needs {0008_wider_columns}, alembic_version holds '
      || found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0008_wider_columns}; step 7 of 10 (0008_wider_columns) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
-- sqlgen: statement 6, 54 characters, sha256 2e5748a5db2c7084, migrations/versions/0008_wider_columns.py:74
ALTER TABLE orders ALTER COLUMN quantity TYPE SMALLINT;
-- sqlgen: statement 7, 52 characters, sha256 d6c037caf12191d8, migrations/versions/0008_wider_columns.py:78
ALTER TABLE users ALTER COLUMN name TYPE VARCHAR(50);
\set ECHO none
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  UPDATE "alembic_version" SET version_num = '0007_unique_email' WHERE version_num = '0008_wider_columns';
  GET DIAGNOSTICS hit_rows = ROW_COUNT;
  IF hit_rows <> 1 THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: rows hit by the stamp of step 7, instead of 1: '
      || hit_rows::text;
  END IF;
END
$sqlgen$;
COMMIT;
\else
\echo [sqlgen] step 7 of 10: 0008_wider_columns was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 8 of 10: 0007_unique_email  one user per e-mail address  (migrations/versions/0007_unique_email.py)
--   0007_unique_email -> 0006_lowercase_emails, one transaction
-- -----------------------------------------------------------------------------
SELECT current_setting('sqlgen.at')::int < 8 AS sqlgen_run
\gset
;
\if :sqlgen_run
BEGIN READ WRITE;
DO $sqlgen$
DECLARE
  found_heads text[];
BEGIN
  IF coalesce(current_setting('sqlgen.at', true), '') = '' THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: the guard at the top did not pass; step 8 changed nothing';
  END IF;
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  LOCK TABLE "alembic_version" IN SHARE ROW EXCLUSIVE MODE;
  SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads
    FROM "alembic_version";
  IF found_heads <> ARRAY['0007_unique_email'] THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: step 8 needs {0007_unique_email}, alembic_version holds '
      || found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0007_unique_email}; step 8 of 10 (0007_unique_email) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
-- sqlgen: statement 8, 48 characters, sha256 1ed0c339606c58d3, migrations/versions/0007_unique_email.py:48
ALTER TABLE users DROP CONSTRAINT uq_users_email;
\set ECHO none
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  UPDATE "alembic_version" SET version_num = '0006_lowercase_emails' WHERE version_num = '0007_unique_email';
  GET DIAGNOSTICS hit_rows = ROW_COUNT;
  IF hit_rows <> 1 THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: rows hit by the stamp of step 8, instead of 1: '
      || hit_rows::text;
  END IF;
END
$sqlgen$;
COMMIT;
\else
\echo [sqlgen] step 8 of 10: 0007_unique_email was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 9 of 10: 0006_lowercase_emails  write e-mail addresses in lower case  (migrations/versions/0006_lowercase_emails.py)
--   0006_lowercase_emails -> 0005_publishers, one transaction
-- -----------------------------------------------------------------------------
SELECT current_setting('sqlgen.at')::int < 9 AS sqlgen_run
\gset
;
\if :sqlgen_run
BEGIN READ WRITE;
DO $sqlgen$
DECLARE
  found_heads text[];
BEGIN
  IF coalesce(current_setting('sqlgen.at', true), '') = '' THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: the guard at the top did not pass; step 9 changed nothing';
  END IF;
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  LOCK TABLE "alembic_version" IN SHARE ROW EXCLUSIVE MODE;
  SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads
    FROM "alembic_version";
  IF found_heads <> ARRAY['0006_lowercase_emails'] THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: step 9 needs {0006_lowercase_emails}, alembic_version holds '
      || found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0006_lowercase_emails}; step 9 of 10 (0006_lowercase_emails) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  UPDATE "alembic_version" SET version_num = '0005_publishers' WHERE version_num = '0006_lowercase_emails';
  GET DIAGNOSTICS hit_rows = ROW_COUNT;
  IF hit_rows <> 1 THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: rows hit by the stamp of step 9, instead of 1: '
      || hit_rows::text;
  END IF;
END
$sqlgen$;
COMMIT;
\else
\echo [sqlgen] step 9 of 10: 0006_lowercase_emails was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 10 of 10: 0005_publishers  every book has a publisher  (migrations/versions/0005_publishers.py)
--   0005_publishers -> 0004_orders, one transaction
-- -----------------------------------------------------------------------------
SELECT current_setting('sqlgen.at')::int < 10 AS sqlgen_run
\gset
;
\if :sqlgen_run
BEGIN READ WRITE;
DO $sqlgen$
DECLARE
  found_heads text[];
BEGIN
  IF coalesce(current_setting('sqlgen.at', true), '') = '' THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: the guard at the top did not pass; step 10 changed nothing';
  END IF;
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  LOCK TABLE "alembic_version" IN SHARE ROW EXCLUSIVE MODE;
  SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads
    FROM "alembic_version";
  IF found_heads <> ARRAY['0005_publishers'] THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: step 10 needs {0005_publishers}, alembic_version holds '
      || found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0005_publishers}; step 10 of 10 (0005_publishers) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
-- sqlgen: statement 9, 55 characters, sha256 0af30c8d031a5707, migrations/versions/0005_publishers.py:61
ALTER TABLE books DROP CONSTRAINT fk_books_publisher_id;
-- sqlgen: statement 10, 42 characters, sha256 ee55c8a5c1f21358, migrations/versions/0005_publishers.py:62
ALTER TABLE books DROP COLUMN publisher_id;
-- sqlgen: statement 11, 21 characters, sha256 872d3752d94464c6, migrations/versions/0005_publishers.py:63
DROP TABLE publishers;
\set ECHO none
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  UPDATE "alembic_version" SET version_num = '0004_orders' WHERE version_num = '0005_publishers';
  GET DIAGNOSTICS hit_rows = ROW_COUNT;
  IF hit_rows <> 1 THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: rows hit by the stamp of step 10, instead of 1: '
      || hit_rows::text;
  END IF;
END
$sqlgen$;
COMMIT;
\else
\echo [sqlgen] step 10 of 10: 0005_publishers was done before, skipped
\endif

-- The result, computed from the database.
DO $sqlgen$
DECLARE
  found_heads text[];
BEGIN
  IF to_regclass('"alembic_version"') IS NOT NULL THEN
    SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads
    FROM "alembic_version";
  END IF;
  PERFORM set_config('sqlgen.result', CASE
    WHEN current_setting('sqlgen.at') = '' THEN 'NOT APPLIED: the guard at the top refused'
    WHEN found_heads IS DISTINCT FROM ARRAY['0004_orders'] THEN 'NOT APPLIED'
    WHEN current_setting('sqlgen.at') = '10' THEN 'ALREADY APPLIED'
    ELSE 'APPLIED' END || ': database ' || quote_ident(current_database())
    || ' is at ' || coalesce(found_heads::text, '{}'), false);
END
$sqlgen$;
SELECT 'sqlgen result: ' || current_setting('sqlgen.result');
-- sqlgen: end, 11 statements
