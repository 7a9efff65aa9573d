-- sqlgen: read-only checks for sqlite3
--
-- What:        whether apply.sql can take the database from base to 0014_drop_wishlists
-- Database:    bookshop_staging (the guard refuses any other)
-- Run it with: sqlite3 -batch -bail -readonly -init /dev/null bookshop_staging < preflight.sql > preflight.log 2>&1
-- Result:      the LAST line with "sqlgen result:" tells: PREFLIGHT OK or PREFLIGHT FAILED;
--              the client ends with 0 for the first one.
--              Catalogs are read, nothing is changed.
--
.bail on
.echo off
.headers off
.mode list
DROP TABLE IF EXISTS temp.sqlgen_check;
CREATE TEMP TABLE sqlgen_check (number INTEGER, level TEXT, told TEXT, fine TEXT, expected TEXT, found TEXT);
ATTACH 'file:sqlgen?mode=memory' AS sqlgen_none;
CREATE TABLE sqlgen_none."alembic_version" (version_num TEXT);
DROP TABLE IF EXISTS temp.sqlgen_at;
CREATE TEMP TABLE sqlgen_at (heads TEXT, at NUMERIC);
INSERT INTO temp.sqlgen_at
  SELECT heads, CASE heads WHEN 'base' THEN 0 WHEN '0014_drop_wishlists' THEN 14 ELSE -1 END FROM (SELECT (SELECT coalesce(group_concat(version_num, ','), 'base') FROM (SELECT version_num FROM "alembic_version" ORDER BY 1)) AS heads);
