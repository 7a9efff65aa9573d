-- sqlgen: a script for sqlite3
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
-- Run it with: sqlite3 -batch -bail -safe -init /dev/null bookshop < rollback.sql > rollback.log 2>&1
-- Needs:       sqlite3 3.37 or newer for -safe, which keeps the script inside this one database (3.26 without it)
-- Needs:       no other writer for longer than the timeout below; those who read may go on until COMMIT
-- Result:      the LAST line with "sqlgen result:" tells: APPLIED, ALREADY APPLIED or NOT APPLIED.
--              sqlite3 ends with 0 for APPLIED, else with 1 (also for ALREADY APPLIED).
--              The script is one transaction: after an error nothing of it stands; remove the cause and run it again.
--              Typed at the prompt (.read), an error in a step leaves the transaction open: type ROLLBACK; then.
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
-- What sqlite3 must do, whatever its options and .sqliterc say.
.bail on
.echo off
.headers off
.mode list
.changes off
.timer off
.eqp off
.stats off
.timeout 2000
PRAGMA ignore_check_constraints = OFF;
PRAGMA legacy_alter_table = OFF;
PRAGMA recursive_triggers = OFF;

-- The guard: does this script belong to this database, as it stands?
DROP VIEW IF EXISTS temp.sqlgen_at;
DROP VIEW IF EXISTS temp.sqlgen_keys;
DROP TABLE IF EXISTS temp.sqlgen_guard;
DROP TABLE IF EXISTS temp.sqlgen_things;
CREATE TEMP VIEW sqlgen_at AS
  SELECT count(*) || ':' || coalesce(group_concat(row, ','), '') AS state,
    coalesce(group_concat(row, ','), '') AS rows
  FROM (SELECT coalesce(version_num, 'NULL') AS row FROM "main"."alembic_version" ORDER BY 1);
-- Rows that refer to nothing.
CREATE TEMP VIEW sqlgen_keys AS
  SELECT t.name AS child, k.parent FROM main.sqlite_master AS t, pragma_foreign_key_check(t.name) AS k
  WHERE t.type = 'table' AND NOT EXISTS (
    SELECT 1 FROM (
      SELECT *, (SELECT count(*) FROM pragma_foreign_key_list(t.name) AS s WHERE s.id = r.id) AS size
      FROM pragma_foreign_key_list(t.name) AS r WHERE seq = 0) AS f
    WHERE EXISTS (SELECT 1 FROM pragma_table_info(f."table")) AND NOT (
      size = (SELECT count(*) FROM pragma_table_info(f."table") WHERE pk > 0) AND NOT EXISTS (
        SELECT 1 FROM pragma_foreign_key_list(t.name) AS c WHERE c.id = f.id
        AND c."to" COLLATE NOCASE NOT IN (SELECT name FROM pragma_table_info(f."table") WHERE pk > 0))
      OR f."to" IS NOT NULL AND EXISTS (
        SELECT 1 FROM pragma_index_list(f."table") AS i WHERE i."unique" AND NOT i.partial
        AND size = (SELECT count(*) FROM pragma_index_info(i.name)) AND NOT EXISTS (
          SELECT 1 FROM pragma_foreign_key_list(t.name) AS c WHERE c.id = f.id
          AND c."to" COLLATE NOCASE NOT IN (SELECT name FROM pragma_index_info(i.name))))));
CREATE TEMP TABLE sqlgen_things (what TEXT NOT NULL, told TEXT NOT NULL, holds INTEGER NOT NULL);
CREATE TEMP TABLE sqlgen_guard (what TEXT NOT NULL, found, wanted,
  CONSTRAINT "sqlgen result: NOT APPLIED: a transaction is open in this session: end it with COMMIT or ROLLBACK, or set the tool to auto-commit, then run this again; nothing was changed"
  CHECK (what <> 'open' OR found IS wanted),
  CONSTRAINT "sqlgen result: NOT APPLIED: this script is for the database file bookshop; nothing was changed"
  CHECK (what <> 'database' OR found IS wanted),
  CONSTRAINT "sqlgen result: NOT APPLIED: a check before this one did not pass; nothing was changed"
  CHECK (what <> 'passed' OR found IS wanted),
  CONSTRAINT "sqlgen result: NOT APPLIED: there is no table alembic_version in this database; nothing was changed"
  CHECK (what <> 'table' OR found IS wanted),
  CONSTRAINT "sqlgen result: ALREADY APPLIED: the database is at {0004_orders} NOT UNDONE, their downgrade() does nothing: 0006_lowercase_emails; nothing was changed"
  CHECK (what <> 'start' OR found IS NOT '1:0004_orders'),
  CONSTRAINT "sqlgen result: NOT APPLIED: this script goes from {0014_drop_wishlists} to {0004_orders}, the line above says what alembic_version holds; nothing was changed"
  CHECK (what <> 'start' OR found IS wanted OR found IS '1:0004_orders'),
  CONSTRAINT "sqlgen result: NOT APPLIED: alembic_version says {0014_drop_wishlists}, but the schema is another one; compare it with what the script needs; nothing was changed"
  CHECK (what <> 'things' OR found IS wanted),
  CONSTRAINT "sqlgen result: NOT APPLIED: the statement before was undone: the guard did not pass, or an error rolled all back"
  CHECK (what <> 'alive' OR found IS wanted),
  CONSTRAINT "sqlgen result: NOT APPLIED: the guard, a statement or a stamp failed; everything was rolled back"
  CHECK (what <> 'whole' OR found IS wanted),
  CONSTRAINT "sqlgen result: NOT APPLIED: there are new violations of foreign keys; everything was rolled back"
  CHECK (what <> 'keys after' OR coalesce(found <= wanted, 0)),
  CONSTRAINT "sqlgen result: NOT APPLIED: the schema is not what it must be now; everything was rolled back"
  CHECK (what <> 'made' OR found IS wanted),
  CONSTRAINT "sqlgen result: NOT APPLIED: the final check failed; everything was rolled back"
  CHECK (what <> 'end' OR found IS wanted));
