-- sqlgen: a script for mysql
--
-- What:        upgrade, alembic_version 0004_orders -> 0014_drop_wishlists, 10 revision(s)
-- Environment: prod
-- Database:    bookshop (the guard refuses any other)
-- Run it with: mariadb --no-defaults --binary-mode --batch --skip-column-names --skip-reconnect -h HOST -u USER -p bookshop < apply.sql > apply.log 2>&1
-- Needs:       MariaDB 10.5 or newer; for MySQL make the script with the dialect mysql
-- Needs:       not --force and not the client's source command: both go on after an error
-- Result:      the LAST line with "sqlgen result:" tells: APPLIED, ALREADY APPLIED or NOT APPLIED.
--              The client ends with 0 for APPLIED, else with 1 (also for ALREADY APPLIED).
--              The server commits each DDL statement by itself: after an error in the middle of a step,
--              the step's statements before it stand. The error names the line of this script.
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

-- The session: read-only until the guard opens it.
SET SESSION TRANSACTION READ ONLY;
SET NAMES utf8mb4;
SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
SET SESSION lock_wait_timeout = 2, SESSION innodb_lock_wait_timeout = 2;
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
  WHEN CAST(DATABASE() AS BINARY) <> CAST('bookshop' AS BINARY)
    THEN CONCAT('NOT APPLIED: this script is for database bookshop, this one is ', DATABASE(), '. Nothing was changed.')
  WHEN @sqlgen_lock <> 1 THEN 'NOT APPLIED: another sqlgen script is running in this database. Run this one again when it has ended. Nothing was changed.'
  WHEN @sqlgen_table = 0 THEN CONCAT('NOT APPLIED: there is no table alembic_version in database ', DATABASE(), '. Nothing was changed.')
  WHEN @sqlgen_mark LIKE 'sqlgen: %' AND RIGHT(@sqlgen_mark, CHAR_LENGTH(@sqlgen_here)) <> @sqlgen_here
    THEN CONCAT('NOT APPLIED: an earlier run stopped in the middle of a step: ', SUBSTRING(@sqlgen_mark, 9), '. Look into its log which statement failed; do by hand what is missing of the step, or undo what stands; then ALTER TABLE `alembic_version` COMMENT = '''' and run a script from where the table stands. Nothing was changed.')
  WHEN (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0014_drop_wishlists' AS BINARY)) THEN CONCAT('ALREADY APPLIED: database ', DATABASE(), ' is at {0014_drop_wishlists}')
  WHEN NOT (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0004_orders' AS BINARY)) THEN CONCAT('NOT APPLIED: this script goes from {0004_orders} to {0014_drop_wishlists}; alembic_version holds {', @sqlgen_at, '}. Nothing was changed.')
  ELSE '' END;
SET @sqlgen_ok = (@sqlgen_why = '');
SELECT IF(@sqlgen_ok, 'sqlgen: the guard passed, from {0004_orders} to {0014_drop_wishlists}', CONCAT('sqlgen result: ', @sqlgen_why)) AS sqlgen;
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen guard: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);

-- -----------------------------------------------------------------------------
-- step 1 of 10: 0005_publishers  every book has a publisher  (migrations/versions/0005_publishers.py)
--   0004_orders -> 0005_publishers, each statement commits by itself
-- -----------------------------------------------------------------------------
SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR ','), '') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0004_orders' AS BINARY)), 0);
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SELECT CONCAT(IF(@sqlgen_ok, 'sqlgen result: NOT APPLIED yet: at {0004_orders}; step 1 of 10 (0005_publishers) is running; if it fails, its statements before the error stand', 'sqlgen result: NOT APPLIED: step 1 of 10 (0005_publishers) is blocked by the error above'),
  DATE_FORMAT(NOW(), ' (%H:%i:%s)')) AS sqlgen;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND (@sqlgen_mark = '' OR @sqlgen_mark LIKE 'sqlgen: %'), 'ALTER TABLE `alembic_version` COMMENT = ''sqlgen: upgrade 0005_publishers (31f72988) from {0004_orders} to {0005_publishers}''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
-- sqlgen: statement 1, 145 characters, sha256 a2617466330aa5c5, migrations/versions/0005_publishers.py:46
CREATE TABLE publishers (
    id INTEGER NOT NULL AUTO_INCREMENT,
    name VARCHAR(200) NOT NULL,
    CONSTRAINT pk_publishers PRIMARY KEY (id)
);
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
-- sqlgen: statement 2, 58 characters, sha256 ccda28b2c0665bf4, migrations/versions/0005_publishers.py:54
ALTER TABLE books ADD COLUMN publisher_id INTEGER NOT NULL;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
-- sqlgen: statement 3, 112 characters, sha256 b5653fbb630e92d7, migrations/versions/0005_publishers.py:55
ALTER TABLE books
    ADD CONSTRAINT fk_books_publisher_id FOREIGN KEY (publisher_id) REFERENCES publishers (id);
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
START TRANSACTION;
UPDATE `alembic_version` SET version_num = '0005_publishers' WHERE version_num = '0004_orders';
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND ROW_COUNT() = 1, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK; SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen: step 1 failed or its stamp did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND (@sqlgen_mark = '' OR @sqlgen_mark LIKE 'sqlgen: %'), 'ALTER TABLE `alembic_version` COMMENT = ''''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;

-- -----------------------------------------------------------------------------
-- step 2 of 10: 0006_lowercase_emails  write e-mail addresses in lower case  (migrations/versions/0006_lowercase_emails.py)
--   0005_publishers -> 0006_lowercase_emails, one transaction
-- -----------------------------------------------------------------------------
SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR ','), '') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0005_publishers' AS BINARY)), 0);
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SELECT CONCAT(IF(@sqlgen_ok, 'sqlgen result: NOT APPLIED yet: at {0005_publishers}; step 2 of 10 (0006_lowercase_emails) is running; it is rolled back if it fails', 'sqlgen result: NOT APPLIED: step 2 of 10 (0006_lowercase_emails) is blocked by the error above'),
  DATE_FORMAT(NOW(), ' (%H:%i:%s)')) AS sqlgen;