DETACH sqlgen_none;
INSERT INTO temp.sqlgen_check VALUES (1, 'title', '[sqlgen] the server and the database', NULL, NULL, NULL);
INSERT INTO temp.sqlgen_check SELECT 2, 'fail', 'the database file', 'the database file: bookshop_staging', 'bookshop_staging',
  CASE WHEN (replace('/' || (SELECT file FROM pragma_database_list WHERE name = 'main'), '\', '/') LIKE '%/bookshop~_staging' ESCAPE '~') THEN 'bookshop_staging' ELSE (SELECT file FROM pragma_database_list WHERE name = 'main') END;
INSERT INTO temp.sqlgen_check SELECT 3, 'fail', 'the server''s version', 'the server''s version', NULL,
  sqlite_version();
INSERT INTO temp.sqlgen_check SELECT 4, 'fail', 'the environment that the script is for', 'the environment that the script is for', NULL,
  'staging';
INSERT INTO temp.sqlgen_check VALUES (5, 'title', '[sqlgen] where the script will start', NULL, NULL, NULL);
INSERT INTO temp.sqlgen_check SELECT 6, 'fail', 'the revision that the database is at', 'the revision that the database is at: base', 'base',
  CASE WHEN (SELECT at FROM temp.sqlgen_at) >= 0 THEN 'base' ELSE (SELECT heads FROM temp.sqlgen_at) END;
INSERT INTO temp.sqlgen_check SELECT 7, 'fail', 'the script will start', 'the script will start', NULL,
  CASE WHEN (SELECT at FROM temp.sqlgen_at) < 0 THEN 'nowhere: it will refuse' WHEN (SELECT at FROM temp.sqlgen_at) = 14 THEN 'nowhere: all of it is done, ALREADY APPLIED' WHEN (SELECT at FROM temp.sqlgen_at) = 0 THEN 'at step 1 of 14 (0001_users)' WHEN (SELECT at FROM temp.sqlgen_at) = 0.5 THEN 'inside step 1 of 14 (0001_users), which is half done' WHEN (SELECT at FROM temp.sqlgen_at) = 1 THEN 'at step 2 of 14 (0002_roles)' WHEN (SELECT at FROM temp.sqlgen_at) = 1.5 THEN 'inside step 2 of 14 (0002_roles), which is half done' WHEN (SELECT at FROM temp.sqlgen_at) = 2 THEN 'at step 3 of 14 (0003_books)' WHEN (SELECT at FROM temp.sqlgen_at) = 2.5 THEN 'inside step 3 of 14 (0003_books), which is half done' WHEN (SELECT at FROM temp.sqlgen_at) = 3 THEN 'at step 4 of 14 (0004_orders)' WHEN (SELECT at FROM temp.sqlgen_at) = 3.5 THEN 'inside step 4 of 14 (0004_orders), which is half done' WHEN (SELECT at FROM temp.sqlgen_at) = 4 THEN 'at step 5 of 14 (0005_publishers)' WHEN (SELECT at FROM temp.sqlgen_at) = 4.5 THEN 'inside step 5 of 14 (0005_publishers), which is half done' WHEN (SELECT at FROM temp.sqlgen_at) = 5 THEN 'at step 6 of 14 (0006_lowercase_emails)' WHEN (SELECT at FROM temp.sqlgen_at) = 5.5 THEN 'inside step 6 of 14 (0006_lowercase_emails), which is half done' WHEN (SELECT at FROM temp.sqlgen_at) = 6 THEN 'at step 7 of 14 (0007_unique_email)' WHEN (SELECT at FROM temp.sqlgen_at) = 6.5 THEN 'inside step 7 of 14 (0007_unique_email), which is half done' WHEN (SELECT at FROM temp.sqlgen_at) = 7 THEN 'at step 8 of 14 (0008_wider_columns)' WHEN (SELECT at FROM temp.sqlgen_at) = 7.5 THEN 'inside step 8 of 14 (0008_wider_columns), which is half done' WHEN (SELECT at FROM temp.sqlgen_at) = 8 THEN 'at step 9 of 14 (0010_isbn_index)' WHEN (SELECT at FROM temp.sqlgen_at) = 8.5 THEN 'inside step 9 of 14 (0010_isbn_index), which is half done' WHEN (SELECT at FROM temp.sqlgen_at) = 9 THEN 'at step 10 of 14 (0009_order_date_index)' WHEN (SELECT at FROM temp.sqlgen_at) = 9.5 THEN 'inside step 10 of 14 (0009_order_date_index), which is half done' WHEN (SELECT at FROM temp.sqlgen_at) = 10 THEN 'at step 11 of 14 (0011_merge)' WHEN (SELECT at FROM temp.sqlgen_at) = 11 THEN 'at step 12 of 14 (0012_book_slugs)' WHEN (SELECT at FROM temp.sqlgen_at) = 11.5 THEN 'inside step 12 of 14 (0012_book_slugs), which is half done' WHEN (SELECT at FROM temp.sqlgen_at) = 12 THEN 'at step 13 of 14 (0013_drop_phone)' WHEN (SELECT at FROM temp.sqlgen_at) = 12.5 THEN 'inside step 13 of 14 (0013_drop_phone), which is half done' WHEN (SELECT at FROM temp.sqlgen_at) = 13 THEN 'at step 14 of 14 (0014_drop_wishlists)' WHEN (SELECT at FROM temp.sqlgen_at) = 13.5 THEN 'inside step 14 of 14 (0014_drop_wishlists), which is half done' END;
INSERT INTO temp.sqlgen_check VALUES (8, 'title', '[sqlgen] what its statements need', NULL, NULL, NULL);
INSERT INTO temp.sqlgen_check SELECT 9, 'fail', 'migrations/versions/0001_users.py:23 (0001_users): table users', 'migrations/versions/0001_users.py:23 (0001_users): table users: not there', 'not there',
  CASE WHEN EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = 'users' COLLATE NOCASE) THEN 'there' ELSE 'not there' END WHERE (SELECT at FROM temp.sqlgen_at) BETWEEN 0 AND 0;
INSERT INTO temp.sqlgen_check SELECT 10, 'fail', 'migrations/versions/0002_roles.py:23 (0002_roles): table roles', 'migrations/versions/0002_roles.py:23 (0002_roles): table roles: not there', 'not there',
  CASE WHEN EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = 'roles' COLLATE NOCASE) THEN 'there' ELSE 'not there' END WHERE (SELECT at FROM temp.sqlgen_at) BETWEEN 0 AND 1;