SELECT 'sqlgen: the database file is ' || file FROM pragma_database_list WHERE name = 'main';
PRAGMA foreign_keys = ON;
INSERT INTO temp.sqlgen_guard SELECT 'on', foreign_keys, 1 FROM pragma_foreign_keys;
-- Off for the transaction, as a table that is rebuilt is dropped for a moment; checked at the end instead.
PRAGMA foreign_keys = OFF;
INSERT INTO temp.sqlgen_guard SELECT 'open', found - foreign_keys, 1 FROM pragma_foreign_keys,
  temp.sqlgen_guard WHERE what = 'on';
INSERT INTO temp.sqlgen_guard SELECT 'database', EXISTS (
  SELECT 1 FROM pragma_database_list WHERE name = 'main' AND (
    replace(substr('/' || file, -9), '\', '/') = '/bookshop'
  )), 1;
INSERT INTO temp.sqlgen_things SELECT 'start', column1, column2 FROM (VALUES
  ('table wishlists is there already', NOT EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = 'wishlists' COLLATE NOCASE)),
  ('column users.phone is there already', NOT EXISTS (SELECT 1 FROM pragma_table_xinfo('users') WHERE name = 'phone' COLLATE NOCASE)),
  ('table users is not there', EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = 'users' COLLATE NOCASE)),
  ('column books.slug is not there', EXISTS (SELECT 1 FROM pragma_table_xinfo('books') WHERE name = 'slug' COLLATE NOCASE)),
  ('table books is not there', EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = 'books' COLLATE NOCASE)),
  ('index ix_orders_placed_at is not there', EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type = 'index' AND name = 'ix_orders_placed_at' COLLATE NOCASE)),
  ('index ix_books_isbn is not there', EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type = 'index' AND name = 'ix_books_isbn' COLLATE NOCASE)),
  ('table _alembic_tmp_orders is there already', NOT EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = '_alembic_tmp_orders' COLLATE NOCASE)),
  ('table orders is not there', EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = 'orders' COLLATE NOCASE)),
  ('table _alembic_tmp_users is there already', NOT EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = '_alembic_tmp_users' COLLATE NOCASE)),
  ('table _alembic_tmp_books is there already', NOT EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = '_alembic_tmp_books' COLLATE NOCASE)),
  ('table publishers is not there', EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = 'publishers' COLLATE NOCASE))
);
SELECT 'sqlgen result: NOT APPLIED yet: waiting, for up to 2 s, for the right to write to the database' || strftime(' (%H:%M:%S)', 'now', 'localtime');
BEGIN IMMEDIATE;
-- Where that failed and its error was ignored, this opens a transaction: no statement commits by itself.
SAVEPOINT sqlgen_all;
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'passed', count(*), 2
  FROM temp.sqlgen_guard WHERE what IN ('open', 'database');
-- Anew where it went with a transaction that was open before, and is rolled back now.
CREATE TEMP TABLE IF NOT EXISTS sqlgen_guard (what TEXT NOT NULL, found, wanted,
  CHECK (what NOT IN ('alive', 'whole', 'keys after', 'made', 'end') OR found IS wanted));
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'table', count(*), 1 FROM "main"."sqlite_master"
  WHERE type = 'table' AND name = 'alembic_version' COLLATE NOCASE;
SELECT 'sqlgen: alembic_version holds {' || (SELECT rows FROM temp.sqlgen_at) || '}' || CASE (SELECT state FROM temp.sqlgen_at)
  WHEN '1:0013_drop_phone' THEN '; from there run the script made by: sqlgen emit 0004_orders:0013_drop_phone --down'
  WHEN '1:0012_book_slugs' THEN '; from there run the script made by: sqlgen emit 0004_orders:0012_book_slugs --down'
  WHEN '1:0011_merge' THEN '; from there run the script made by: sqlgen emit 0004_orders:0011_merge --down'
  WHEN '2:0009_order_date_index,0010_isbn_index' THEN '; from there run the script made by: sqlgen emit 0004_orders:0009_order_date_index,0010_isbn_index --down'
  WHEN '1:0010_isbn_index' THEN '; from there run the script made by: sqlgen emit 0004_orders:0010_isbn_index --down'
  WHEN '1:0008_wider_columns' THEN '; from there run the script made by: sqlgen emit 0004_orders:0008_wider_columns --down'
  WHEN '1:0007_unique_email' THEN '; from there run the script made by: sqlgen emit 0004_orders:0007_unique_email --down'
  WHEN '1:0006_lowercase_emails' THEN '; from there run the script made by: sqlgen emit 0004_orders:0006_lowercase_emails --down'
  WHEN '1:0005_publishers' THEN '; from there run the script made by: sqlgen emit 0004_orders:0005_publishers --down'
  ELSE '' END;
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'start', (SELECT state FROM temp.sqlgen_at), '1:0014_drop_wishlists';
SELECT 'sqlgen: ' || told FROM temp.sqlgen_things WHERE what = 'start' AND NOT holds
  AND EXISTS (SELECT 1 FROM temp.sqlgen_guard WHERE what = 'start');
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'things', count(*), 12
  FROM temp.sqlgen_things WHERE what = 'start' AND holds;