START TRANSACTION;
-- sqlgen: statement 4, 70 characters, sha256 5f79d882408da37b, migrations/versions/0006_lowercase_emails.py:23
UPDATE users SET email = lower(email) WHERE email LIKE '%@EXAMPLE.COM';
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
UPDATE `alembic_version` SET version_num = '0006_lowercase_emails' WHERE version_num = '0005_publishers';
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND ROW_COUNT() = 1, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK; SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen: step 2 failed or its stamp did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;

-- -----------------------------------------------------------------------------
-- step 3 of 10: 0007_unique_email  one user per e-mail address  (migrations/versions/0007_unique_email.py)
--   0006_lowercase_emails -> 0007_unique_email, each statement commits by itself
-- -----------------------------------------------------------------------------
SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR ','), '') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0006_lowercase_emails' AS BINARY)), 0);
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SELECT CONCAT(IF(@sqlgen_ok, 'sqlgen result: NOT APPLIED yet: at {0006_lowercase_emails}; step 3 of 10 (0007_unique_email) is running; if it fails, its statements before the error stand', 'sqlgen result: NOT APPLIED: step 3 of 10 (0007_unique_email) is blocked by the error above'),
  DATE_FORMAT(NOW(), ' (%H:%i:%s)')) AS sqlgen;
-- sqlgen: statement 5, 62 characters, sha256 4c485a7ca6f495f7, migrations/versions/0007_unique_email.py:40
ALTER TABLE users ADD CONSTRAINT uq_users_email UNIQUE (email);
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
START TRANSACTION;
UPDATE `alembic_version` SET version_num = '0007_unique_email' WHERE version_num = '0006_lowercase_emails';
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND ROW_COUNT() = 1, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK; SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen: step 3 failed or its stamp did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;

-- -----------------------------------------------------------------------------
-- step 4 of 10: 0008_wider_columns  longer names, larger quantities  (migrations/versions/0008_wider_columns.py)
--   0007_unique_email -> 0008_wider_columns, each statement commits by itself
-- -----------------------------------------------------------------------------
SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR ','), '') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0007_unique_email' AS BINARY)), 0);
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SELECT CONCAT(IF(@sqlgen_ok, 'sqlgen result: NOT APPLIED yet: at {0007_unique_email}; step 4 of 10 (0008_wider_columns) is running; if it fails, its statements before the error stand', 'sqlgen result: NOT APPLIED: step 4 of 10 (0008_wider_columns) is blocked by the error above'),
  DATE_FORMAT(NOW(), ' (%H:%i:%s)')) AS sqlgen;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND (@sqlgen_mark = '' OR @sqlgen_mark LIKE 'sqlgen: %'), 'ALTER TABLE `alembic_version` COMMENT = ''sqlgen: upgrade 0008_wider_columns (5a1a4b06) from {0007_unique_email} to {0008_wider_columns}''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
