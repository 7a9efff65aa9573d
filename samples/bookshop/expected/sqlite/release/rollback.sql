-- sqlgen: a script for sqlite3
--
-- What:        downgrade, alembic_version 0014_drop_wishlists -> 0004_orders, 10 revision(s)
-- Environment: prod
-- Database:    bookshop (the guard refuses any other)
-- Run it with: sqlite3 -batch -bail -safe -init /dev/null bookshop < rollback.sql > rollback.log 2>&1
-- Needs:       sqlite3 3.37 or newer for -safe, which keeps the script inside this one database (3.26 without it)
-- Needs:       the file sqlite3 itself: another tool does not know .bail and may run on after an error
-- Result:      the LAST line with "sqlgen result:" tells: APPLIED, ALREADY APPLIED or NOT APPLIED.
--              sqlite3 ends with 0 for APPLIED, else with 1 (also for ALREADY APPLIED).
--              The script is one transaction: after an error nothing of it stands.
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
.bail on
.echo off
.headers off
.mode list
.timeout 2000
-- Off for the transaction, as a table that is rebuilt is dropped for a moment; checked at the end instead.
PRAGMA foreign_keys = OFF;
PRAGMA legacy_alter_table = OFF;
-- The guard: does this script belong to this database, as it stands?
CREATE TEMP TABLE sqlgen_guard (what TEXT NOT NULL, found, wanted);
CREATE TEMP TRIGGER sqlgen_database BEFORE INSERT ON sqlgen_guard
WHEN NEW.what = 'database' AND NEW.found IS NOT NEW.wanted
BEGIN SELECT RAISE(ABORT, 'sqlgen result: NOT APPLIED: this script is for the database file bookshop; nothing was changed'); END;
CREATE TEMP TRIGGER sqlgen_table BEFORE INSERT ON sqlgen_guard
WHEN NEW.what = 'table' AND NEW.found IS NOT NEW.wanted
BEGIN SELECT RAISE(ABORT, 'sqlgen result: NOT APPLIED: there is no table alembic_version in this database; nothing was changed'); END;
CREATE TEMP TRIGGER sqlgen_already BEFORE INSERT ON sqlgen_guard
WHEN NEW.what = 'start' AND NEW.found IS '1:0004_orders'
BEGIN SELECT RAISE(ABORT, 'sqlgen result: ALREADY APPLIED: the database is at {0004_orders}; nothing was changed'); END;
CREATE TEMP TRIGGER sqlgen_start BEFORE INSERT ON sqlgen_guard
WHEN NEW.what = 'start' AND NEW.found IS NOT NEW.wanted AND NEW.found IS NOT '1:0004_orders'
BEGIN SELECT RAISE(ABORT, 'sqlgen result: NOT APPLIED: this script goes from {0014_drop_wishlists} to {0004_orders}, the line above says what alembic_version holds; nothing was changed'); END;
CREATE TEMP TRIGGER sqlgen_stamp BEFORE INSERT ON sqlgen_guard
WHEN NEW.what = 'stamp' AND NEW.found IS NOT NEW.wanted
BEGIN SELECT RAISE(ABORT, 'sqlgen result: NOT APPLIED: a stamp did not hit exactly one row; nothing was changed'); END;
CREATE TEMP TRIGGER sqlgen_whole BEFORE INSERT ON sqlgen_guard
WHEN NEW.what = 'whole' AND NEW.found IS NOT NEW.wanted
BEGIN SELECT RAISE(ROLLBACK, 'sqlgen result: NOT APPLIED: the guard, a statement or a stamp failed; everything was rolled back'); END;
CREATE TEMP TRIGGER sqlgen_end BEFORE INSERT ON sqlgen_guard
WHEN NEW.what = 'end' AND (NEW.found IS NOT NEW.wanted
  OR NOT EXISTS (SELECT 1 FROM temp.sqlgen_guard WHERE what = 'whole'))