-- Where the guard refused and its error was ignored, each statement below is undone by the check behind it.
INSERT INTO temp.sqlgen_guard SELECT 'keys before', count(*), 0 FROM temp.sqlgen_keys;

-- -----------------------------------------------------------------------------
-- step 1 of 10: 0014_drop_wishlists  wishlists are gone  (migrations/versions/0014_drop_wishlists.py)
--   0014_drop_wishlists -> 0013_drop_phone, in the one transaction of the script
-- -----------------------------------------------------------------------------
SELECT 'sqlgen result: NOT APPLIED yet: at {0014_drop_wishlists}; step 1 of 10 (0014_drop_wishlists) is running; nothing stands before the end' || strftime(' (%H:%M:%S)', 'now', 'localtime') WHERE 3 = (SELECT count(*) FROM temp.sqlgen_guard WHERE what IN ('passed', 'start', 'things'));
INSERT INTO temp.sqlgen_guard VALUES ('began', 1, julianday('now'));
SAVEPOINT sqlgen;
-- sqlgen: statement 1, 307 characters, sha256 b3b3f6bdc67a2589, migrations/versions/0014_drop_wishlists.py:29 op.create_table
CREATE TABLE wishlists (
    user_id INTEGER NOT NULL,
    book_id INTEGER NOT NULL,
    CONSTRAINT pk_wishlists PRIMARY KEY (user_id, book_id),
    CONSTRAINT fk_wishlists_user_id FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT fk_wishlists_book_id FOREIGN KEY (book_id) REFERENCES books (id)
); INSERT INTO temp.sqlgen_guard VALUES ('ran', 1, 1);
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SAVEPOINT sqlgen;
INSERT INTO temp.sqlgen_guard VALUES ('stamping', 0, 0), ('stamping', 0, 0);
UPDATE "main"."alembic_version" SET version_num = '0013_drop_phone' WHERE version_num = '0014_drop_wishlists';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', 1, 1 WHERE changes() = 1;
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SELECT 'sqlgen: step 1 of 10 (0014_drop_wishlists) took ' || printf('%.1f s', 86400 * (julianday('now') - wanted))
  FROM temp.sqlgen_guard WHERE what = 'began' AND found = 1 AND 3 = (SELECT count(*) FROM temp.sqlgen_guard WHERE what IN ('passed', 'start', 'things'));

-- -----------------------------------------------------------------------------
-- step 2 of 10: 0013_drop_phone  forget phone numbers  (migrations/versions/0013_drop_phone.py)
--   0013_drop_phone -> 0012_book_slugs, in the one transaction of the script
-- -----------------------------------------------------------------------------
SELECT 'sqlgen result: NOT APPLIED yet: at {0014_drop_wishlists}; step 2 of 10 (0013_drop_phone) is running; nothing stands before the end' || strftime(' (%H:%M:%S)', 'now', 'localtime') WHERE 3 = (SELECT count(*) FROM temp.sqlgen_guard WHERE what IN ('passed', 'start', 'things'));
INSERT INTO temp.sqlgen_guard VALUES ('began', 2, julianday('now'));
SAVEPOINT sqlgen;
-- sqlgen: statement 2, 46 characters, sha256 6b7209c0cc651dd5, migrations/versions/0013_drop_phone.py:29 op.add_column
ALTER TABLE users ADD COLUMN phone VARCHAR(20); INSERT INTO temp.sqlgen_guard VALUES ('ran', 2, 2);
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SAVEPOINT sqlgen;
INSERT INTO temp.sqlgen_guard VALUES ('stamping', 0, 0), ('stamping', 0, 0);
UPDATE "main"."alembic_version" SET version_num = '0012_book_slugs' WHERE version_num = '0013_drop_phone';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', 1, 1 WHERE changes() = 1;
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SELECT 'sqlgen: step 2 of 10 (0013_drop_phone) took ' || printf('%.1f s', 86400 * (julianday('now') - wanted))
  FROM temp.sqlgen_guard WHERE what = 'began' AND found = 2 AND 3 = (SELECT count(*) FROM temp.sqlgen_guard WHERE what IN ('passed', 'start', 'things'));

-- -----------------------------------------------------------------------------
-- step 3 of 10: 0012_book_slugs  a readable address for every book  (migrations/versions/0012_book_slugs.py)
--   0012_book_slugs -> 0011_merge, in the one transaction of the script
-- -----------------------------------------------------------------------------
SELECT 'sqlgen result: NOT APPLIED yet: at {0014_drop_wishlists}; step 3 of 10 (0012_book_slugs) is running; nothing stands before the end' || strftime(' (%H:%M:%S)', 'now', 'localtime') WHERE 3 = (SELECT count(*) FROM temp.sqlgen_guard WHERE what IN ('passed', 'start', 'things'));
INSERT INTO temp.sqlgen_guard VALUES ('began', 3, julianday('now'));
SAVEPOINT sqlgen;
-- sqlgen: statement 3, 34 characters, sha256 7eb8aa84fef01892, migrations/versions/0012_book_slugs.py:30 op.drop_column
ALTER TABLE books DROP COLUMN slug; INSERT INTO temp.sqlgen_guard VALUES ('ran', 3, 3);
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SAVEPOINT sqlgen;
INSERT INTO temp.sqlgen_guard VALUES ('stamping', 0, 0), ('stamping', 0, 0);
UPDATE "main"."alembic_version" SET version_num = '0011_merge' WHERE version_num = '0012_book_slugs';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', 1, 1 WHERE changes() = 1;
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SELECT 'sqlgen: step 3 of 10 (0012_book_slugs) took ' || printf('%.1f s', 86400 * (julianday('now') - wanted))
  FROM temp.sqlgen_guard WHERE what = 'began' AND found = 3 AND 3 = (SELECT count(*) FROM temp.sqlgen_guard WHERE what IN ('passed', 'start', 'things'));

