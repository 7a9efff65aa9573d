-- sqlgen: a script for mysql
--
-- What:        downgrade, alembic_version 0014_drop_wishlists -> base, 14 revision(s)
-- Environment: staging
-- Database:    bookshop_staging (the guard refuses any other)
-- Run it with: mariadb --no-defaults --binary-mode --batch --skip-column-names --skip-reconnect -h HOST -u USER -p bookshop_staging < rollback.sql > rollback.log 2>&1
-- Needs:       MariaDB 10.5 or newer; for MySQL make the script with the dialect mysql
-- Needs:       not --force and not the client's source command: both go on after an error
-- Result:      the LAST line with "sqlgen result:" tells: APPLIED, ALREADY APPLIED or NOT APPLIED.
--              The client ends with 0 for APPLIED, else with 1 (also for ALREADY APPLIED).
--              The server commits each DDL statement by itself: after an error in the middle of a step,
--              the step's statements before it stand. The error names the line of this script.
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
--    11. 0004_orders  create orders  (migrations/versions/0004_orders.py)
--    12. 0003_books  create books and wishlists  (migrations/versions/0003_books.py)
--    13. 0002_roles  create roles and give the shop its first three  (migrations/versions/0002_roles.py)
--    14. 0001_users  create users  (migrations/versions/0001_users.py)
--

-- The session: read-only until the guard opens it.
SET SESSION TRANSACTION READ ONLY;
SET NAMES utf8mb4;
SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
SET SESSION lock_wait_timeout = 5, SESSION innodb_lock_wait_timeout = 5;
SET SESSION group_concat_max_len = 1048576;