INSERT INTO temp.sqlgen_check SELECT 11, 'fail', 'migrations/versions/0002_roles.py:29 (0002_roles): table user_roles', 'migrations/versions/0002_roles.py:29 (0002_roles): table user_roles: not there', 'not there',
  CASE WHEN EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = 'user_roles' COLLATE NOCASE) THEN 'there' ELSE 'not there' END WHERE (SELECT at FROM temp.sqlgen_at) BETWEEN 0 AND 1;
INSERT INTO temp.sqlgen_check SELECT 12, 'fail', 'migrations/versions/0003_books.py:23 (0003_books): table books', 'migrations/versions/0003_books.py:23 (0003_books): table books: not there', 'not there',
  CASE WHEN EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = 'books' COLLATE NOCASE) THEN 'there' ELSE 'not there' END WHERE (SELECT at FROM temp.sqlgen_at) BETWEEN 0 AND 2;
INSERT INTO temp.sqlgen_check SELECT 13, 'fail', 'migrations/versions/0003_books.py:31 (0003_books): table wishlists', 'migrations/versions/0003_books.py:31 (0003_books): table wishlists: not there', 'not there',
  CASE WHEN EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = 'wishlists' COLLATE NOCASE) THEN 'there' ELSE 'not there' END WHERE (SELECT at FROM temp.sqlgen_at) BETWEEN 0 AND 2;
INSERT INTO temp.sqlgen_check SELECT 14, 'fail', 'migrations/versions/0004_orders.py:23 (0004_orders): table orders', 'migrations/versions/0004_orders.py:23 (0004_orders): table orders: not there', 'not there',
  CASE WHEN EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = 'orders' COLLATE NOCASE) THEN 'there' ELSE 'not there' END WHERE (SELECT at FROM temp.sqlgen_at) BETWEEN 0 AND 3;
INSERT INTO temp.sqlgen_check SELECT 15, 'fail', 'migrations/versions/0005_publishers.py:46 (0005_publishers): table publishers', 'migrations/versions/0005_publishers.py:46 (0005_publishers): table publishers: not there', 'not there',
  CASE WHEN EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = 'publishers' COLLATE NOCASE) THEN 'there' ELSE 'not there' END WHERE (SELECT at FROM temp.sqlgen_at) BETWEEN 0 AND 4;
INSERT INTO temp.sqlgen_check SELECT 16, 'fail', 'migrations/versions/0005_publishers.py:53 (0005_publishers): table _alembic_tmp_books', 'migrations/versions/0005_publishers.py:53 (0005_publishers): table _alembic_tmp_books: not there', 'not there',
  CASE WHEN EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = '_alembic_tmp_books' COLLATE NOCASE) THEN 'there' ELSE 'not there' END WHERE (SELECT at FROM temp.sqlgen_at) BETWEEN 0 AND 4;
INSERT INTO temp.sqlgen_check SELECT 17, 'fail', 'migrations/versions/0005_publishers.py:53 (0005_publishers): table books', 'migrations/versions/0005_publishers.py:53 (0005_publishers): table books: there', 'there',
  CASE WHEN EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = 'books' COLLATE NOCASE) THEN 'there' ELSE 'not there' END WHERE (SELECT at FROM temp.sqlgen_at) BETWEEN 3 AND 4;
INSERT INTO temp.sqlgen_check SELECT 18, 'fail', 'migrations/versions/0006_lowercase_emails.py:23 (0006_lowercase_emails): table users', 'migrations/versions/0006_lowercase_emails.py:23 (0006_lowercase_emails): table users: there', 'there',
  CASE WHEN EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = 'users' COLLATE NOCASE) THEN 'there' ELSE 'not there' END WHERE (SELECT at FROM temp.sqlgen_at) BETWEEN 1 AND 6;
