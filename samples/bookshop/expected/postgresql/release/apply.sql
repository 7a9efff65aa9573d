-- sqlgen: a script for psql
--
-- What:        upgrade, alembic_version 0004_orders -> 0014_drop_wishlists, 10 revision(s)
-- Environment: prod
-- Database:    bookshop (the guard refuses any other)
-- Run it with: psql -X -v ON_ERROR_STOP=1 -d bookshop -f apply.sql > apply.log 2>&1
-- Needs:       psql 10 or newer, PostgreSQL 10 or newer
-- Needs:       a direct connection: not a pooler that shares sessions; no psql option -1
-- Result:      the LAST line with "sqlgen result:" tells: APPLIED, ALREADY APPLIED or NOT APPLIED.
--              psql ends with 0 for the first two, else with 3 (an SQL error), 2 (connection lost) or 1.
--              After an error the failed step is rolled back and the steps before it stand; remove the cause
--              and run this script again: it goes on where it stopped.
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
\pset expanded off

-- The session: read-only until a guard opens it.
SET default_transaction_read_only = on;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET lock_timeout = '2000ms';
SET statement_timeout = '0ms';
SET idle_in_transaction_session_timeout = '5min';
SET client_min_messages = notice;
SET application_name = 'sqlgen 0004_orders -> 0014_drop_wishlists';
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
    (0, ARRAY['0004_orders'], NULL::text),
    (1, ARRAY['0005_publishers'], NULL::text),
    (2, ARRAY['0006_lowercase_emails'], NULL::text),
    (3, ARRAY['0007_unique_email'], NULL::text),
    (4, ARRAY['0008_wider_columns'], 'sqlgen: upgrade 0010_isbn_index (6cb88283) is half done: part '),
    (5, ARRAY['0010_isbn_index'], NULL::text),
    (6, ARRAY['0009_order_date_index', '0010_isbn_index'], NULL::text),
    (7, ARRAY['0011_merge'], NULL::text),
    (8, ARRAY['0012_book_slugs'], NULL::text),
    (9, ARRAY['0013_drop_phone'], NULL::text),
    (10, ARRAY['0014_drop_wishlists'], NULL::text)
  ) AS path (step, heads, mark) WHERE heads = found_heads;
  IF NOT (path_at IS NOT NULL) THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: this script goes from {0004_orders} to {0014_drop_wishlists}; alembic_version holds '
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
-- step 1 of 10: 0005_publishers  every book has a publisher  (migrations/versions/0005_publishers.py)
--   0004_orders -> 0005_publishers, one transaction
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
  IF found_heads <> ARRAY['0004_orders'] THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: step 1 needs {0004_orders}, alembic_version holds '
      || found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0004_orders}; step 1 of 10 (0005_publishers) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
-- sqlgen: statement 1, 129 characters, sha256 3d42805b2dcc5b37, migrations/versions/0005_publishers.py:46
CREATE TABLE publishers (
    id SERIAL NOT NULL,
    name VARCHAR(200) NOT NULL,
    CONSTRAINT pk_publishers PRIMARY KEY (id)
);
-- sqlgen: statement 2, 58 characters, sha256 ccda28b2c0665bf4, migrations/versions/0005_publishers.py:54
ALTER TABLE books ADD COLUMN publisher_id INTEGER NOT NULL;
-- sqlgen: statement 3, 112 characters, sha256 b5653fbb630e92d7, migrations/versions/0005_publishers.py:55
ALTER TABLE books
    ADD CONSTRAINT fk_books_publisher_id FOREIGN KEY (publisher_id) REFERENCES publishers (id);
\set ECHO none
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  UPDATE "alembic_version" SET version_num = '0005_publishers' WHERE version_num = '0004_orders';
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
\echo [sqlgen] step 1 of 10: 0005_publishers was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 2 of 10: 0006_lowercase_emails  write e-mail addresses in lower case  (migrations/versions/0006_lowercase_emails.py)
--   0005_publishers -> 0006_lowercase_emails, one transaction
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
  IF found_heads <> ARRAY['0005_publishers'] THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: step 2 needs {0005_publishers}, alembic_version holds '
      || found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0005_publishers}; step 2 of 10 (0006_lowercase_emails) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