-- The guard: does this script belong to this database, as it stands?
SET @sqlgen_ok = 0, @sqlgen_rows = 0, @sqlgen_at = '', @sqlgen_mark = '', @sqlgen_table = 0;
SELECT COUNT(*), COALESCE(MAX(table_comment), '') INTO @sqlgen_table, @sqlgen_mark
FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'alembic_version';
SET @sqlgen_sql = IF(@sqlgen_table = 1,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_here = CONCAT(' to {', IF(@sqlgen_at = '', 'base', @sqlgen_at), '}');
SET @sqlgen_lock = COALESCE(GET_LOCK(CONCAT('sqlgen.', MD5(COALESCE(DATABASE(), ''))), 1), 0);
SET @sqlgen_why = CASE
  WHEN DATABASE() IS NULL THEN 'NOT APPLIED: no database is selected. Name it on the command line.'
  WHEN CAST(DATABASE() AS BINARY) <> CAST('bookshop_staging' AS BINARY)
    THEN CONCAT('NOT APPLIED: this script is for database bookshop_staging, this one is ', DATABASE(), '. Nothing was changed.')
  WHEN @sqlgen_lock <> 1 THEN 'NOT APPLIED: another sqlgen script is running in this database. Run this one again when it has ended. Nothing was changed.'
  WHEN @sqlgen_table = 0 THEN CONCAT('NOT APPLIED: there is no table alembic_version in database ', DATABASE(), '. Nothing was changed.')
  WHEN @sqlgen_mark LIKE 'sqlgen: %' AND RIGHT(@sqlgen_mark, CHAR_LENGTH(@sqlgen_here)) <> @sqlgen_here
    THEN CONCAT('NOT APPLIED: an earlier run stopped in the middle of a step: ', SUBSTRING(@sqlgen_mark, 9), '. Look into its log which statement failed; do by hand what is missing of the step, or undo what stands; then ALTER TABLE `alembic_version` COMMENT = '''' and run a script from where the table stands. Nothing was changed.')
  WHEN (@sqlgen_rows = 0 AND CAST(@sqlgen_at AS BINARY) <=> CAST('' AS BINARY)) THEN CONCAT('ALREADY APPLIED: database ', DATABASE(), ' is at {}')
  WHEN NOT (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0014_drop_wishlists' AS BINARY)) THEN CONCAT('NOT APPLIED: this script goes from {0014_drop_wishlists} to {}; alembic_version holds {', @sqlgen_at, '}. Nothing was changed.')
  ELSE '' END;
SET @sqlgen_ok = (@sqlgen_why = '');
SELECT IF(@sqlgen_ok, 'sqlgen: the guard passed, from {0014_drop_wishlists} to {}', CONCAT('sqlgen result: ', @sqlgen_why)) AS sqlgen;
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen guard: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);

-- -----------------------------------------------------------------------------
-- step 1 of 14: 0014_drop_wishlists  wishlists are gone  (migrations/versions/0014_drop_wishlists.py)
--   0014_drop_wishlists -> 0013_drop_phone, each statement commits by itself
-- -----------------------------------------------------------------------------
SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR ','), '') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0014_drop_wishlists' AS BINARY)), 0);
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SELECT CONCAT(IF(@sqlgen_ok, 'sqlgen result: NOT APPLIED yet: at {0014_drop_wishlists}; step 1 of 14 (0014_drop_wishlists) is running; if it fails, its statements before the error stand', 'sqlgen result: NOT APPLIED: step 1 of 14 (0014_drop_wishlists) is blocked by the error above'),
  DATE_FORMAT(NOW(), ' (%H:%i:%s)')) AS sqlgen;
-- sqlgen: statement 1, 307 characters, sha256 b3b3f6bdc67a2589, migrations/versions/0014_drop_wishlists.py:29
CREATE TABLE wishlists (
    user_id INTEGER NOT NULL,
    book_id INTEGER NOT NULL,
    CONSTRAINT pk_wishlists PRIMARY KEY (user_id, book_id),
    CONSTRAINT fk_wishlists_user_id FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT fk_wishlists_book_id FOREIGN KEY (book_id) REFERENCES books (id)
);
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
START TRANSACTION;
UPDATE `alembic_version` SET version_num = '0013_drop_phone' WHERE version_num = '0014_drop_wishlists';
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND ROW_COUNT() = 1, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK; SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen: step 1 failed or its stamp did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;

-- -----------------------------------------------------------------------------
-- step 2 of 14: 0013_drop_phone  forget phone numbers  (migrations/versions/0013_drop_phone.py)
--   0013_drop_phone -> 0012_book_slugs, each statement commits by itself
-- -----------------------------------------------------------------------------
SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR ','), '') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0013_drop_phone' AS BINARY)), 0);
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SELECT CONCAT(IF(@sqlgen_ok, 'sqlgen result: NOT APPLIED yet: at {0013_drop_phone}; step 2 of 14 (0013_drop_phone) is running; if it fails, its statements before the error stand', 'sqlgen result: NOT APPLIED: step 2 of 14 (0013_drop_phone) is blocked by the error above'),
  DATE_FORMAT(NOW(), ' (%H:%i:%s)')) AS sqlgen;
-- sqlgen: statement 2, 46 characters, sha256 6b7209c0cc651dd5, migrations/versions/0013_drop_phone.py:29
ALTER TABLE users ADD COLUMN phone VARCHAR(20);
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
START TRANSACTION;
UPDATE `alembic_version` SET version_num = '0012_book_slugs' WHERE version_num = '0013_drop_phone';
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND ROW_COUNT() = 1, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK; SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen: step 2 failed or its stamp did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;

-- -----------------------------------------------------------------------------
-- step 3 of 14: 0012_book_slugs  a readable address for every book  (migrations/versions/0012_book_slugs.py)
--   0012_book_slugs -> 0011_merge, each statement commits by itself
-- -----------------------------------------------------------------------------
SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR ','), '') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0012_book_slugs' AS BINARY)), 0);
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SELECT CONCAT(IF(@sqlgen_ok, 'sqlgen result: NOT APPLIED yet: at {0012_book_slugs}; step 3 of 14 (0012_book_slugs) is running; if it fails, its statements before the error stand', 'sqlgen result: NOT APPLIED: step 3 of 14 (0012_book_slugs) is blocked by the error above'),
  DATE_FORMAT(NOW(), ' (%H:%i:%s)')) AS sqlgen;
-- sqlgen: statement 3, 34 characters, sha256 7eb8aa84fef01892, migrations/versions/0012_book_slugs.py:30
ALTER TABLE books DROP COLUMN slug;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
START TRANSACTION;
UPDATE `alembic_version` SET version_num = '0011_merge' WHERE version_num = '0012_book_slugs';
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND ROW_COUNT() = 1, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK; SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen: step 3 failed or its stamp did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;

-- -----------------------------------------------------------------------------
-- step 4 of 14: 0011_merge  merge the two indexes  (migrations/versions/0011_merge.py)
--   0011_merge -> 0009_order_date_index,0010_isbn_index, one transaction
-- -----------------------------------------------------------------------------
SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR ','), '') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0011_merge' AS BINARY)), 0);
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SELECT CONCAT(IF(@sqlgen_ok, 'sqlgen result: NOT APPLIED yet: at {0011_merge}; step 4 of 14 (0011_merge) is running; it is rolled back if it fails', 'sqlgen result: NOT APPLIED: step 4 of 14 (0011_merge) is blocked by the error above'),
  DATE_FORMAT(NOW(), ' (%H:%i:%s)')) AS sqlgen;
START TRANSACTION;
UPDATE `alembic_version` SET version_num = '0009_order_date_index' WHERE version_num = '0011_merge';
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND ROW_COUNT() = 1, 0);
INSERT INTO `alembic_version` (version_num) VALUES ('0010_isbn_index');
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND ROW_COUNT() = 1, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK; SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen: step 4 failed or its stamp did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;

-- -----------------------------------------------------------------------------
-- step 5 of 14: 0009_order_date_index  find orders by date  (migrations/versions/0009_order_date_index.py)
--   0009_order_date_index,0010_isbn_index -> 0010_isbn_index, each statement commits by itself
-- -----------------------------------------------------------------------------
SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR ','), '') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND (@sqlgen_rows = 2 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0009_order_date_index,0010_isbn_index' AS BINARY)), 0);
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SELECT CONCAT(IF(@sqlgen_ok, 'sqlgen result: NOT APPLIED yet: at {0009_order_date_index,0010_isbn_index}; step 5 of 14 (0009_order_date_index) is running; if it fails, its statements before the error stand', 'sqlgen result: NOT APPLIED: step 5 of 14 (0009_order_date_index) is blocked by the error above'),
  DATE_FORMAT(NOW(), ' (%H:%i:%s)')) AS sqlgen;
-- sqlgen: statement 4, 40 characters, sha256 b069cd792dee1c3c, migrations/versions/0009_order_date_index.py:29
DROP INDEX ix_orders_placed_at ON orders;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
START TRANSACTION;
DELETE FROM `alembic_version` WHERE version_num = '0009_order_date_index';
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND ROW_COUNT() = 1, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK; SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen: step 5 failed or its stamp did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;

-- -----------------------------------------------------------------------------
-- step 6 of 14: 0010_isbn_index  find books by ISBN  (migrations/versions/0010_isbn_index.py)
--   0010_isbn_index -> 0008_wider_columns, each statement commits by itself
-- -----------------------------------------------------------------------------
SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR ','), '') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0010_isbn_index' AS BINARY)), 0);
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SELECT CONCAT(IF(@sqlgen_ok, 'sqlgen result: NOT APPLIED yet: at {0010_isbn_index}; step 6 of 14 (0010_isbn_index) is running; if it fails, its statements before the error stand', 'sqlgen result: NOT APPLIED: step 6 of 14 (0010_isbn_index) is blocked by the error above'),
  DATE_FORMAT(NOW(), ' (%H:%i:%s)')) AS sqlgen;
-- sqlgen: statement 5, 33 characters, sha256 7ceadff410f8ba14, migrations/versions/0010_isbn_index.py:30
DROP INDEX ix_books_isbn ON books;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
START TRANSACTION;
UPDATE `alembic_version` SET version_num = '0008_wider_columns' WHERE version_num = '0010_isbn_index';
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND ROW_COUNT() = 1, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK; SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen: step 6 failed or its stamp did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;

-- -----------------------------------------------------------------------------
-- step 7 of 14: 0008_wider_columns  longer names, larger quantities  (migrations/versions/0008_wider_columns.py)
--   0008_wider_columns -> 0007_unique_email, each statement commits by itself
-- -----------------------------------------------------------------------------
SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR ','), '') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0008_wider_columns' AS BINARY)), 0);
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SELECT CONCAT(IF(@sqlgen_ok, 'sqlgen result: NOT APPLIED yet: at {0008_wider_columns}; step 7 of 14 (0008_wider_columns) is running; if it fails, its statements before the error stand', 'sqlgen result: NOT APPLIED: step 7 of 14 (0008_wider_columns) is blocked by the error above'),
  DATE_FORMAT(NOW(), ' (%H:%i:%s)')) AS sqlgen;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND (@sqlgen_mark = '' OR @sqlgen_mark LIKE 'sqlgen: %'), 'ALTER TABLE `alembic_version` COMMENT = ''sqlgen: downgrade 0008_wider_columns (7b197f03) from {0008_wider_columns} to {0007_unique_email}''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
-- sqlgen: statement 6, 52 characters, sha256 69aa91ba2be8f58f, migrations/versions/0008_wider_columns.py:74
ALTER TABLE orders MODIFY quantity SMALLINT NOT NULL;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
-- sqlgen: statement 7, 50 characters, sha256 57d38009fb1944ca, migrations/versions/0008_wider_columns.py:78
ALTER TABLE users MODIFY name VARCHAR(50) NOT NULL;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
START TRANSACTION;
UPDATE `alembic_version` SET version_num = '0007_unique_email' WHERE version_num = '0008_wider_columns';
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND ROW_COUNT() = 1, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK; SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen: step 7 failed or its stamp did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND (@sqlgen_mark = '' OR @sqlgen_mark LIKE 'sqlgen: %'), 'ALTER TABLE `alembic_version` COMMENT = ''''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;

-- -----------------------------------------------------------------------------
-- step 8 of 14: 0007_unique_email  one user per e-mail address  (migrations/versions/0007_unique_email.py)
--   0007_unique_email -> 0006_lowercase_emails, each statement commits by itself
-- -----------------------------------------------------------------------------
SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR ','), '') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0007_unique_email' AS BINARY)), 0);
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SELECT CONCAT(IF(@sqlgen_ok, 'sqlgen result: NOT APPLIED yet: at {0007_unique_email}; step 8 of 14 (0007_unique_email) is running; if it fails, its statements before the error stand', 'sqlgen result: NOT APPLIED: step 8 of 14 (0007_unique_email) is blocked by the error above'),
  DATE_FORMAT(NOW(), ' (%H:%i:%s)')) AS sqlgen;