INSERT INTO temp.sqlgen_check SELECT 19, 'fail', 'migrations/versions/0007_unique_email.py:40 (0007_unique_email): table _alembic_tmp_users', 'migrations/versions/0007_unique_email.py:40 (0007_unique_email): table _alembic_tmp_users: not there', 'not there',
  CASE WHEN EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = '_alembic_tmp_users' COLLATE NOCASE) THEN 'there' ELSE 'not there' END WHERE (SELECT at FROM temp.sqlgen_at) BETWEEN 0 AND 6;
INSERT INTO temp.sqlgen_check SELECT 20, 'fail', 'migrations/versions/0008_wider_columns.py:61 (0008_wider_columns): table _alembic_tmp_users', 'migrations/versions/0008_wider_columns.py:61 (0008_wider_columns): table _alembic_tmp_users: not there', 'not there',
  CASE WHEN EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = '_alembic_tmp_users' COLLATE NOCASE) THEN 'there' ELSE 'not there' END WHERE (SELECT at FROM temp.sqlgen_at) BETWEEN 7 AND 7;
INSERT INTO temp.sqlgen_check SELECT 21, 'fail', 'migrations/versions/0008_wider_columns.py:61 (0008_wider_columns): table users', 'migrations/versions/0008_wider_columns.py:61 (0008_wider_columns): table users: there', 'there',
  CASE WHEN EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = 'users' COLLATE NOCASE) THEN 'there' ELSE 'not there' END WHERE (SELECT at FROM temp.sqlgen_at) BETWEEN 7 AND 7;
INSERT INTO temp.sqlgen_check SELECT 22, 'fail', 'migrations/versions/0008_wider_columns.py:66 (0008_wider_columns): table _alembic_tmp_orders', 'migrations/versions/0008_wider_columns.py:66 (0008_wider_columns): table _alembic_tmp_orders: not there', 'not there',
  CASE WHEN EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = '_alembic_tmp_orders' COLLATE NOCASE) THEN 'there' ELSE 'not there' END WHERE (SELECT at FROM temp.sqlgen_at) BETWEEN 0 AND 7;
INSERT INTO temp.sqlgen_check SELECT 23, 'fail', 'migrations/versions/0008_wider_columns.py:66 (0008_wider_columns): table orders', 'migrations/versions/0008_wider_columns.py:66 (0008_wider_columns): table orders: there', 'there',
  CASE WHEN EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = 'orders' COLLATE NOCASE) THEN 'there' ELSE 'not there' END WHERE (SELECT at FROM temp.sqlgen_at) BETWEEN 4 AND 7;
INSERT INTO temp.sqlgen_check SELECT 24, 'fail', 'migrations/versions/0010_isbn_index.py:24 (0010_isbn_index): index ix_books_isbn of books', 'migrations/versions/0010_isbn_index.py:24 (0010_isbn_index): index ix_books_isbn of books: not there', 'not there',
  CASE WHEN EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type = 'index' AND name = 'ix_books_isbn' COLLATE NOCASE) THEN 'there' ELSE 'not there' END WHERE (SELECT at FROM temp.sqlgen_at) BETWEEN 5 AND 8;
INSERT INTO temp.sqlgen_check SELECT 25, 'fail', 'migrations/versions/0010_isbn_index.py:24 (0010_isbn_index): table books', 'migrations/versions/0010_isbn_index.py:24 (0010_isbn_index): table books: there', 'there',
  CASE WHEN EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = 'books' COLLATE NOCASE) THEN 'there' ELSE 'not there' END WHERE (SELECT at FROM temp.sqlgen_at) BETWEEN 5 AND 11;