-- -----------------------------------------------------------------------------
-- step 4 of 10: 0011_merge  merge the two indexes  (migrations/versions/0011_merge.py)
--   0011_merge -> 0009_order_date_index,0010_isbn_index, in the one transaction of the script
-- -----------------------------------------------------------------------------
SELECT 'sqlgen result: NOT APPLIED yet: at {0014_drop_wishlists}; step 4 of 10 (0011_merge) is running; nothing stands before the end' || strftime(' (%H:%M:%S)', 'now', 'localtime') WHERE 3 = (SELECT count(*) FROM temp.sqlgen_guard WHERE what IN ('passed', 'start', 'things'));
INSERT INTO temp.sqlgen_guard VALUES ('began', 4, julianday('now'));
SAVEPOINT sqlgen;
INSERT INTO temp.sqlgen_guard VALUES ('stamping', 0, 0), ('stamping', 0, 0);
UPDATE "main"."alembic_version" SET version_num = '0009_order_date_index' WHERE version_num = '0011_merge';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', 1, 1 WHERE changes() = 1;
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SAVEPOINT sqlgen;
INSERT INTO temp.sqlgen_guard VALUES ('stamping', 0, 0), ('stamping', 0, 0);
INSERT INTO "main"."alembic_version" (version_num) VALUES ('0010_isbn_index');
INSERT INTO temp.sqlgen_guard SELECT 'stamp', 1, 1 WHERE changes() = 1;
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SELECT 'sqlgen: step 4 of 10 (0011_merge) took ' || printf('%.1f s', 86400 * (julianday('now') - wanted))
  FROM temp.sqlgen_guard WHERE what = 'began' AND found = 4 AND 3 = (SELECT count(*) FROM temp.sqlgen_guard WHERE what IN ('passed', 'start', 'things'));

-- -----------------------------------------------------------------------------
-- step 5 of 10: 0009_order_date_index  find orders by date  (migrations/versions/0009_order_date_index.py)
--   0009_order_date_index,0010_isbn_index -> 0010_isbn_index, in the one transaction of the script
-- -----------------------------------------------------------------------------
SELECT 'sqlgen result: NOT APPLIED yet: at {0014_drop_wishlists}; step 5 of 10 (0009_order_date_index) is running; nothing stands before the end' || strftime(' (%H:%M:%S)', 'now', 'localtime') WHERE 3 = (SELECT count(*) FROM temp.sqlgen_guard WHERE what IN ('passed', 'start', 'things'));
INSERT INTO temp.sqlgen_guard VALUES ('began', 5, julianday('now'));
SAVEPOINT sqlgen;
-- sqlgen: statement 4, 30 characters, sha256 a94374559c7999dd, migrations/versions/0009_order_date_index.py:29 op.drop_index
DROP INDEX ix_orders_placed_at; INSERT INTO temp.sqlgen_guard VALUES ('ran', 4, 4);
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SAVEPOINT sqlgen;
INSERT INTO temp.sqlgen_guard VALUES ('stamping', 0, 0), ('stamping', 0, 0);
DELETE FROM "main"."alembic_version" WHERE version_num = '0009_order_date_index';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', 1, 1 WHERE changes() = 1;
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SELECT 'sqlgen: step 5 of 10 (0009_order_date_index) took ' || printf('%.1f s', 86400 * (julianday('now') - wanted))
  FROM temp.sqlgen_guard WHERE what = 'began' AND found = 5 AND 3 = (SELECT count(*) FROM temp.sqlgen_guard WHERE what IN ('passed', 'start', 'things'));

-- -----------------------------------------------------------------------------
-- step 6 of 10: 0010_isbn_index  find books by ISBN  (migrations/versions/0010_isbn_index.py)
--   0010_isbn_index -> 0008_wider_columns, in the one transaction of the script
-- -----------------------------------------------------------------------------
SELECT 'sqlgen result: NOT APPLIED yet: at {0014_drop_wishlists}; step 6 of 10 (0010_isbn_index) is running; nothing stands before the end' || strftime(' (%H:%M:%S)', 'now', 'localtime') WHERE 3 = (SELECT count(*) FROM temp.sqlgen_guard WHERE what IN ('passed', 'start', 'things'));
INSERT INTO temp.sqlgen_guard VALUES ('began', 6, julianday('now'));
SAVEPOINT sqlgen;
-- sqlgen: statement 5, 24 characters, sha256 2ed7d989e85e5097, migrations/versions/0010_isbn_index.py:30 op.drop_index in autocommit_block()
DROP INDEX ix_books_isbn; INSERT INTO temp.sqlgen_guard VALUES ('ran', 5, 5);
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SAVEPOINT sqlgen;
INSERT INTO temp.sqlgen_guard VALUES ('stamping', 0, 0), ('stamping', 0, 0);
UPDATE "main"."alembic_version" SET version_num = '0008_wider_columns' WHERE version_num = '0010_isbn_index';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', 1, 1 WHERE changes() = 1;
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SELECT 'sqlgen: step 6 of 10 (0010_isbn_index) took ' || printf('%.1f s', 86400 * (julianday('now') - wanted))
  FROM temp.sqlgen_guard WHERE what = 'began' AND found = 6 AND 3 = (SELECT count(*) FROM temp.sqlgen_guard WHERE what IN ('passed', 'start', 'things'));