BEGIN SELECT RAISE(ROLLBACK, 'sqlgen result: NOT APPLIED: the final check failed; everything was rolled back'); END;
CREATE TEMP TRIGGER sqlgen_keys BEFORE INSERT ON sqlgen_guard
WHEN NEW.what = 'keys after' AND NEW.found > (SELECT found FROM temp.sqlgen_guard WHERE what = 'keys before')
BEGIN SELECT RAISE(ROLLBACK, 'sqlgen result: NOT APPLIED: there are new violations of foreign keys; everything was rolled back'); END;
INSERT INTO temp.sqlgen_guard SELECT 'database', 1, EXISTS (SELECT 1 FROM pragma_database_list
  WHERE name = 'main' AND replace(substr('/' || file, -9), '\', '/') = '/bookshop');
BEGIN IMMEDIATE;
INSERT INTO temp.sqlgen_guard SELECT 'table', count(*), 1 FROM "main"."sqlite_master"
  WHERE type = 'table' AND name = 'alembic_version';
SELECT 'sqlgen: alembic_version holds {' || (SELECT coalesce(group_concat(row, ','), '') FROM (SELECT coalesce(version_num, 'NULL') AS row FROM "main"."alembic_version" ORDER BY 1)) || '}';
INSERT INTO temp.sqlgen_guard SELECT 'start', (SELECT count(*) FROM "main"."alembic_version") || ':' || (SELECT coalesce(group_concat(row, ','), '') FROM (SELECT coalesce(version_num, 'NULL') AS row FROM "main"."alembic_version" ORDER BY 1)), '1:0014_drop_wishlists';
INSERT INTO temp.sqlgen_guard SELECT 'keys before', count(*), 0 FROM pragma_foreign_key_check;
SELECT 'sqlgen result: NOT APPLIED yet: at {0014_drop_wishlists}; if this is the last such line, an error stopped the script; nothing of it stands' WHERE EXISTS (SELECT 1 FROM temp.sqlgen_guard WHERE what = 'start');

-- -----------------------------------------------------------------------------
-- step 1 of 10: 0014_drop_wishlists  wishlists are gone  (migrations/versions/0014_drop_wishlists.py)
--   0014_drop_wishlists -> 0013_drop_phone, in the one transaction of the script
-- -----------------------------------------------------------------------------
-- sqlgen: statement 1, 307 characters, sha256 b3b3f6bdc67a2589, migrations/versions/0014_drop_wishlists.py:29
CREATE TABLE wishlists (
    user_id INTEGER NOT NULL,
    book_id INTEGER NOT NULL,
    CONSTRAINT pk_wishlists PRIMARY KEY (user_id, book_id),
    CONSTRAINT fk_wishlists_user_id FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT fk_wishlists_book_id FOREIGN KEY (book_id) REFERENCES books (id)
); INSERT INTO temp.sqlgen_guard VALUES ('ran', 1, 1);
UPDATE "main"."alembic_version" SET version_num = '0013_drop_phone' WHERE version_num = '0014_drop_wishlists';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', changes(), 1;

-- -----------------------------------------------------------------------------
-- step 2 of 10: 0013_drop_phone  forget phone numbers  (migrations/versions/0013_drop_phone.py)
--   0013_drop_phone -> 0012_book_slugs, in the one transaction of the script
-- -----------------------------------------------------------------------------
-- sqlgen: statement 2, 46 characters, sha256 6b7209c0cc651dd5, migrations/versions/0013_drop_phone.py:29
ALTER TABLE users ADD COLUMN phone VARCHAR(20); INSERT INTO temp.sqlgen_guard VALUES ('ran', 2, 2);
UPDATE "main"."alembic_version" SET version_num = '0012_book_slugs' WHERE version_num = '0013_drop_phone';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', changes(), 1;

-- -----------------------------------------------------------------------------
-- step 3 of 10: 0012_book_slugs  a readable address for every book  (migrations/versions/0012_book_slugs.py)
--   0012_book_slugs -> 0011_merge, in the one transaction of the script
-- -----------------------------------------------------------------------------
-- sqlgen: statement 3, 34 characters, sha256 7eb8aa84fef01892, migrations/versions/0012_book_slugs.py:30
ALTER TABLE books DROP COLUMN slug; INSERT INTO temp.sqlgen_guard VALUES ('ran', 3, 3);
UPDATE "main"."alembic_version" SET version_num = '0011_merge' WHERE version_num = '0012_book_slugs';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', changes(), 1;

-- -----------------------------------------------------------------------------
-- step 4 of 10: 0011_merge  merge the two indexes  (migrations/versions/0011_merge.py)
--   0011_merge -> 0009_order_date_index,0010_isbn_index, in the one transaction of the script
-- -----------------------------------------------------------------------------
UPDATE "main"."alembic_version" SET version_num = '0009_order_date_index' WHERE version_num = '0011_merge';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', changes(), 1;
INSERT INTO "main"."alembic_version" (version_num) VALUES ('0010_isbn_index');
INSERT INTO temp.sqlgen_guard SELECT 'stamp', changes(), 1;

-- -----------------------------------------------------------------------------
-- step 5 of 10: 0009_order_date_index  find orders by date  (migrations/versions/0009_order_date_index.py)
--   0009_order_date_index,0010_isbn_index -> 0010_isbn_index, in the one transaction of the script
-- -----------------------------------------------------------------------------
-- sqlgen: statement 4, 30 characters, sha256 a94374559c7999dd, migrations/versions/0009_order_date_index.py:29
DROP INDEX ix_orders_placed_at; INSERT INTO temp.sqlgen_guard VALUES ('ran', 4, 4);
DELETE FROM "main"."alembic_version" WHERE version_num = '0009_order_date_index';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', changes(), 1;

-- -----------------------------------------------------------------------------
-- step 6 of 10: 0010_isbn_index  find books by ISBN  (migrations/versions/0010_isbn_index.py)
--   0010_isbn_index -> 0008_wider_columns, in the one transaction of the script
-- -----------------------------------------------------------------------------
-- sqlgen: statement 5, 24 characters, sha256 2ed7d989e85e5097, migrations/versions/0010_isbn_index.py:30
DROP INDEX ix_books_isbn; INSERT INTO temp.sqlgen_guard VALUES ('ran', 5, 5);
UPDATE "main"."alembic_version" SET version_num = '0008_wider_columns' WHERE version_num = '0010_isbn_index';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', changes(), 1;

-- -----------------------------------------------------------------------------
-- step 7 of 10: 0008_wider_columns  longer names, larger quantities  (migrations/versions/0008_wider_columns.py)
--   0008_wider_columns -> 0007_unique_email, in the one transaction of the script
-- -----------------------------------------------------------------------------
-- sqlgen: statement 6, 460 characters, sha256 5f47182d60299608, migrations/versions/0008_wider_columns.py:74
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
-- sqlgen: statement 7, 194 characters, sha256 11bb670c611c5c35, migrations/versions/0008_wider_columns.py:74
INSERT INTO _alembic_tmp_orders (id, user_id, book_id, quantity, status, placed_at)
SELECT orders.id, orders.user_id, orders.book_id, orders.quantity, orders.status, orders.placed_at
FROM orders; INSERT INTO temp.sqlgen_guard VALUES ('ran', 7, 7);
-- sqlgen: statement 8, 17 characters, sha256 fd0ca7112b4eedf9, migrations/versions/0008_wider_columns.py:74
DROP TABLE orders; INSERT INTO temp.sqlgen_guard VALUES ('ran', 8, 8);
-- sqlgen: statement 9, 48 characters, sha256 19b5002fb50d72df, migrations/versions/0008_wider_columns.py:74
ALTER TABLE _alembic_tmp_orders RENAME TO orders; INSERT INTO temp.sqlgen_guard VALUES ('ran', 9, 9);
-- sqlgen: statement 10, 294 characters, sha256 1227283ca7c37988, migrations/versions/0008_wider_columns.py:78
CREATE TABLE _alembic_tmp_users (
    id INTEGER NOT NULL,
    name VARCHAR(50) NOT NULL,
    email VARCHAR(120) NOT NULL,
    phone VARCHAR(20),
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT pk_users PRIMARY KEY (id),
    CONSTRAINT uq_users_email UNIQUE (email)
); INSERT INTO temp.sqlgen_guard VALUES ('ran', 10, 10);
-- sqlgen: statement 11, 150 characters, sha256 de5f541ab7908d37, migrations/versions/0008_wider_columns.py:78
INSERT INTO _alembic_tmp_users (id, name, email, phone, created_at)
SELECT users.id, users.name, users.email, users.phone, users.created_at
FROM users; INSERT INTO temp.sqlgen_guard VALUES ('ran', 11, 11);
-- sqlgen: statement 12, 16 characters, sha256 6c84380b12b4e53a, migrations/versions/0008_wider_columns.py:78
DROP TABLE users; INSERT INTO temp.sqlgen_guard VALUES ('ran', 12, 12);
-- sqlgen: statement 13, 46 characters, sha256 e65e8f6724617c57, migrations/versions/0008_wider_columns.py:78
ALTER TABLE _alembic_tmp_users RENAME TO users; INSERT INTO temp.sqlgen_guard VALUES ('ran', 13, 13);
UPDATE "main"."alembic_version" SET version_num = '0007_unique_email' WHERE version_num = '0008_wider_columns';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', changes(), 1;

-- -----------------------------------------------------------------------------
-- step 8 of 10: 0007_unique_email  one user per e-mail address  (migrations/versions/0007_unique_email.py)
--   0007_unique_email -> 0006_lowercase_emails, in the one transaction of the script
-- -----------------------------------------------------------------------------
-- sqlgen: statement 14, 248 characters, sha256 a422a8a6447180db, migrations/versions/0007_unique_email.py:48
CREATE TABLE _alembic_tmp_users (
    id INTEGER NOT NULL,
    name VARCHAR(50) NOT NULL,
    email VARCHAR(120) NOT NULL,
    phone VARCHAR(20),
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT pk_users PRIMARY KEY (id)
); INSERT INTO temp.sqlgen_guard VALUES ('ran', 14, 14);
-- sqlgen: statement 15, 150 characters, sha256 de5f541ab7908d37, migrations/versions/0007_unique_email.py:48
INSERT INTO _alembic_tmp_users (id, name, email, phone, created_at)
SELECT users.id, users.name, users.email, users.phone, users.created_at
FROM users; INSERT INTO temp.sqlgen_guard VALUES ('ran', 15, 15);
-- sqlgen: statement 16, 16 characters, sha256 6c84380b12b4e53a, migrations/versions/0007_unique_email.py:48
DROP TABLE users; INSERT INTO temp.sqlgen_guard VALUES ('ran', 16, 16);
-- sqlgen: statement 17, 46 characters, sha256 e65e8f6724617c57, migrations/versions/0007_unique_email.py:48
ALTER TABLE _alembic_tmp_users RENAME TO users; INSERT INTO temp.sqlgen_guard VALUES ('ran', 17, 17);
UPDATE "main"."alembic_version" SET version_num = '0006_lowercase_emails' WHERE version_num = '0007_unique_email';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', changes(), 1;

-- -----------------------------------------------------------------------------
-- step 9 of 10: 0006_lowercase_emails  write e-mail addresses in lower case  (migrations/versions/0006_lowercase_emails.py)
--   0006_lowercase_emails -> 0005_publishers, in the one transaction of the script
-- -----------------------------------------------------------------------------
UPDATE "main"."alembic_version" SET version_num = '0005_publishers' WHERE version_num = '0006_lowercase_emails';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', changes(), 1;

-- -----------------------------------------------------------------------------
-- step 10 of 10: 0005_publishers  every book has a publisher  (migrations/versions/0005_publishers.py)
--   0005_publishers -> 0004_orders, in the one transaction of the script
-- -----------------------------------------------------------------------------
-- sqlgen: statement 18, 190 characters, sha256 681696d2df8d9a86, migrations/versions/0005_publishers.py:60
CREATE TABLE _alembic_tmp_books (
    id INTEGER NOT NULL,
    title VARCHAR(200) NOT NULL,
    isbn VARCHAR(13),
    price NUMERIC(8, 2) NOT NULL,
    CONSTRAINT pk_books PRIMARY KEY (id)
); INSERT INTO temp.sqlgen_guard VALUES ('ran', 18, 18);
-- sqlgen: statement 19, 120 characters, sha256 7e68abacb8d50bac, migrations/versions/0005_publishers.py:60
INSERT INTO _alembic_tmp_books (id, title, isbn, price)
SELECT books.id, books.title, books.isbn, books.price
FROM books; INSERT INTO temp.sqlgen_guard VALUES ('ran', 19, 19);
-- sqlgen: statement 20, 16 characters, sha256 a050c4493d7b476b, migrations/versions/0005_publishers.py:60
DROP TABLE books; INSERT INTO temp.sqlgen_guard VALUES ('ran', 20, 20);
-- sqlgen: statement 21, 46 characters, sha256 7403dbf262bb21e8, migrations/versions/0005_publishers.py:60
ALTER TABLE _alembic_tmp_books RENAME TO books; INSERT INTO temp.sqlgen_guard VALUES ('ran', 21, 21);
-- sqlgen: statement 22, 21 characters, sha256 872d3752d94464c6, migrations/versions/0005_publishers.py:63
DROP TABLE publishers; INSERT INTO temp.sqlgen_guard VALUES ('ran', 22, 22);
UPDATE "main"."alembic_version" SET version_num = '0004_orders' WHERE version_num = '0005_publishers';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', changes(), 1;

-- The end: everything ran, the version table holds what it must, no foreign key was broken.
INSERT INTO temp.sqlgen_guard
  SELECT 'whole', count(*), 35 FROM temp.sqlgen_guard WHERE what IN ('database', 'start', 'ran', 'stamp');
INSERT INTO temp.sqlgen_guard SELECT 'keys after', count(*), 0 FROM pragma_foreign_key_check;
INSERT INTO temp.sqlgen_guard SELECT 'end', (SELECT count(*) FROM "main"."alembic_version") || ':' || (SELECT coalesce(group_concat(row, ','), '') FROM (SELECT coalesce(version_num, 'NULL') AS row FROM "main"."alembic_version" ORDER BY 1)), '1:0004_orders';
COMMIT;

-- The result, computed from the database.
SELECT 'sqlgen result: ' || CASE
  WHEN NOT EXISTS (SELECT 1 FROM temp.sqlgen_guard WHERE what = 'database') THEN 'NOT APPLIED'
  WHEN (SELECT count(*) FROM "main"."alembic_version") || ':' || (SELECT coalesce(group_concat(row, ','), '') FROM (SELECT coalesce(version_num, 'NULL') AS row FROM "main"."alembic_version" ORDER BY 1)) IS NOT '1:0004_orders' THEN 'NOT APPLIED'
  WHEN EXISTS (SELECT 1 FROM temp.sqlgen_guard WHERE what = 'end') THEN 'APPLIED'
  ELSE 'ALREADY APPLIED' END || ': the database is at {' || (SELECT coalesce(group_concat(row, ','), '') FROM (SELECT coalesce(version_num, 'NULL') AS row FROM "main"."alembic_version" ORDER BY 1)) || '}';
-- sqlgen: end, 22 statements
