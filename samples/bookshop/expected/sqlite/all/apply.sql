-- sqlgen: a script for sqlite3
--
-- What:        upgrade, alembic_version base -> 0014_drop_wishlists, 14 revision(s)
-- Environment: staging
-- Database:    bookshop_staging (the guard refuses any other)
-- Run it with: sqlite3 -batch -bail -safe -init /dev/null bookshop_staging < apply.sql > apply.log 2>&1
-- Needs:       sqlite3 3.37 or newer for -safe, which keeps the script inside this one database (3.26 without it)
-- Needs:       the file sqlite3 itself: another tool does not know .bail and may run on after an error
-- Result:      the LAST line with "sqlgen result:" tells: APPLIED, ALREADY APPLIED or NOT APPLIED.
--              sqlite3 ends with 0 for APPLIED, else with 1 (also for ALREADY APPLIED).
--              The script is one transaction: after an error nothing of it stands.
-- Revisions:
--     1. 0001_users  create users  (migrations/versions/0001_users.py)
--     2. 0002_roles  create roles and give the shop its first three  (migrations/versions/0002_roles.py)
--     3. 0003_books  create books and wishlists  (migrations/versions/0003_books.py)
--     4. 0004_orders  create orders  (migrations/versions/0004_orders.py)
--     5. 0005_publishers  every book has a publisher  (migrations/versions/0005_publishers.py)
--     6. 0006_lowercase_emails  write e-mail addresses in lower case  (migrations/versions/0006_lowercase_emails.py)
--     7. 0007_unique_email  one user per e-mail address  (migrations/versions/0007_unique_email.py)
--     8. 0008_wider_columns  longer names, larger quantities  (migrations/versions/0008_wider_columns.py)
--     9. 0010_isbn_index  find books by ISBN  (migrations/versions/0010_isbn_index.py)
--    10. 0009_order_date_index  find orders by date  (migrations/versions/0009_order_date_index.py)
--    11. 0011_merge  merge the two indexes  (migrations/versions/0011_merge.py)
--    12. 0012_book_slugs  a readable address for every book  (migrations/versions/0012_book_slugs.py)
--    13. 0013_drop_phone  forget phone numbers  (migrations/versions/0013_drop_phone.py)
--    14. 0014_drop_wishlists  wishlists are gone  (migrations/versions/0014_drop_wishlists.py)
--
.bail on
.echo off
.headers off
.mode list
.timeout 5000
-- Off for the transaction, as a table that is rebuilt is dropped for a moment; checked at the end instead.
PRAGMA foreign_keys = OFF;
PRAGMA legacy_alter_table = OFF;
-- The guard: does this script belong to this database, as it stands?
CREATE TEMP TABLE sqlgen_guard (what TEXT NOT NULL, found, wanted);
CREATE TEMP TRIGGER sqlgen_database BEFORE INSERT ON sqlgen_guard
WHEN NEW.what = 'database' AND NEW.found IS NOT NEW.wanted
BEGIN SELECT RAISE(ABORT, 'sqlgen result: NOT APPLIED: this script is for the database file bookshop_staging; nothing was changed'); END;
CREATE TEMP TRIGGER sqlgen_already BEFORE INSERT ON sqlgen_guard
WHEN NEW.what = 'start' AND NEW.found IS '1:0014_drop_wishlists'
BEGIN SELECT RAISE(ABORT, 'sqlgen result: ALREADY APPLIED: the database is at {0014_drop_wishlists}; nothing was changed'); END;
CREATE TEMP TRIGGER sqlgen_start BEFORE INSERT ON sqlgen_guard
WHEN NEW.what = 'start' AND NEW.found IS NOT NEW.wanted AND NEW.found IS NOT '1:0014_drop_wishlists'
BEGIN SELECT RAISE(ABORT, 'sqlgen result: NOT APPLIED: this script goes from {} to {0014_drop_wishlists}, the line above says what alembic_version holds; nothing was changed'); END;
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
  WHERE name = 'main' AND replace(substr('/' || file, -17), '\', '/') = '/bookshop_staging');
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS "main"."alembic_version" (
  version_num VARCHAR(32) NOT NULL, CONSTRAINT "alembic_version_pkc" PRIMARY KEY (version_num)
);
SELECT 'sqlgen: alembic_version holds {' || (SELECT coalesce(group_concat(row, ','), '') FROM (SELECT coalesce(version_num, 'NULL') AS row FROM "main"."alembic_version" ORDER BY 1)) || '}';
INSERT INTO temp.sqlgen_guard SELECT 'start', (SELECT count(*) FROM "main"."alembic_version") || ':' || (SELECT coalesce(group_concat(row, ','), '') FROM (SELECT coalesce(version_num, 'NULL') AS row FROM "main"."alembic_version" ORDER BY 1)), '0:';
INSERT INTO temp.sqlgen_guard SELECT 'keys before', count(*), 0 FROM pragma_foreign_key_check;
SELECT 'sqlgen result: NOT APPLIED yet: at {}; if this is the last such line, an error stopped the script; nothing of it stands' WHERE EXISTS (SELECT 1 FROM temp.sqlgen_guard WHERE what = 'start');

-- -----------------------------------------------------------------------------
-- step 1 of 14: 0001_users  create users  (migrations/versions/0001_users.py)
--   base -> 0001_users, in the one transaction of the script
-- -----------------------------------------------------------------------------
-- sqlgen: statement 1, 235 characters, sha256 bbac513aafe8432c, migrations/versions/0001_users.py:23
CREATE TABLE users (
    id INTEGER NOT NULL,
    name VARCHAR(50) NOT NULL,
    email VARCHAR(120) NOT NULL,
    phone VARCHAR(20),
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT pk_users PRIMARY KEY (id)
); INSERT INTO temp.sqlgen_guard VALUES ('ran', 1, 1);
INSERT INTO "main"."alembic_version" (version_num) VALUES ('0001_users');
INSERT INTO temp.sqlgen_guard SELECT 'stamp', changes(), 1;

-- -----------------------------------------------------------------------------
-- step 2 of 14: 0002_roles  create roles and give the shop its first three  (migrations/versions/0002_roles.py)
--   0001_users -> 0002_roles, in the one transaction of the script
-- -----------------------------------------------------------------------------
-- sqlgen: statement 2, 119 characters, sha256 8058f38b1ace1064, migrations/versions/0002_roles.py:23
CREATE TABLE roles (
    id INTEGER NOT NULL,
    name VARCHAR(30) NOT NULL,
    CONSTRAINT pk_roles PRIMARY KEY (id)
); INSERT INTO temp.sqlgen_guard VALUES ('ran', 2, 2);
-- sqlgen: statement 3, 311 characters, sha256 12e1978bb4a9c4fd, migrations/versions/0002_roles.py:29
CREATE TABLE user_roles (
    user_id INTEGER NOT NULL,
    role_id INTEGER NOT NULL,
    CONSTRAINT pk_user_roles PRIMARY KEY (user_id, role_id),
    CONSTRAINT fk_user_roles_user_id FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT fk_user_roles_role_id FOREIGN KEY (role_id) REFERENCES roles (id)
); INSERT INTO temp.sqlgen_guard VALUES ('ran', 3, 3);
-- sqlgen: statement 4, 51 characters, sha256 32e79b0faf5302b6, migrations/versions/0002_roles.py:37
INSERT INTO roles (id, name) VALUES (1, 'customer'); INSERT INTO temp.sqlgen_guard VALUES ('ran', 4, 4);
-- sqlgen: statement 5, 53 characters, sha256 9289c73eafdee0a0, migrations/versions/0002_roles.py:37
INSERT INTO roles (id, name) VALUES (2, 'bookseller'); INSERT INTO temp.sqlgen_guard VALUES ('ran', 5, 5);
-- sqlgen: statement 6, 66 characters, sha256 8c7fbcd8484d8bd2, migrations/versions/0002_roles.py:37
INSERT INTO roles (id, name) VALUES (3, 'the owner''s accountant'); INSERT INTO temp.sqlgen_guard VALUES ('ran', 6, 6);
UPDATE "main"."alembic_version" SET version_num = '0002_roles' WHERE version_num = '0001_users';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', changes(), 1;

-- -----------------------------------------------------------------------------
-- step 3 of 14: 0003_books  create books and wishlists  (migrations/versions/0003_books.py)
--   0002_roles -> 0003_books, in the one transaction of the script
-- -----------------------------------------------------------------------------
-- sqlgen: statement 7, 177 characters, sha256 1d0b08420c386eb5, migrations/versions/0003_books.py:23
CREATE TABLE books (
    id INTEGER NOT NULL,
    title VARCHAR(200) NOT NULL,
    isbn VARCHAR(13),
    price NUMERIC(8, 2) NOT NULL,
    CONSTRAINT pk_books PRIMARY KEY (id)
); INSERT INTO temp.sqlgen_guard VALUES ('ran', 7, 7);
-- sqlgen: statement 8, 307 characters, sha256 b3b3f6bdc67a2589, migrations/versions/0003_books.py:31
CREATE TABLE wishlists (
    user_id INTEGER NOT NULL,
    book_id INTEGER NOT NULL,
    CONSTRAINT pk_wishlists PRIMARY KEY (user_id, book_id),
    CONSTRAINT fk_wishlists_user_id FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT fk_wishlists_book_id FOREIGN KEY (book_id) REFERENCES books (id)
); INSERT INTO temp.sqlgen_guard VALUES ('ran', 8, 8);
UPDATE "main"."alembic_version" SET version_num = '0003_books' WHERE version_num = '0002_roles';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', changes(), 1;

-- -----------------------------------------------------------------------------
-- step 4 of 14: 0004_orders  create orders  (migrations/versions/0004_orders.py)
--   0003_books -> 0004_orders, in the one transaction of the script
-- -----------------------------------------------------------------------------
-- sqlgen: statement 9, 447 characters, sha256 719bb5c52880a0c7, migrations/versions/0004_orders.py:23
CREATE TABLE orders (
    id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    book_id INTEGER NOT NULL,
    quantity SMALLINT NOT NULL,
    status VARCHAR(8) DEFAULT 'pending' NOT NULL,
    placed_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT pk_orders PRIMARY KEY (id),
    CONSTRAINT fk_orders_user_id FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT fk_orders_book_id FOREIGN KEY (book_id) REFERENCES books (id)
); INSERT INTO temp.sqlgen_guard VALUES ('ran', 9, 9);
UPDATE "main"."alembic_version" SET version_num = '0004_orders' WHERE version_num = '0003_books';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', changes(), 1;

-- -----------------------------------------------------------------------------
-- step 5 of 14: 0005_publishers  every book has a publisher  (migrations/versions/0005_publishers.py)
--   0004_orders -> 0005_publishers, in the one transaction of the script
-- -----------------------------------------------------------------------------
-- sqlgen: statement 10, 130 characters, sha256 283763401b72174d, migrations/versions/0005_publishers.py:46
CREATE TABLE publishers (
    id INTEGER NOT NULL,
    name VARCHAR(200) NOT NULL,
    CONSTRAINT pk_publishers PRIMARY KEY (id)
); INSERT INTO temp.sqlgen_guard VALUES ('ran', 10, 10);
-- sqlgen: statement 11, 317 characters, sha256 baedff1f84379a63, migrations/versions/0005_publishers.py:53
CREATE TABLE _alembic_tmp_books (
    id INTEGER NOT NULL,
    title VARCHAR(200) NOT NULL,
    isbn VARCHAR(13),
    price NUMERIC(8, 2) NOT NULL,
    publisher_id INTEGER NOT NULL,
    CONSTRAINT pk_books PRIMARY KEY (id),
    CONSTRAINT fk_books_publisher_id FOREIGN KEY (publisher_id) REFERENCES publishers (id)
); INSERT INTO temp.sqlgen_guard VALUES ('ran', 11, 11);
-- sqlgen: statement 12, 120 characters, sha256 7e68abacb8d50bac, migrations/versions/0005_publishers.py:53
INSERT INTO _alembic_tmp_books (id, title, isbn, price)
SELECT books.id, books.title, books.isbn, books.price
FROM books; INSERT INTO temp.sqlgen_guard VALUES ('ran', 12, 12);
-- sqlgen: statement 13, 16 characters, sha256 a050c4493d7b476b, migrations/versions/0005_publishers.py:53
DROP TABLE books; INSERT INTO temp.sqlgen_guard VALUES ('ran', 13, 13);
-- sqlgen: statement 14, 46 characters, sha256 7403dbf262bb21e8, migrations/versions/0005_publishers.py:53
ALTER TABLE _alembic_tmp_books RENAME TO books; INSERT INTO temp.sqlgen_guard VALUES ('ran', 14, 14);
UPDATE "main"."alembic_version" SET version_num = '0005_publishers' WHERE version_num = '0004_orders';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', changes(), 1;

-- -----------------------------------------------------------------------------
-- step 6 of 14: 0006_lowercase_emails  write e-mail addresses in lower case  (migrations/versions/0006_lowercase_emails.py)
--   0005_publishers -> 0006_lowercase_emails, in the one transaction of the script
-- -----------------------------------------------------------------------------
-- sqlgen: statement 15, 70 characters, sha256 5f79d882408da37b, migrations/versions/0006_lowercase_emails.py:23
UPDATE users SET email = lower(email) WHERE email LIKE '%@EXAMPLE.COM'; INSERT INTO temp.sqlgen_guard VALUES ('ran', 15, 15);
UPDATE "main"."alembic_version" SET version_num = '0006_lowercase_emails' WHERE version_num = '0005_publishers';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', changes(), 1;

-- -----------------------------------------------------------------------------
-- step 7 of 14: 0007_unique_email  one user per e-mail address  (migrations/versions/0007_unique_email.py)
--   0006_lowercase_emails -> 0007_unique_email, in the one transaction of the script
-- -----------------------------------------------------------------------------
-- sqlgen: statement 16, 294 characters, sha256 1227283ca7c37988, migrations/versions/0007_unique_email.py:40
CREATE TABLE _alembic_tmp_users (
    id INTEGER NOT NULL,
    name VARCHAR(50) NOT NULL,
    email VARCHAR(120) NOT NULL,
    phone VARCHAR(20),
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT pk_users PRIMARY KEY (id),
    CONSTRAINT uq_users_email UNIQUE (email)
); INSERT INTO temp.sqlgen_guard VALUES ('ran', 16, 16);
-- sqlgen: statement 17, 150 characters, sha256 de5f541ab7908d37, migrations/versions/0007_unique_email.py:40
INSERT INTO _alembic_tmp_users (id, name, email, phone, created_at)
SELECT users.id, users.name, users.email, users.phone, users.created_at
FROM users; INSERT INTO temp.sqlgen_guard VALUES ('ran', 17, 17);
-- sqlgen: statement 18, 16 characters, sha256 6c84380b12b4e53a, migrations/versions/0007_unique_email.py:40
DROP TABLE users; INSERT INTO temp.sqlgen_guard VALUES ('ran', 18, 18);
-- sqlgen: statement 19, 46 characters, sha256 e65e8f6724617c57, migrations/versions/0007_unique_email.py:40
ALTER TABLE _alembic_tmp_users RENAME TO users; INSERT INTO temp.sqlgen_guard VALUES ('ran', 19, 19);
UPDATE "main"."alembic_version" SET version_num = '0007_unique_email' WHERE version_num = '0006_lowercase_emails';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', changes(), 1;

-- -----------------------------------------------------------------------------
-- step 8 of 14: 0008_wider_columns  longer names, larger quantities  (migrations/versions/0008_wider_columns.py)
--   0007_unique_email -> 0008_wider_columns, in the one transaction of the script
-- -----------------------------------------------------------------------------
-- sqlgen: statement 20, 295 characters, sha256 a8e90a1c3319b92a, migrations/versions/0008_wider_columns.py:61
CREATE TABLE _alembic_tmp_users (
    id INTEGER NOT NULL,
    name VARCHAR(200) NOT NULL,
    email VARCHAR(120) NOT NULL,
    phone VARCHAR(20),
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT pk_users PRIMARY KEY (id),
    CONSTRAINT uq_users_email UNIQUE (email)
); INSERT INTO temp.sqlgen_guard VALUES ('ran', 20, 20);
-- sqlgen: statement 21, 150 characters, sha256 de5f541ab7908d37, migrations/versions/0008_wider_columns.py:61
INSERT INTO _alembic_tmp_users (id, name, email, phone, created_at)
SELECT users.id, users.name, users.email, users.phone, users.created_at
FROM users; INSERT INTO temp.sqlgen_guard VALUES ('ran', 21, 21);
-- sqlgen: statement 22, 16 characters, sha256 6c84380b12b4e53a, migrations/versions/0008_wider_columns.py:61
DROP TABLE users; INSERT INTO temp.sqlgen_guard VALUES ('ran', 22, 22);
-- sqlgen: statement 23, 46 characters, sha256 e65e8f6724617c57, migrations/versions/0008_wider_columns.py:61
ALTER TABLE _alembic_tmp_users RENAME TO users; INSERT INTO temp.sqlgen_guard VALUES ('ran', 23, 23);
-- sqlgen: statement 24, 459 characters, sha256 896789c64d56b059, migrations/versions/0008_wider_columns.py:66
CREATE TABLE _alembic_tmp_orders (
    id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    book_id INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    status VARCHAR(8) DEFAULT 'pending' NOT NULL,
    placed_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT pk_orders PRIMARY KEY (id),
    CONSTRAINT fk_orders_user_id FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT fk_orders_book_id FOREIGN KEY (book_id) REFERENCES books (id)
); INSERT INTO temp.sqlgen_guard VALUES ('ran', 24, 24);
-- sqlgen: statement 25, 194 characters, sha256 11bb670c611c5c35, migrations/versions/0008_wider_columns.py:66
INSERT INTO _alembic_tmp_orders (id, user_id, book_id, quantity, status, placed_at)
SELECT orders.id, orders.user_id, orders.book_id, orders.quantity, orders.status, orders.placed_at
FROM orders; INSERT INTO temp.sqlgen_guard VALUES ('ran', 25, 25);
-- sqlgen: statement 26, 17 characters, sha256 fd0ca7112b4eedf9, migrations/versions/0008_wider_columns.py:66
DROP TABLE orders; INSERT INTO temp.sqlgen_guard VALUES ('ran', 26, 26);
-- sqlgen: statement 27, 48 characters, sha256 19b5002fb50d72df, migrations/versions/0008_wider_columns.py:66
ALTER TABLE _alembic_tmp_orders RENAME TO orders; INSERT INTO temp.sqlgen_guard VALUES ('ran', 27, 27);
UPDATE "main"."alembic_version" SET version_num = '0008_wider_columns' WHERE version_num = '0007_unique_email';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', changes(), 1;

-- -----------------------------------------------------------------------------
-- step 9 of 14: 0010_isbn_index  find books by ISBN  (migrations/versions/0010_isbn_index.py)
--   0008_wider_columns -> 0010_isbn_index, in the one transaction of the script
-- -----------------------------------------------------------------------------
-- sqlgen: statement 28, 42 characters, sha256 047a5117c5f8a5fb, migrations/versions/0010_isbn_index.py:24
CREATE INDEX ix_books_isbn ON books (isbn); INSERT INTO temp.sqlgen_guard VALUES ('ran', 28, 28);
UPDATE "main"."alembic_version" SET version_num = '0010_isbn_index' WHERE version_num = '0008_wider_columns';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', changes(), 1;

-- -----------------------------------------------------------------------------
-- step 10 of 14: 0009_order_date_index  find orders by date  (migrations/versions/0009_order_date_index.py)
--   0010_isbn_index -> 0009_order_date_index,0010_isbn_index, in the one transaction of the script
-- -----------------------------------------------------------------------------
-- sqlgen: statement 29, 54 characters, sha256 bb659909a0dfffd9, migrations/versions/0009_order_date_index.py:24
CREATE INDEX ix_orders_placed_at ON orders (placed_at); INSERT INTO temp.sqlgen_guard VALUES ('ran', 29, 29);
INSERT INTO "main"."alembic_version" (version_num) VALUES ('0009_order_date_index');
INSERT INTO temp.sqlgen_guard SELECT 'stamp', changes(), 1;

-- -----------------------------------------------------------------------------
-- step 11 of 14: 0011_merge  merge the two indexes  (migrations/versions/0011_merge.py)
--   0009_order_date_index,0010_isbn_index -> 0011_merge, in the one transaction of the script
-- -----------------------------------------------------------------------------
DELETE FROM "main"."alembic_version" WHERE version_num = '0010_isbn_index';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', changes(), 1;
UPDATE "main"."alembic_version" SET version_num = '0011_merge' WHERE version_num = '0009_order_date_index';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', changes(), 1;

-- -----------------------------------------------------------------------------
-- step 12 of 14: 0012_book_slugs  a readable address for every book  (migrations/versions/0012_book_slugs.py)
--   0011_merge -> 0012_book_slugs, in the one transaction of the script
-- -----------------------------------------------------------------------------
-- sqlgen: statement 30, 46 characters, sha256 e11940db6c8c871f, migrations/versions/0012_book_slugs.py:23
ALTER TABLE books ADD COLUMN slug VARCHAR(200); INSERT INTO temp.sqlgen_guard VALUES ('ran', 30, 30);
-- sqlgen: statement 31, 55 characters, sha256 4ded43209f646742, migrations/versions/0012_book_slugs.py:25
UPDATE books SET slug = lower(replace(title, ' ', '-')); INSERT INTO temp.sqlgen_guard VALUES ('ran', 31, 31);
UPDATE "main"."alembic_version" SET version_num = '0012_book_slugs' WHERE version_num = '0011_merge';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', changes(), 1;

-- -----------------------------------------------------------------------------
-- step 13 of 14: 0013_drop_phone  forget phone numbers  (migrations/versions/0013_drop_phone.py)
--   0012_book_slugs -> 0013_drop_phone, in the one transaction of the script
-- -----------------------------------------------------------------------------
-- sqlgen: statement 32, 35 characters, sha256 53c1b5d9ade7021b, migrations/versions/0013_drop_phone.py:24
ALTER TABLE users DROP COLUMN phone; INSERT INTO temp.sqlgen_guard VALUES ('ran', 32, 32);
UPDATE "main"."alembic_version" SET version_num = '0013_drop_phone' WHERE version_num = '0012_book_slugs';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', changes(), 1;

-- -----------------------------------------------------------------------------
-- step 14 of 14: 0014_drop_wishlists  wishlists are gone  (migrations/versions/0014_drop_wishlists.py)
--   0013_drop_phone -> 0014_drop_wishlists, in the one transaction of the script
-- -----------------------------------------------------------------------------
-- sqlgen: statement 33, 20 characters, sha256 75852dc6c9dea3f5, migrations/versions/0014_drop_wishlists.py:24
DROP TABLE wishlists; INSERT INTO temp.sqlgen_guard VALUES ('ran', 33, 33);
UPDATE "main"."alembic_version" SET version_num = '0014_drop_wishlists' WHERE version_num = '0013_drop_phone';
INSERT INTO temp.sqlgen_guard SELECT 'stamp', changes(), 1;

-- The end: everything ran, the version table holds what it must, no foreign key was broken.
INSERT INTO temp.sqlgen_guard
  SELECT 'whole', count(*), 50 FROM temp.sqlgen_guard WHERE what IN ('database', 'start', 'ran', 'stamp');
INSERT INTO temp.sqlgen_guard SELECT 'keys after', count(*), 0 FROM pragma_foreign_key_check;
INSERT INTO temp.sqlgen_guard SELECT 'end', (SELECT count(*) FROM "main"."alembic_version") || ':' || (SELECT coalesce(group_concat(row, ','), '') FROM (SELECT coalesce(version_num, 'NULL') AS row FROM "main"."alembic_version" ORDER BY 1)), '1:0014_drop_wishlists';
COMMIT;

-- The result, computed from the database.
SELECT 'sqlgen result: ' || CASE
  WHEN NOT EXISTS (SELECT 1 FROM temp.sqlgen_guard WHERE what = 'database') THEN 'NOT APPLIED'
  WHEN (SELECT count(*) FROM "main"."alembic_version") || ':' || (SELECT coalesce(group_concat(row, ','), '') FROM (SELECT coalesce(version_num, 'NULL') AS row FROM "main"."alembic_version" ORDER BY 1)) IS NOT '1:0014_drop_wishlists' THEN 'NOT APPLIED'
  WHEN EXISTS (SELECT 1 FROM temp.sqlgen_guard WHERE what = 'end') THEN 'APPLIED'
  ELSE 'ALREADY APPLIED' END || ': the database is at {' || (SELECT coalesce(group_concat(row, ','), '') FROM (SELECT coalesce(version_num, 'NULL') AS row FROM "main"."alembic_version" ORDER BY 1)) || '}';
-- sqlgen: end, 33 statements