-- sqlgen: statement 8, 43 characters, sha256 805221ce0b90d368, migrations/versions/0007_unique_email.py:48
ALTER TABLE users DROP INDEX uq_users_email;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
START TRANSACTION;
UPDATE `alembic_version` SET version_num = '0006_lowercase_emails' WHERE version_num = '0007_unique_email';
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND ROW_COUNT() = 1, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK; SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen: step 8 failed or its stamp did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;

-- -----------------------------------------------------------------------------
-- step 9 of 14: 0006_lowercase_emails  write e-mail addresses in lower case  (migrations/versions/0006_lowercase_emails.py)
--   0006_lowercase_emails -> 0005_publishers, one transaction
-- -----------------------------------------------------------------------------
SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR ','), '') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0006_lowercase_emails' AS BINARY)), 0);
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SELECT CONCAT(IF(@sqlgen_ok, 'sqlgen result: NOT APPLIED yet: at {0006_lowercase_emails}; step 9 of 14 (0006_lowercase_emails) is running; it is rolled back if it fails', 'sqlgen result: NOT APPLIED: step 9 of 14 (0006_lowercase_emails) is blocked by the error above'),
  DATE_FORMAT(NOW(), ' (%H:%i:%s)')) AS sqlgen;
START TRANSACTION;
UPDATE `alembic_version` SET version_num = '0005_publishers' WHERE version_num = '0006_lowercase_emails';
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND ROW_COUNT() = 1, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK; SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen: step 9 failed or its stamp did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;