INSERT INTO temp.sqlgen_check SELECT 26, 'fail', 'migrations/versions/0009_order_date_index.py:24 (0009_order_date_index): index ix_orders_placed_at of orders', 'migrations/versions/0009_order_date_index.py:24 (0009_order_date_index): index ix_orders_placed_at of orders: not there', 'not there',
  CASE WHEN EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type = 'index' AND name = 'ix_orders_placed_at' COLLATE NOCASE) THEN 'there' ELSE 'not there' END WHERE (SELECT at FROM temp.sqlgen_at) BETWEEN 8 AND 9;
INSERT INTO temp.sqlgen_check SELECT 27, 'fail', 'migrations/versions/0009_order_date_index.py:24 (0009_order_date_index): table orders', 'migrations/versions/0009_order_date_index.py:24 (0009_order_date_index): table orders: there', 'there',
  CASE WHEN EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = 'orders' COLLATE NOCASE) THEN 'there' ELSE 'not there' END WHERE (SELECT at FROM temp.sqlgen_at) BETWEEN 8 AND 9;
INSERT INTO temp.sqlgen_check SELECT 28, 'fail', 'migrations/versions/0012_book_slugs.py:23 (0012_book_slugs): column slug of books', 'migrations/versions/0012_book_slugs.py:23 (0012_book_slugs): column slug of books: not there', 'not there',
  CASE WHEN EXISTS (SELECT 1 FROM pragma_table_xinfo('books') WHERE name = 'slug' COLLATE NOCASE) THEN 'there' ELSE 'not there' END WHERE (SELECT at FROM temp.sqlgen_at) BETWEEN 5 AND 11;
INSERT INTO temp.sqlgen_check SELECT 29, 'fail', 'migrations/versions/0013_drop_phone.py:24 (0013_drop_phone): column phone of users', 'migrations/versions/0013_drop_phone.py:24 (0013_drop_phone): column phone of users: there', 'there',
  CASE WHEN EXISTS (SELECT 1 FROM pragma_table_xinfo('users') WHERE name = 'phone' COLLATE NOCASE) THEN 'there' ELSE 'not there' END WHERE (SELECT at FROM temp.sqlgen_at) BETWEEN 8 AND 12;
INSERT INTO temp.sqlgen_check SELECT 30, 'fail', 'migrations/versions/0013_drop_phone.py:24 (0013_drop_phone): table users', 'migrations/versions/0013_drop_phone.py:24 (0013_drop_phone): table users: there', 'there',
  CASE WHEN EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = 'users' COLLATE NOCASE) THEN 'there' ELSE 'not there' END WHERE (SELECT at FROM temp.sqlgen_at) BETWEEN 8 AND 12;
INSERT INTO temp.sqlgen_check SELECT 31, 'fail', 'migrations/versions/0014_drop_wishlists.py:24 (0014_drop_wishlists): table wishlists', 'migrations/versions/0014_drop_wishlists.py:24 (0014_drop_wishlists): table wishlists: there', 'there',
  CASE WHEN EXISTS (SELECT 1 FROM "main"."sqlite_master" WHERE type IN ('table', 'view') AND name = 'wishlists' COLLATE NOCASE) THEN 'there' ELSE 'not there' END WHERE (SELECT at FROM temp.sqlgen_at) BETWEEN 3 AND 13;
INSERT INTO temp.sqlgen_check SELECT 32, 'fail', 'not asked', 'not asked', NULL,
  'the database is not on the script''s path' WHERE (SELECT at FROM temp.sqlgen_at) BETWEEN -1 AND -1;
INSERT INTO temp.sqlgen_check SELECT 33, 'fail', 'not asked', 'not asked', NULL,
  'all of it is done' WHERE (SELECT at FROM temp.sqlgen_at) BETWEEN 14 AND 14;
INSERT INTO temp.sqlgen_check VALUES (34, 'title', '[sqlgen] what this user may do', NULL, NULL, NULL);
INSERT INTO temp.sqlgen_check SELECT 35, 'fail', 'rights', 'rights', NULL,
  'the file and its folder must be writable for the user that runs the script; SQL can''t see that';