-- sqlgen: statement 6, 51 characters, sha256 930a235f67b503c3, migrations/versions/0008_wider_columns.py:61
ALTER TABLE users MODIFY name VARCHAR(200) NOT NULL;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
-- sqlgen: statement 7, 51 characters, sha256 7208b12f6447f375, migrations/versions/0008_wider_columns.py:66
ALTER TABLE orders MODIFY quantity INTEGER NOT NULL;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
START TRANSACTION;
UPDATE `alembic_version` SET version_num = '0008_wider_columns' WHERE version_num = '0007_unique_email';
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND ROW_COUNT() = 1, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK; SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen: step 4 failed or its stamp did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND (@sqlgen_mark = '' OR @sqlgen_mark LIKE 'sqlgen: %'), 'ALTER TABLE `alembic_version` COMMENT = ''''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;

-- -----------------------------------------------------------------------------
-- step 5 of 10: 0010_isbn_index  find books by ISBN  (migrations/versions/0010_isbn_index.py)
--   0008_wider_columns -> 0010_isbn_index, each statement commits by itself
-- -----------------------------------------------------------------------------
SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR ','), '') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0008_wider_columns' AS BINARY)), 0);
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SELECT CONCAT(IF(@sqlgen_ok, 'sqlgen result: NOT APPLIED yet: at {0008_wider_columns}; step 5 of 10 (0010_isbn_index) is running; if it fails, its statements before the error stand', 'sqlgen result: NOT APPLIED: step 5 of 10 (0010_isbn_index) is blocked by the error above'),
  DATE_FORMAT(NOW(), ' (%H:%i:%s)')) AS sqlgen;
-- sqlgen: statement 8, 42 characters, sha256 047a5117c5f8a5fb, migrations/versions/0010_isbn_index.py:24
CREATE INDEX ix_books_isbn ON books (isbn);
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
START TRANSACTION;
UPDATE `alembic_version` SET version_num = '0010_isbn_index' WHERE version_num = '0008_wider_columns';
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND ROW_COUNT() = 1, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK; SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen: step 5 failed or its stamp did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;

-- -----------------------------------------------------------------------------
-- step 6 of 10: 0009_order_date_index  find orders by date  (migrations/versions/0009_order_date_index.py)
--   0010_isbn_index -> 0009_order_date_index,0010_isbn_index, each statement commits by itself
-- -----------------------------------------------------------------------------
SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR ','), '') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0010_isbn_index' AS BINARY)), 0);
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SELECT CONCAT(IF(@sqlgen_ok, 'sqlgen result: NOT APPLIED yet: at {0010_isbn_index}; step 6 of 10 (0009_order_date_index) is running; if it fails, its statements before the error stand', 'sqlgen result: NOT APPLIED: step 6 of 10 (0009_order_date_index) is blocked by the error above'),
  DATE_FORMAT(NOW(), ' (%H:%i:%s)')) AS sqlgen;
-- sqlgen: statement 9, 54 characters, sha256 bb659909a0dfffd9, migrations/versions/0009_order_date_index.py:24
CREATE INDEX ix_orders_placed_at ON orders (placed_at);
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
START TRANSACTION;
INSERT INTO `alembic_version` (version_num) VALUES ('0009_order_date_index');
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND ROW_COUNT() = 1, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK; SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen: step 6 failed or its stamp did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;

-- -----------------------------------------------------------------------------
-- step 7 of 10: 0011_merge  merge the two indexes  (migrations/versions/0011_merge.py)
--   0009_order_date_index,0010_isbn_index -> 0011_merge, one transaction
-- -----------------------------------------------------------------------------
SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR ','), '') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND (@sqlgen_rows = 2 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0009_order_date_index,0010_isbn_index' AS BINARY)), 0);
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SELECT CONCAT(IF(@sqlgen_ok, 'sqlgen result: NOT APPLIED yet: at {0009_order_date_index,0010_isbn_index}; step 7 of 10 (0011_merge) is running; it is rolled back if it fails', 'sqlgen result: NOT APPLIED: step 7 of 10 (0011_merge) is blocked by the error above'),
  DATE_FORMAT(NOW(), ' (%H:%i:%s)')) AS sqlgen;
START TRANSACTION;
DELETE FROM `alembic_version` WHERE version_num = '0010_isbn_index';
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND ROW_COUNT() = 1, 0);
UPDATE `alembic_version` SET version_num = '0011_merge' WHERE version_num = '0009_order_date_index';
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND ROW_COUNT() = 1, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK; SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen: step 7 failed or its stamp did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;

-- -----------------------------------------------------------------------------
-- step 8 of 10: 0012_book_slugs  a readable address for every book  (migrations/versions/0012_book_slugs.py)
--   0011_merge -> 0012_book_slugs, each statement commits by itself
-- -----------------------------------------------------------------------------
SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR ','), '') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0011_merge' AS BINARY)), 0);
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SELECT CONCAT(IF(@sqlgen_ok, 'sqlgen result: NOT APPLIED yet: at {0011_merge}; step 8 of 10 (0012_book_slugs) is running; if it fails, its statements before the error stand', 'sqlgen result: NOT APPLIED: step 8 of 10 (0012_book_slugs) is blocked by the error above'),
  DATE_FORMAT(NOW(), ' (%H:%i:%s)')) AS sqlgen;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND (@sqlgen_mark = '' OR @sqlgen_mark LIKE 'sqlgen: %'), 'ALTER TABLE `alembic_version` COMMENT = ''sqlgen: upgrade 0012_book_slugs (5ca6c678) from {0011_merge} to {0012_book_slugs}''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
-- sqlgen: statement 10, 46 characters, sha256 e11940db6c8c871f, migrations/versions/0012_book_slugs.py:23
ALTER TABLE books ADD COLUMN slug VARCHAR(200);
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
-- sqlgen: statement 11, 55 characters, sha256 4ded43209f646742, migrations/versions/0012_book_slugs.py:25
UPDATE books SET slug = lower(replace(title, ' ', '-'));
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
START TRANSACTION;
UPDATE `alembic_version` SET version_num = '0012_book_slugs' WHERE version_num = '0011_merge';
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND ROW_COUNT() = 1, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK; SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen: step 8 failed or its stamp did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND (@sqlgen_mark = '' OR @sqlgen_mark LIKE 'sqlgen: %'), 'ALTER TABLE `alembic_version` COMMENT = ''''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;