-- -----------------------------------------------------------------------------
-- step 7 of 10: 0008_wider_columns  longer names, larger quantities  (migrations/versions/0008_wider_columns.py)
--   0008_wider_columns -> 0007_unique_email, in the one transaction of the script
-- -----------------------------------------------------------------------------
SELECT 'sqlgen result: NOT APPLIED yet: at {0014_drop_wishlists}; step 7 of 10 (0008_wider_columns) is running; nothing stands before the end' || strftime(' (%H:%M:%S)', 'now', 'localtime') WHERE 3 = (SELECT count(*) FROM temp.sqlgen_guard WHERE what IN ('passed', 'start', 'things'));
INSERT INTO temp.sqlgen_guard VALUES ('began', 7, julianday('now'));
SAVEPOINT sqlgen;
-- sqlgen: statement 6, 460 characters, sha256 5f47182d60299608, migrations/versions/0008_wider_columns.py:74 op.alter_column
CREATE TABLE _alembic_tmp_orders (
    id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    book_id INTEGER NOT NULL,
    quantity SMALLINT NOT NULL,
    status VARCHAR(8) DEFAULT 'pending' NOT NULL,
    placed_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT pk_orders PRIMARY KEY (id),
    CONSTRAINT fk_orders_user_id FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT fk_orders_book_id FOREIGN KEY (book_id) REFERENCES books (id)
); INSERT INTO temp.sqlgen_guard VALUES ('ran', 6, 6);
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SAVEPOINT sqlgen;
-- sqlgen: statement 7, 194 characters, sha256 11bb670c611c5c35, migrations/versions/0008_wider_columns.py:74 op.alter_column
INSERT INTO _alembic_tmp_orders (id, user_id, book_id, quantity, status, placed_at)
SELECT orders.id, orders.user_id, orders.book_id, orders.quantity, orders.status, orders.placed_at
FROM orders; INSERT INTO temp.sqlgen_guard VALUES ('ran', 7, 7);
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SAVEPOINT sqlgen;
-- sqlgen: statement 8, 17 characters, sha256 fd0ca7112b4eedf9, migrations/versions/0008_wider_columns.py:74 op.alter_column
DROP TABLE orders; INSERT INTO temp.sqlgen_guard VALUES ('ran', 8, 8);
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SAVEPOINT sqlgen;
-- sqlgen: statement 9, 48 characters, sha256 19b5002fb50d72df, migrations/versions/0008_wider_columns.py:74 op.alter_column
ALTER TABLE _alembic_tmp_orders RENAME TO orders; INSERT INTO temp.sqlgen_guard VALUES ('ran', 9, 9);
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SAVEPOINT sqlgen;
-- sqlgen: statement 10, 294 characters, sha256 1227283ca7c37988, migrations/versions/0008_wider_columns.py:78 op.alter_column
CREATE TABLE _alembic_tmp_users (
    id INTEGER NOT NULL,
    name VARCHAR(50) NOT NULL,
    email VARCHAR(120) NOT NULL,
    phone VARCHAR(20),
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT pk_users PRIMARY KEY (id),
    CONSTRAINT uq_users_email UNIQUE (email)
); INSERT INTO temp.sqlgen_guard VALUES ('ran', 10, 10);
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SAVEPOINT sqlgen;
-- sqlgen: statement 11, 150 characters, sha256 de5f541ab7908d37, migrations/versions/0008_wider_columns.py:78 op.alter_column
INSERT INTO _alembic_tmp_users (id, name, email, phone, created_at)
SELECT users.id, users.name, users.email, users.phone, users.created_at
FROM users; INSERT INTO temp.sqlgen_guard VALUES ('ran', 11, 11);
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SAVEPOINT sqlgen;
-- sqlgen: statement 12, 16 characters, sha256 6c84380b12b4e53a, migrations/versions/0008_wider_columns.py:78 op.alter_column
DROP TABLE users; INSERT INTO temp.sqlgen_guard VALUES ('ran', 12, 12);
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SAVEPOINT sqlgen;
-- sqlgen: statement 13, 46 characters, sha256 e65e8f6724617c57, migrations/versions/0008_wider_columns.py:78 op.alter_column
ALTER TABLE _alembic_tmp_users RENAME TO users; INSERT INTO temp.sqlgen_guard VALUES ('ran', 13, 13);
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SAVEPOINT sqlgen;
INSERT INTO temp.sqlgen_guard VALUES ('stamping', 0, 0), ('stamping', 0, 0);
UPDATE "main"."alembic_version" SET version_num = '0007_unique_email' WHERE version_num = '0008_wider_columns';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', 1, 1 WHERE changes() = 1;
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SELECT 'sqlgen: step 7 of 10 (0008_wider_columns) took ' || printf('%.1f s', 86400 * (julianday('now') - wanted))
  FROM temp.sqlgen_guard WHERE what = 'began' AND found = 7 AND 3 = (SELECT count(*) FROM temp.sqlgen_guard WHERE what IN ('passed', 'start', 'things'));