-- sqlgen: statement 4, 70 characters, sha256 5f79d882408da37b, migrations/versions/0006_lowercase_emails.py:23
UPDATE users SET email = lower(email) WHERE email LIKE '%@EXAMPLE.COM';
\set ECHO none
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  UPDATE "alembic_version" SET version_num = '0006_lowercase_emails' WHERE version_num = '0005_publishers';
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
\echo [sqlgen] step 2 of 10: 0006_lowercase_emails was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 3 of 10: 0007_unique_email  one user per e-mail address  (migrations/versions/0007_unique_email.py)
--   0006_lowercase_emails -> 0007_unique_email, one transaction
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
  IF found_heads <> ARRAY['0006_lowercase_emails'] THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: step 3 needs {0006_lowercase_emails}, alembic_version holds '
      || found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0006_lowercase_emails}; step 3 of 10 (0007_unique_email) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
-- sqlgen: statement 5, 62 characters, sha256 4c485a7ca6f495f7, migrations/versions/0007_unique_email.py:40
ALTER TABLE users ADD CONSTRAINT uq_users_email UNIQUE (email);
\set ECHO none
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  UPDATE "alembic_version" SET version_num = '0007_unique_email' WHERE version_num = '0006_lowercase_emails';
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
\echo [sqlgen] step 3 of 10: 0007_unique_email was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 4 of 10: 0008_wider_columns  longer names, larger quantities  (migrations/versions/0008_wider_columns.py)
--   0007_unique_email -> 0008_wider_columns, one transaction
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
  IF found_heads <> ARRAY['0007_unique_email'] THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: step 4 needs {0007_unique_email}, alembic_version holds '
      || found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0007_unique_email}; step 4 of 10 (0008_wider_columns) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
-- sqlgen: statement 6, 53 characters, sha256 d309e0a1b587b555, migrations/versions/0008_wider_columns.py:61
ALTER TABLE users ALTER COLUMN name TYPE VARCHAR(200);
-- sqlgen: statement 7, 53 characters, sha256 041c69782ee105c6, migrations/versions/0008_wider_columns.py:66
ALTER TABLE orders ALTER COLUMN quantity TYPE INTEGER;
\set ECHO none
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  UPDATE "alembic_version" SET version_num = '0008_wider_columns' WHERE version_num = '0007_unique_email';
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
\echo [sqlgen] step 4 of 10: 0008_wider_columns was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 5 of 10: 0010_isbn_index  find books by ISBN  (migrations/versions/0010_isbn_index.py)
--   0008_wider_columns -> 0010_isbn_index, 1 part(s) that commit one by one; a repeated run goes on after the last
-- -----------------------------------------------------------------------------
SELECT current_setting('sqlgen.at')::int < 5 AS sqlgen_run
\gset
;
\if :sqlgen_run
-- part 1 of 1 of step 5
SELECT (current_setting('sqlgen.at')::int, current_setting('sqlgen.done')::int)
  < (4, 1) AS sqlgen_run
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
      'sqlgen result: NOT APPLIED: the guard at the top did not pass; step 5 changed nothing';
  END IF;
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  LOCK TABLE "alembic_version" IN SHARE ROW EXCLUSIVE MODE;
  SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads
    FROM "alembic_version";
  IF found_heads <> ARRAY['0008_wider_columns'] THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: step 5 needs {0008_wider_columns}, alembic_version holds '
      || found_heads::text;
  END IF;
  found_mark := coalesce(substring(obj_description(to_regclass('"alembic_version"'), 'pg_class') FROM 'sqlgen: .*'), '');
  IF found_mark NOT IN ('', 'sqlgen: upgrade 0010_isbn_index (6cb88283) is half done: part 1 of 1 began') THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: step 5, part 1 can''t run; the comment on alembic_version says: '
      || found_mark;
  END IF;
  SELECT indisvalid INTO index_valid FROM pg_index
    WHERE indexrelid = to_regclass('"ix_books_isbn"')
    AND indrelid = to_regclass('"books"');
  IF index_valid IS NOT NULL AND NOT found_mark LIKE '% began' THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: there is an index ix_books_isbn already, and this script did not make it',
      HINT = 'Compare it with the statement; rename or drop it, then run this again.';
  END IF;
  PERFORM set_config('sqlgen.part',
    CASE index_valid WHEN true THEN 'done' WHEN false THEN 'again' ELSE 'run' END, false);
  EXECUTE format('COMMENT ON TABLE %s IS %L', to_regclass('"alembic_version"'), nullif(
    split_part(coalesce(obj_description(to_regclass('"alembic_version"'), 'pg_class'), ''), 'sqlgen: ', 1)
    || 'sqlgen: upgrade 0010_isbn_index (6cb88283) is half done: part 1 of 1 began', ''));