-- -----------------------------------------------------------------------------
-- step 10 of 14: 0005_publishers  every book has a publisher  (migrations/versions/0005_publishers.py)
--   0005_publishers -> 0004_orders, each statement commits by itself
-- -----------------------------------------------------------------------------
SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR ','), '') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0005_publishers' AS BINARY)), 0);
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SELECT CONCAT(IF(@sqlgen_ok, 'sqlgen result: NOT APPLIED yet: at {0005_publishers}; step 10 of 14 (0005_publishers) is running; if it fails, its statements before the error stand', 'sqlgen result: NOT APPLIED: step 10 of 14 (0005_publishers) is blocked by the error above'),
  DATE_FORMAT(NOW(), ' (%H:%i:%s)')) AS sqlgen;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND (@sqlgen_mark = '' OR @sqlgen_mark LIKE 'sqlgen: %'), 'ALTER TABLE `alembic_version` COMMENT = ''sqlgen: downgrade 0005_publishers (ff809dc1) from {0005_publishers} to {0004_orders}''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
-- sqlgen: statement 9, 56 characters, sha256 d3fef29081d63857, migrations/versions/0005_publishers.py:61
ALTER TABLE books DROP FOREIGN KEY fk_books_publisher_id;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
-- sqlgen: statement 10, 42 characters, sha256 ee55c8a5c1f21358, migrations/versions/0005_publishers.py:62
ALTER TABLE books DROP COLUMN publisher_id;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
-- sqlgen: statement 11, 21 characters, sha256 872d3752d94464c6, migrations/versions/0005_publishers.py:63
DROP TABLE publishers;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
START TRANSACTION;
UPDATE `alembic_version` SET version_num = '0004_orders' WHERE version_num = '0005_publishers';
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND ROW_COUNT() = 1, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK; SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen: step 10 failed or its stamp did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND (@sqlgen_mark = '' OR @sqlgen_mark LIKE 'sqlgen: %'), 'ALTER TABLE `alembic_version` COMMENT = ''''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;

-- -----------------------------------------------------------------------------
-- step 11 of 14: 0004_orders  create orders  (migrations/versions/0004_orders.py)
--   0004_orders -> 0003_books, each statement commits by itself
-- -----------------------------------------------------------------------------
SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR ','), '') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0004_orders' AS BINARY)), 0);
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SELECT CONCAT(IF(@sqlgen_ok, 'sqlgen result: NOT APPLIED yet: at {0004_orders}; step 11 of 14 (0004_orders) is running; if it fails, its statements before the error stand', 'sqlgen result: NOT APPLIED: step 11 of 14 (0004_orders) is blocked by the error above'),
  DATE_FORMAT(NOW(), ' (%H:%i:%s)')) AS sqlgen;
-- sqlgen: statement 12, 17 characters, sha256 fd0ca7112b4eedf9, migrations/versions/0004_orders.py:44
DROP TABLE orders;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
START TRANSACTION;
UPDATE `alembic_version` SET version_num = '0003_books' WHERE version_num = '0004_orders';
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND ROW_COUNT() = 1, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK; SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen: step 11 failed or its stamp did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;

-- -----------------------------------------------------------------------------
-- step 12 of 14: 0003_books  create books and wishlists  (migrations/versions/0003_books.py)
--   0003_books -> 0002_roles, each statement commits by itself
-- -----------------------------------------------------------------------------
SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR ','), '') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0003_books' AS BINARY)), 0);
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SELECT CONCAT(IF(@sqlgen_ok, 'sqlgen result: NOT APPLIED yet: at {0003_books}; step 12 of 14 (0003_books) is running; if it fails, its statements before the error stand', 'sqlgen result: NOT APPLIED: step 12 of 14 (0003_books) is blocked by the error above'),
  DATE_FORMAT(NOW(), ' (%H:%i:%s)')) AS sqlgen;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND (@sqlgen_mark = '' OR @sqlgen_mark LIKE 'sqlgen: %'), 'ALTER TABLE `alembic_version` COMMENT = ''sqlgen: downgrade 0003_books (7e84d930) from {0003_books} to {0002_roles}''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
-- sqlgen: statement 13, 20 characters, sha256 75852dc6c9dea3f5, migrations/versions/0003_books.py:43
DROP TABLE wishlists;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
-- sqlgen: statement 14, 16 characters, sha256 a050c4493d7b476b, migrations/versions/0003_books.py:44
DROP TABLE books;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
START TRANSACTION;
UPDATE `alembic_version` SET version_num = '0002_roles' WHERE version_num = '0003_books';
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND ROW_COUNT() = 1, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK; SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen: step 12 failed or its stamp did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND (@sqlgen_mark = '' OR @sqlgen_mark LIKE 'sqlgen: %'), 'ALTER TABLE `alembic_version` COMMENT = ''''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;