-- -----------------------------------------------------------------------------
-- step 8 of 10: 0007_unique_email  one user per e-mail address  (migrations/versions/0007_unique_email.py)
--   0007_unique_email -> 0006_lowercase_emails, in the one transaction of the script
-- -----------------------------------------------------------------------------
SELECT 'sqlgen result: NOT APPLIED yet: at {0014_drop_wishlists}; step 8 of 10 (0007_unique_email) is running; nothing stands before the end' || strftime(' (%H:%M:%S)', 'now', 'localtime') WHERE 3 = (SELECT count(*) FROM temp.sqlgen_guard WHERE what IN ('passed', 'start', 'things'));
INSERT INTO temp.sqlgen_guard VALUES ('began', 8, julianday('now'));
SAVEPOINT sqlgen;
-- sqlgen: statement 14, 248 characters, sha256 a422a8a6447180db, migrations/versions/0007_unique_email.py:48 op.drop_constraint
CREATE TABLE _alembic_tmp_users (
    id INTEGER NOT NULL,
    name VARCHAR(50) NOT NULL,
    email VARCHAR(120) NOT NULL,
    phone VARCHAR(20),
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT pk_users PRIMARY KEY (id)
); INSERT INTO temp.sqlgen_guard VALUES ('ran', 14, 14);
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SAVEPOINT sqlgen;
-- sqlgen: statement 15, 150 characters, sha256 de5f541ab7908d37, migrations/versions/0007_unique_email.py:48 op.drop_constraint
INSERT INTO _alembic_tmp_users (id, name, email, phone, created_at)
SELECT users.id, users.name, users.email, users.phone, users.created_at
FROM users; INSERT INTO temp.sqlgen_guard VALUES ('ran', 15, 15);
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SAVEPOINT sqlgen;
-- sqlgen: statement 16, 16 characters, sha256 6c84380b12b4e53a, migrations/versions/0007_unique_email.py:48 op.drop_constraint
DROP TABLE users; INSERT INTO temp.sqlgen_guard VALUES ('ran', 16, 16);
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SAVEPOINT sqlgen;
-- sqlgen: statement 17, 46 characters, sha256 e65e8f6724617c57, migrations/versions/0007_unique_email.py:48 op.drop_constraint
ALTER TABLE _alembic_tmp_users RENAME TO users; INSERT INTO temp.sqlgen_guard VALUES ('ran', 17, 17);
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SAVEPOINT sqlgen;
INSERT INTO temp.sqlgen_guard VALUES ('stamping', 0, 0), ('stamping', 0, 0);
UPDATE "main"."alembic_version" SET version_num = '0006_lowercase_emails' WHERE version_num = '0007_unique_email';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', 1, 1 WHERE changes() = 1;
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SELECT 'sqlgen: step 8 of 10 (0007_unique_email) took ' || printf('%.1f s', 86400 * (julianday('now') - wanted))
  FROM temp.sqlgen_guard WHERE what = 'began' AND found = 8 AND 3 = (SELECT count(*) FROM temp.sqlgen_guard WHERE what IN ('passed', 'start', 'things'));

-- -----------------------------------------------------------------------------
-- step 9 of 10: 0006_lowercase_emails  write e-mail addresses in lower case  (migrations/versions/0006_lowercase_emails.py)
--   0006_lowercase_emails -> 0005_publishers, in the one transaction of the script
-- -----------------------------------------------------------------------------
SELECT 'sqlgen result: NOT APPLIED yet: at {0014_drop_wishlists}; step 9 of 10 (0006_lowercase_emails) is running; nothing stands before the end' || strftime(' (%H:%M:%S)', 'now', 'localtime') WHERE 3 = (SELECT count(*) FROM temp.sqlgen_guard WHERE what IN ('passed', 'start', 'things'));
INSERT INTO temp.sqlgen_guard VALUES ('began', 9, julianday('now'));
SAVEPOINT sqlgen;
INSERT INTO temp.sqlgen_guard VALUES ('stamping', 0, 0), ('stamping', 0, 0);
UPDATE "main"."alembic_version" SET version_num = '0005_publishers' WHERE version_num = '0006_lowercase_emails';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', 1, 1 WHERE changes() = 1;
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SELECT 'sqlgen: step 9 of 10 (0006_lowercase_emails) took ' || printf('%.1f s', 86400 * (julianday('now') - wanted))
  FROM temp.sqlgen_guard WHERE what = 'began' AND found = 9 AND 3 = (SELECT count(*) FROM temp.sqlgen_guard WHERE what IN ('passed', 'start', 'things'));