END
$sqlgen$;
COMMIT;
SELECT 'sqlgen result: NOT APPLIED yet: at {0008_wider_columns}; step 5 of 10 (0010_isbn_index) is running; part 1 of 1: it commits by itself, and may leave something half done if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
SELECT current_setting('sqlgen.part') = 'again' AS sqlgen_drop
\gset
;
\if :sqlgen_drop
\echo [sqlgen] an earlier attempt left the index invalid: it is dropped and built again
DO $sqlgen$
BEGIN
  PERFORM set_config('default_transaction_read_only',
    CASE WHEN current_setting('sqlgen.part') IN ('again')
    THEN 'off' ELSE 'on' END, false);
END
$sqlgen$;
DROP INDEX CONCURRENTLY "ix_books_isbn";
SET default_transaction_read_only = on;
\endif
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
-- sqlgen: statement 8, 55 characters, sha256 6cb882831b1f7be1, migrations/versions/0010_isbn_index.py:24
CREATE INDEX CONCURRENTLY ix_books_isbn ON books (isbn);
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
      'sqlgen result: NOT APPLIED: the guard at the top did not pass; step 5 changed nothing';
  END IF;
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  LOCK TABLE "alembic_version" IN SHARE ROW EXCLUSIVE MODE;
  SELECT coalesce(array_agg(version_num::text ORDER BY version_num::text COLLATE "C"), '{}') INTO found_heads
    FROM "alembic_version";
  IF found_heads <> ARRAY['0008_wider_columns'] THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: step 5 needs {0008_wider_columns}, alembic_version holds '
      || found_heads::text;
  END IF;
  found_mark := coalesce(substring(obj_description(to_regclass('"alembic_version"'), 'pg_class') FROM 'sqlgen: .*'), '');
  IF found_mark NOT IN ('sqlgen: upgrade 0010_isbn_index (6cb88283) is half done: part 1 of 1 began') THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: step 5, part 1 can''t run; the comment on alembic_version says: '
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
  IF (SELECT indisvalid FROM pg_index
    WHERE indexrelid = to_regclass('"ix_books_isbn"')
    AND indrelid = to_regclass('"books"')) IS NOT TRUE THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: index ix_books_isbn is missing or invalid, step 5 is not stamped';
  END IF;
  EXECUTE format('COMMENT ON TABLE %s IS %L', to_regclass('"alembic_version"'), nullif(
    split_part(coalesce(obj_description(to_regclass('"alembic_version"'), 'pg_class'), ''), 'sqlgen: ', 1)
    || '', ''));
  UPDATE "alembic_version" SET version_num = '0010_isbn_index' WHERE version_num = '0008_wider_columns';
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
\echo [sqlgen] part 1 of 1 was done before, skipped
\endif
\else
\echo [sqlgen] step 5 of 10: 0010_isbn_index was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 6 of 10: 0009_order_date_index  find orders by date  (migrations/versions/0009_order_date_index.py)
--   0010_isbn_index -> 0009_order_date_index,0010_isbn_index, one transaction
-- -----------------------------------------------------------------------------
SELECT current_setting('sqlgen.at')::int < 6 AS sqlgen_run
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
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0010_isbn_index}; step 6 of 10 (0009_order_date_index) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
-- sqlgen: statement 9, 54 characters, sha256 bb659909a0dfffd9, migrations/versions/0009_order_date_index.py:24
CREATE INDEX ix_orders_placed_at ON orders (placed_at);
\set ECHO none
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  INSERT INTO "alembic_version" (version_num) VALUES ('0009_order_date_index');
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
\echo [sqlgen] step 6 of 10: 0009_order_date_index was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 7 of 10: 0011_merge  merge the two indexes  (migrations/versions/0011_merge.py)
--   0009_order_date_index,0010_isbn_index -> 0011_merge, one transaction
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
  IF found_heads <> ARRAY['0009_order_date_index', '0010_isbn_index'] THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: step 7 needs {0009_order_date_index,0010_isbn_index}, alembic_version holds '
      || found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0009_order_date_index,0010_isbn_index}; step 7 of 10 (0011_merge) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  DELETE FROM "alembic_version" WHERE version_num = '0010_isbn_index';
  GET DIAGNOSTICS hit_rows = ROW_COUNT;
  IF hit_rows <> 1 THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: rows hit by the stamp of step 7, instead of 1: '
      || hit_rows::text;
  END IF;
  UPDATE "alembic_version" SET version_num = '0011_merge' WHERE version_num = '0009_order_date_index';
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
\echo [sqlgen] step 7 of 10: 0011_merge was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 8 of 10: 0012_book_slugs  a readable address for every book  (migrations/versions/0012_book_slugs.py)
--   0011_merge -> 0012_book_slugs, one transaction
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
  IF found_heads <> ARRAY['0011_merge'] THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: step 8 needs {0011_merge}, alembic_version holds '
      || found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0011_merge}; step 8 of 10 (0012_book_slugs) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