-- -----------------------------------------------------------------------------
-- step 13 of 14: 0002_roles  create roles and give the shop its first three  (migrations/versions/0002_roles.py)
--   0002_roles -> 0001_users, each statement commits by itself
-- -----------------------------------------------------------------------------
SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR ','), '') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0002_roles' AS BINARY)), 0);
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SELECT CONCAT(IF(@sqlgen_ok, 'sqlgen result: NOT APPLIED yet: at {0002_roles}; step 13 of 14 (0002_roles) is running; if it fails, its statements before the error stand', 'sqlgen result: NOT APPLIED: step 13 of 14 (0002_roles) is blocked by the error above'),
  DATE_FORMAT(NOW(), ' (%H:%i:%s)')) AS sqlgen;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND (@sqlgen_mark = '' OR @sqlgen_mark LIKE 'sqlgen: %'), 'ALTER TABLE `alembic_version` COMMENT = ''sqlgen: downgrade 0002_roles (c080204d) from {0002_roles} to {0001_users}''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
-- sqlgen: statement 15, 21 characters, sha256 f07f12b35c27b566, migrations/versions/0002_roles.py:49
DROP TABLE user_roles;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
-- sqlgen: statement 16, 16 characters, sha256 3741a6f860cd6a67, migrations/versions/0002_roles.py:50
DROP TABLE roles;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
START TRANSACTION;
UPDATE `alembic_version` SET version_num = '0001_users' WHERE version_num = '0002_roles';
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND ROW_COUNT() = 1, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK; SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen: step 13 failed or its stamp did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND (@sqlgen_mark = '' OR @sqlgen_mark LIKE 'sqlgen: %'), 'ALTER TABLE `alembic_version` COMMENT = ''''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;

-- -----------------------------------------------------------------------------
-- step 14 of 14: 0001_users  create users  (migrations/versions/0001_users.py)
--   0001_users -> base, each statement commits by itself
-- -----------------------------------------------------------------------------
SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR ','), '') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0001_users' AS BINARY)), 0);
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SELECT CONCAT(IF(@sqlgen_ok, 'sqlgen result: NOT APPLIED yet: at {0001_users}; step 14 of 14 (0001_users) is running; if it fails, its statements before the error stand', 'sqlgen result: NOT APPLIED: step 14 of 14 (0001_users) is blocked by the error above'),
  DATE_FORMAT(NOW(), ' (%H:%i:%s)')) AS sqlgen;
-- sqlgen: statement 17, 16 characters, sha256 6c84380b12b4e53a, migrations/versions/0001_users.py:36
DROP TABLE users;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
START TRANSACTION;
DELETE FROM `alembic_version` WHERE version_num = '0001_users';
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND ROW_COUNT() = 1, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK; SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen: step 14 failed or its stamp did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;

-- The result, computed from the database.
SET SESSION TRANSACTION READ ONLY;
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR ','), '') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`;
SELECT CONCAT('sqlgen result: ', CASE
  WHEN @sqlgen_why <> '' THEN @sqlgen_why
  WHEN COALESCE(@sqlgen_ok, 0) = 1 AND (@sqlgen_rows = 0 AND CAST(@sqlgen_at AS BINARY) <=> CAST('' AS BINARY)) THEN CONCAT('APPLIED', CONCAT(': database ', DATABASE(), ' is at {', COALESCE(@sqlgen_at, '?'), '}', ''))
  ELSE CONCAT('NOT APPLIED', CONCAT(': database ', DATABASE(), ' is at {', COALESCE(@sqlgen_at, '?'), '}', ''), '; the first error above says why') END) AS sqlgen;
DO RELEASE_LOCK(CONCAT('sqlgen.', MD5(COALESCE(DATABASE(), ''))));
-- sqlgen: end, 17 statements