-- -----------------------------------------------------------------------------
-- step 10 of 10: 0005_publishers  every book has a publisher  (migrations/versions/0005_publishers.py)
--   0005_publishers -> 0004_orders, in the one transaction of the script
-- -----------------------------------------------------------------------------
SELECT 'sqlgen result: NOT APPLIED yet: at {0014_drop_wishlists}; step 10 of 10 (0005_publishers) is running; nothing stands before the end' || strftime(' (%H:%M:%S)', 'now', 'localtime') WHERE 3 = (SELECT count(*) FROM temp.sqlgen_guard WHERE what IN ('passed', 'start', 'things'));
INSERT INTO temp.sqlgen_guard VALUES ('began', 10, julianday('now'));
SAVEPOINT sqlgen;
-- sqlgen: statement 18, 190 characters, sha256 681696d2df8d9a86, migrations/versions/0005_publishers.py:60 op.batch_alter_table
CREATE TABLE _alembic_tmp_books (
    id INTEGER NOT NULL,
    title VARCHAR(200) NOT NULL,
    isbn VARCHAR(13),
    price NUMERIC(8, 2) NOT NULL,
    CONSTRAINT pk_books PRIMARY KEY (id)
); INSERT INTO temp.sqlgen_guard VALUES ('ran', 18, 18);
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SAVEPOINT sqlgen;
-- sqlgen: statement 19, 120 characters, sha256 7e68abacb8d50bac, migrations/versions/0005_publishers.py:60 op.batch_alter_table
INSERT INTO _alembic_tmp_books (id, title, isbn, price)
SELECT books.id, books.title, books.isbn, books.price
FROM books; INSERT INTO temp.sqlgen_guard VALUES ('ran', 19, 19);
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SAVEPOINT sqlgen;
-- sqlgen: statement 20, 16 characters, sha256 a050c4493d7b476b, migrations/versions/0005_publishers.py:60 op.batch_alter_table
DROP TABLE books; INSERT INTO temp.sqlgen_guard VALUES ('ran', 20, 20);
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SAVEPOINT sqlgen;
-- sqlgen: statement 21, 46 characters, sha256 7403dbf262bb21e8, migrations/versions/0005_publishers.py:60 op.batch_alter_table
ALTER TABLE _alembic_tmp_books RENAME TO books; INSERT INTO temp.sqlgen_guard VALUES ('ran', 21, 21);
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SAVEPOINT sqlgen;
-- sqlgen: statement 22, 21 characters, sha256 872d3752d94464c6, migrations/versions/0005_publishers.py:63 op.drop_table
DROP TABLE publishers; INSERT INTO temp.sqlgen_guard VALUES ('ran', 22, 22);
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SAVEPOINT sqlgen;
INSERT INTO temp.sqlgen_guard VALUES ('stamping', 0, 0), ('stamping', 0, 0);
UPDATE "main"."alembic_version" SET version_num = '0004_orders' WHERE version_num = '0005_publishers';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', 1, 1 WHERE changes() = 1;
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'alive', count(*), 4 FROM temp.sqlgen_guard WHERE what IN ('passed', 'table', 'start', 'things'); RELEASE sqlgen;
SELECT 'sqlgen: step 10 of 10 (0005_publishers) took ' || printf('%.1f s', 86400 * (julianday('now') - wanted))
  FROM temp.sqlgen_guard WHERE what = 'began' AND found = 10 AND 3 = (SELECT count(*) FROM temp.sqlgen_guard WHERE what IN ('passed', 'start', 'things'));

-- The end: did everything run, are foreign keys, schema and version table as they must be?
PRAGMA ignore_check_constraints = OFF;
INSERT OR ROLLBACK INTO temp.sqlgen_guard
  SELECT 'whole', count(*), 40 FROM temp.sqlgen_guard WHERE what IN ('open', 'database', 'passed', 'start', 'things', 'keys before', 'table', 'ran', 'stamp');
INSERT INTO temp.sqlgen_guard SELECT 'keys now', count(*), 0 FROM temp.sqlgen_keys;
SELECT 'sqlgen: ' || count(*) || ' row(s) of ' || child || ' refer to nothing in ' || parent
  FROM temp.sqlgen_keys WHERE (SELECT found FROM temp.sqlgen_guard WHERE what = 'keys now') > (SELECT found FROM temp.sqlgen_guard WHERE what = 'keys before') GROUP BY child, parent;
INSERT INTO temp.sqlgen_things SELECT 'end', column1, column2 FROM (VALUES
  ('table wishlists is not there', EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = 'wishlists' COLLATE NOCASE)),
  ('index ix_orders_placed_at is there already', NOT EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type = 'index' AND name = 'ix_orders_placed_at' COLLATE NOCASE)),
  ('index ix_books_isbn is there already', NOT EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type = 'index' AND name = 'ix_books_isbn' COLLATE NOCASE)),
  ('table _alembic_tmp_orders is there already', NOT EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = '_alembic_tmp_orders' COLLATE NOCASE)),
  ('table orders is not there', EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = 'orders' COLLATE NOCASE)),
  ('table _alembic_tmp_users is there already', NOT EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = '_alembic_tmp_users' COLLATE NOCASE)),
  ('table users is not there', EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = 'users' COLLATE NOCASE)),
  ('table _alembic_tmp_books is there already', NOT EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = '_alembic_tmp_books' COLLATE NOCASE)),
  ('table books is not there', EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = 'books' COLLATE NOCASE)),
  ('table publishers is there already', NOT EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = 'publishers' COLLATE NOCASE))
);
SELECT 'sqlgen: ' || told FROM temp.sqlgen_things WHERE what = 'end' AND NOT holds
  AND EXISTS (SELECT 1 FROM temp.sqlgen_guard WHERE what = 'whole');
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'keys after', (SELECT found FROM temp.sqlgen_guard WHERE what = 'keys now'), (SELECT found FROM temp.sqlgen_guard WHERE what = 'keys before');
INSERT OR ROLLBACK INTO temp.sqlgen_guard
  SELECT 'made', count(*), 10 FROM temp.sqlgen_things WHERE what = 'end' AND holds;