-- sqlgen: statement 10, 46 characters, sha256 e11940db6c8c871f, migrations/versions/0012_book_slugs.py:23
ALTER TABLE books ADD COLUMN slug VARCHAR(200);
-- sqlgen: statement 11, 55 characters, sha256 4ded43209f646742, migrations/versions/0012_book_slugs.py:25
UPDATE books SET slug = lower(replace(title, ' ', '-'));
\set ECHO none
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  UPDATE "alembic_version" SET version_num = '0012_book_slugs' WHERE version_num = '0011_merge';
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
\echo [sqlgen] step 8 of 10: 0012_book_slugs was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 9 of 10: 0013_drop_phone  forget phone numbers  (migrations/versions/0013_drop_phone.py)
--   0012_book_slugs -> 0013_drop_phone, one transaction
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
  IF found_heads <> ARRAY['0012_book_slugs'] THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: step 9 needs {0012_book_slugs}, alembic_version holds '
      || found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0012_book_slugs}; step 9 of 10 (0013_drop_phone) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
-- sqlgen: statement 12, 35 characters, sha256 53c1b5d9ade7021b, migrations/versions/0013_drop_phone.py:24
ALTER TABLE users DROP COLUMN phone;
\set ECHO none
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  UPDATE "alembic_version" SET version_num = '0013_drop_phone' WHERE version_num = '0012_book_slugs';
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
\echo [sqlgen] step 9 of 10: 0013_drop_phone was done before, skipped
\endif

-- -----------------------------------------------------------------------------
-- step 10 of 10: 0014_drop_wishlists  wishlists are gone  (migrations/versions/0014_drop_wishlists.py)
--   0013_drop_phone -> 0014_drop_wishlists, one transaction
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
  IF found_heads <> ARRAY['0013_drop_phone'] THEN
    RAISE EXCEPTION USING MESSAGE =
      'sqlgen result: NOT APPLIED: step 10 needs {0013_drop_phone}, alembic_version holds '
      || found_heads::text;
  END IF;
END
$sqlgen$;
SELECT 'sqlgen result: NOT APPLIED yet: at {0013_drop_phone}; step 10 of 10 (0014_drop_wishlists) is running; it is rolled back if it fails'
  || to_char(clock_timestamp(), ' (HH24:MI:SS)');
\set ECHO errors
-- sqlgen: statement 13, 20 characters, sha256 75852dc6c9dea3f5, migrations/versions/0014_drop_wishlists.py:24
DROP TABLE wishlists;
\set ECHO none
DO $sqlgen$
DECLARE
  hit_rows bigint;
BEGIN
  PERFORM set_config(name, value, false)
  FROM jsonb_each_text(current_setting('sqlgen.session')::jsonb) AS session (name, value);
  UPDATE "alembic_version" SET version_num = '0014_drop_wishlists' WHERE version_num = '0013_drop_phone';
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
\echo [sqlgen] step 10 of 10: 0014_drop_wishlists was done before, skipped
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
    WHEN found_heads IS DISTINCT FROM ARRAY['0014_drop_wishlists'] THEN 'NOT APPLIED'
    WHEN current_setting('sqlgen.at') = '10' THEN 'ALREADY APPLIED'
    ELSE 'APPLIED' END || ': database ' || quote_ident(current_database())
    || ' is at ' || coalesce(found_heads::text, '{}'), false);
END
$sqlgen$;
SELECT 'sqlgen result: ' || current_setting('sqlgen.result');
-- sqlgen: end, 13 statements