-- -----------------------------------------------------------------------------
-- step 9 of 10: 0013_drop_phone  forget phone numbers  (migrations/versions/0013_drop_phone.py)
--   0012_book_slugs -> 0013_drop_phone, each statement commits by itself
-- -----------------------------------------------------------------------------
SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR ','), '') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0012_book_slugs' AS BINARY)), 0);
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SELECT CONCAT(IF(@sqlgen_ok, 'sqlgen result: NOT APPLIED yet: at {0012_book_slugs}; step 9 of 10 (0013_drop_phone) is running; if it fails, its statements before the error stand', 'sqlgen result: NOT APPLIED: step 9 of 10 (0013_drop_phone) is blocked by the error above'),
  DATE_FORMAT(NOW(), ' (%H:%i:%s)')) AS sqlgen;
-- sqlgen: statement 12, 35 characters, sha256 53c1b5d9ade7021b, migrations/versions/0013_drop_phone.py:24
ALTER TABLE users DROP COLUMN phone;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
START TRANSACTION;
UPDATE `alembic_version` SET version_num = '0013_drop_phone' WHERE version_num = '0012_book_slugs';
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND ROW_COUNT() = 1, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK; SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen: step 9 failed or its stamp did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;

-- -----------------------------------------------------------------------------
-- step 10 of 10: 0014_drop_wishlists  wishlists are gone  (migrations/versions/0014_drop_wishlists.py)
--   0013_drop_phone -> 0014_drop_wishlists, each statement commits by itself
-- -----------------------------------------------------------------------------
SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR ','), '') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0013_drop_phone' AS BINARY)), 0);
SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SELECT CONCAT(IF(@sqlgen_ok, 'sqlgen result: NOT APPLIED yet: at {0013_drop_phone}; step 10 of 10 (0014_drop_wishlists) is running; if it fails, its statements before the error stand', 'sqlgen result: NOT APPLIED: step 10 of 10 (0014_drop_wishlists) is blocked by the error above'),
  DATE_FORMAT(NOW(), ' (%H:%i:%s)')) AS sqlgen;
-- sqlgen: statement 13, 20 characters, sha256 75852dc6c9dea3f5, migrations/versions/0014_drop_wishlists.py:24
DROP TABLE wishlists;
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
START TRANSACTION;
UPDATE `alembic_version` SET version_num = '0014_drop_wishlists' WHERE version_num = '0013_drop_phone';
SET @sqlgen_ok = COALESCE(@sqlgen_ok AND ROW_COUNT() = 1, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK; SET SESSION tx_read_only = 1 - COALESCE(@sqlgen_ok, 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen: step 10 failed or its stamp did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0, 0); DEALLOCATE PREPARE sqlgen_sql;

-- The result, computed from the database.
SET SESSION TRANSACTION READ ONLY;
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR ','), '') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`;
SELECT CONCAT('sqlgen result: ', CASE
  WHEN @sqlgen_why <> '' THEN @sqlgen_why
  WHEN COALESCE(@sqlgen_ok, 0) = 1 AND (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0014_drop_wishlists' AS BINARY)) THEN CONCAT('APPLIED', CONCAT(': database ', DATABASE(), ' is at {', COALESCE(@sqlgen_at, '?'), '}', ''))
  ELSE CONCAT('NOT APPLIED', CONCAT(': database ', DATABASE(), ' is at {', COALESCE(@sqlgen_at, '?'), '}', ''), '; the first error above says why') END) AS sqlgen;
DO RELEASE_LOCK(CONCAT('sqlgen.', MD5(COALESCE(DATABASE(), ''))));
-- sqlgen: end, 13 statements