INSERT OR ROLLBACK INTO temp.sqlgen_guard SELECT 'end', CASE WHEN
  (SELECT count(*) FROM temp.sqlgen_guard WHERE what IN ('whole', 'keys after', 'made')) = 3
  THEN (SELECT state FROM temp.sqlgen_at) END, '1:0004_orders';
COMMIT;

-- The result, computed from the database. Foreign keys are on from here, for the rest of the session.
PRAGMA foreign_keys = ON;
CREATE TEMP TABLE IF NOT EXISTS sqlgen_guard (what TEXT NOT NULL, found, wanted);
CREATE TEMP TABLE IF NOT EXISTS sqlgen_things (what TEXT NOT NULL, told TEXT NOT NULL, holds INTEGER NOT NULL);
INSERT INTO temp.sqlgen_guard SELECT 'at', (SELECT state FROM temp.sqlgen_at), (SELECT rows FROM temp.sqlgen_at);
INSERT INTO temp.sqlgen_guard SELECT 'hint', 0, CASE (SELECT state FROM temp.sqlgen_at)
  WHEN '1:0013_drop_phone' THEN '; from there run the script made by: sqlgen emit 0004_orders:0013_drop_phone --down'
  WHEN '1:0012_book_slugs' THEN '; from there run the script made by: sqlgen emit 0004_orders:0012_book_slugs --down'
  WHEN '1:0011_merge' THEN '; from there run the script made by: sqlgen emit 0004_orders:0011_merge --down'
  WHEN '2:0009_order_date_index,0010_isbn_index' THEN '; from there run the script made by: sqlgen emit 0004_orders:0009_order_date_index,0010_isbn_index --down'
  WHEN '1:0010_isbn_index' THEN '; from there run the script made by: sqlgen emit 0004_orders:0010_isbn_index --down'
  WHEN '1:0008_wider_columns' THEN '; from there run the script made by: sqlgen emit 0004_orders:0008_wider_columns --down'
  WHEN '1:0007_unique_email' THEN '; from there run the script made by: sqlgen emit 0004_orders:0007_unique_email --down'
  WHEN '1:0006_lowercase_emails' THEN '; from there run the script made by: sqlgen emit 0004_orders:0006_lowercase_emails --down'
  WHEN '1:0005_publishers' THEN '; from there run the script made by: sqlgen emit 0004_orders:0005_publishers --down'
  ELSE '' END;
SELECT 'sqlgen result: ' || CASE
  WHEN NOT EXISTS (SELECT 1 FROM temp.sqlgen_guard WHERE what = 'open') THEN 'NOT APPLIED: a transaction is open in this session: end it with COMMIT or ROLLBACK, or set the tool to auto-commit, then run this again; nothing was changed'
  WHEN (SELECT foreign_keys FROM pragma_foreign_keys) = 0 THEN 'NOT APPLIED: COMMIT failed, others are reading; run COMMIT again, or ROLLBACK and then this script'
  WHEN NOT EXISTS (SELECT 1 FROM temp.sqlgen_guard WHERE what = 'database') THEN 'NOT APPLIED: this script is for the database file bookshop'
  WHEN NOT EXISTS (SELECT 1 FROM temp.sqlgen_guard WHERE what = 'at') THEN 'NOT APPLIED: there is no table alembic_version in this database'
  WHEN (SELECT found FROM temp.sqlgen_guard WHERE what = 'at') IS '1:0004_orders' AND EXISTS (SELECT 1 FROM temp.sqlgen_guard WHERE what = 'end') THEN 'APPLIED' || ': the database is at {' || coalesce((SELECT wanted FROM temp.sqlgen_guard WHERE what = 'at'), '') || '} NOT UNDONE, their downgrade() does nothing: 0006_lowercase_emails'
  WHEN (SELECT found FROM temp.sqlgen_guard WHERE what = 'at') IS '1:0004_orders' THEN 'ALREADY APPLIED' || ': the database is at {' || coalesce((SELECT wanted FROM temp.sqlgen_guard WHERE what = 'at'), '') || '} NOT UNDONE, their downgrade() does nothing: 0006_lowercase_emails'
  WHEN (SELECT found FROM temp.sqlgen_guard WHERE what = 'at') IS NOT '1:0014_drop_wishlists' THEN 'NOT APPLIED: this script goes from {0014_drop_wishlists} to {0004_orders}, alembic_version holds {' || coalesce((SELECT wanted FROM temp.sqlgen_guard WHERE what = 'at'), '') || '} NOT UNDONE, their downgrade() does nothing: 0006_lowercase_emails' || (SELECT wanted FROM temp.sqlgen_guard WHERE what = 'hint')
  WHEN EXISTS (SELECT 1 FROM temp.sqlgen_things WHERE what = 'start' AND NOT holds) THEN 'NOT APPLIED: alembic_version says {0014_drop_wishlists}, but the schema is another one; compare it with what the script needs: ' || (SELECT group_concat(told, '; ') FROM temp.sqlgen_things WHERE what = 'start' AND NOT holds)
  WHEN 1 THEN 'NOT APPLIED: a statement failed, see its error; everything was rolled back'
  END AS sqlgen;
-- sqlgen: end, 22 statements