INSERT INTO temp.sqlgen_check VALUES (36, 'title', '[sqlgen] the tables that it touches', NULL, NULL, NULL);
INSERT INTO temp.sqlgen_check SELECT 37, 'fail', 'size of the file, in bytes', 'size of the file, in bytes', NULL,
  ((SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size)) || ', ' || ((SELECT freelist_count FROM pragma_freelist_count) * (SELECT page_size FROM pragma_page_size)) || ' of them free';
INSERT INTO temp.sqlgen_check VALUES (38, 'title', '[sqlgen] who is in the way', NULL, NULL, NULL);
INSERT INTO temp.sqlgen_check SELECT 39, 'fail', 'others that use the file', 'others that use the file', NULL,
  'not visible in SQL; the script waits for them up to 5 s';
INSERT INTO temp.sqlgen_check SELECT 40, 'fail', 'journal mode', 'journal mode', NULL,
  (SELECT journal_mode FROM pragma_journal_mode);
INSERT INTO temp.sqlgen_check SELECT 41, 'fail', 'violations of foreign keys that are there already', 'violations of foreign keys that are there already', NULL,
  (SELECT CAST(count(*) AS TEXT) FROM pragma_foreign_key_check);
INSERT INTO temp.sqlgen_check VALUES (42, 'title', '[sqlgen] what there is to fall back on', NULL, NULL, NULL);
INSERT INTO temp.sqlgen_check SELECT 43, 'fail', 'backup', 'backup', NULL,
  'SQLite knows of none; sqlite3 FILE ".backup COPY" makes one while others use the file';
SELECT line AS sqlgen FROM (
  SELECT number, CASE WHEN level = 'title' THEN told
    WHEN found IS NULL OR expected IS NULL THEN 'note ' || told || ': ' || coalesce(replace(replace(replace(replace(found, char(13), '?'), char(27), '?'), char(8), '?'), char(10), char(10) || '                 '),
      'not visible to this user')
    WHEN expected = found THEN 'ok   ' || fine
    ELSE CASE level WHEN 'warn' THEN 'WARN ' ELSE 'FAIL ' END || told || char(10) ||
      '       expected: ' || expected || char(10) || '       found:    ' || replace(replace(replace(replace(found, char(13), '?'), char(27), '?'), char(8), '?'), char(10), char(10) || '                 ') END AS line
  FROM temp.sqlgen_check UNION ALL
  SELECT 44, CASE failed WHEN 0 THEN 'sqlgen result: PREFLIGHT OK: ' || (asked - warned) || ' check(s) hold, ' || (warned) || ' warning(s)'
    ELSE 'sqlgen result: PREFLIGHT FAILED: ' || (failed) || ' of ' || (asked - warned) || ' check(s) do not hold, ' || (warned) || ' warning(s); do not run the script before each FAIL above is understood' END FROM (
    SELECT count(CASE WHEN level <> 'title' AND expected IS NOT NULL AND found IS NOT NULL THEN 1 END) AS asked, count(CASE WHEN level = 'fail' AND level <> 'title' AND expected IS NOT NULL AND found IS NOT NULL AND expected <> found THEN 1 END) AS failed, count(CASE WHEN level = 'warn' AND level <> 'title' AND expected IS NOT NULL AND found IS NOT NULL AND expected <> found THEN 1 END) AS warned FROM temp.sqlgen_check)
) ORDER BY number;
-- An error (integer overflow) where something failed, so that sqlite3 ends with 1.
SELECT 1 FROM (SELECT min(count(*), 1) AS failed FROM temp.sqlgen_check WHERE level = 'fail' AND level <> 'title' AND expected IS NOT NULL AND found IS NOT NULL AND expected <> found)
WHERE abs(-9223372036854775807 - failed) < 0;
