-- sqlgen: a script for mysql
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
-- Run it with: mysql --no-defaults --binary-mode --batch --skip-column-names --skip-reconnect --default-character-set=utf8mb4 -h HOST -u USER -p bookshop < apply.sql > apply.log 2>&1
-- Needs:       MySQL 8.0 or newer. NOT RUN ON A REAL SERVER: made by MySQL's manual and tests on MariaDB
-- Needs:       a direct connection to the primary: no proxy that shares sessions; a new session
-- Needs:       not --force and not the client's source command: with them the exit code is 0 whatever happened
-- Result:      the LAST line with "sqlgen result:" tells: APPLIED, ALREADY APPLIED or NOT APPLIED.
--              The client ends with 0 for APPLIED, else with 1 (also for ALREADY APPLIED).
--              The server commits each DDL statement by itself: after an error in the middle of a step,
--              the step's statements before it stand. Remove the cause and run resume.sql: it goes on there.
--              It is in the bundle, or made by: sqlgen emit 0004_orders:0014_drop_wishlists --resume -o resume.sql
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

-- The session: read-only until the guard opens it. A transaction left open would be past that lock.
DELIMITER ;
ROLLBACK AND NO CHAIN NO RELEASE;
SET SESSION TRANSACTION READ ONLY;
SET NAMES utf8mb4;
SELECT 'sqlgen result: NOT APPLIED yet: the guard has not passed; nothing was changed' AS sqlgen;
SET SESSION sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', SESSION time_zone = DEFAULT;
SET SESSION default_storage_engine = DEFAULT;
SET autocommit = 1, SESSION completion_type = 0, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_safe_updates = 0, SESSION sql_select_limit = DEFAULT, SESSION max_join_size = DEFAULT, SESSION group_concat_max_len = 1048576;
SET SESSION lock_wait_timeout = 2, SESSION innodb_lock_wait_timeout = 2;

-- The guard: does this script belong to this database, as it stands?
SET @sqlgen_ok = 0, @sqlgen_why = '', @sqlgen_rows = 0, @sqlgen_at = '', @sqlgen_mark = '';
SET @sqlgen_step = NULL, @sqlgen_from = NULL, @sqlgen_done = 0, @sqlgen_undo = 0, @sqlgen_behind = 0;
SET @sqlgen_replica = 0, @sqlgen_locked = 0, @sqlgen_missing = '', @sqlgen_name = '', @sqlgen_marked = '';
SET @sqlgen_locked = @@SESSION.transaction_read_only, @sqlgen_name = @@server_uuid;
SET @sqlgen_sql = IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = 'performance_schema'
  AND table_name = 'replication_connection_configuration'),
  'SELECT COUNT(*) + @sqlgen_replica INTO @sqlgen_replica
  FROM performance_schema.replication_connection_configuration
  WHERE LEFT(channel_name, 17) <> ''group_replication''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_account = CONCAT('''', LEFT(CURRENT_USER(),
  CHAR_LENGTH(CURRENT_USER()) - CHAR_LENGTH(SUBSTRING_INDEX(CURRENT_USER(), '@', -1)) - 1), '''@''', SUBSTRING_INDEX(CURRENT_USER(), '@', -1), '''');
SELECT COALESCE(GROUP_CONCAT(wanted SEPARATOR ', '), '') INTO @sqlgen_missing
FROM (SELECT 'CREATE' AS wanted UNION ALL SELECT 'ALTER' UNION ALL SELECT 'REFERENCES' UNION ALL SELECT 'UPDATE' UNION ALL SELECT 'INDEX' UNION ALL SELECT 'DROP' UNION ALL SELECT 'SELECT' UNION ALL SELECT 'INSERT' UNION ALL SELECT 'DELETE') AS needed
WHERE COALESCE(CURRENT_ROLE(), 'NONE') = 'NONE'
AND NOT EXISTS (SELECT 1 FROM information_schema.user_privileges WHERE CAST(privilege_type AS BINARY) = CAST(wanted AS BINARY)
  AND (CAST(grantee AS BINARY) = CAST(@sqlgen_account AS BINARY) OR grantee NOT LIKE '%@%'))
AND NOT EXISTS (SELECT 1 FROM information_schema.schema_privileges WHERE CAST(privilege_type AS BINARY) = CAST(wanted AS BINARY)
  AND (CAST(grantee AS BINARY) = CAST(@sqlgen_account AS BINARY) OR grantee NOT LIKE '%@%') AND DATABASE() LIKE table_schema)
AND NOT EXISTS (SELECT 1 FROM information_schema.table_privileges WHERE CAST(privilege_type AS BINARY) = CAST(wanted AS BINARY)
  AND (CAST(grantee AS BINARY) = CAST(@sqlgen_account AS BINARY) OR grantee NOT LIKE '%@%') AND table_schema = DATABASE());
SET @sqlgen_lock = COALESCE(GET_LOCK(CONCAT('sqlgen.', MD5(COALESCE(DATABASE(), ''))), 1), 0);
SELECT COUNT(*) INTO @sqlgen_table FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'alembic_version';
SET @sqlgen_sql = IF(@sqlgen_table = 1,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SELECT COUNT(*) INTO @sqlgen_records FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'alembic_version_sqlgen';
SET @sqlgen_sql = IF(@sqlgen_records = 1,
  'SELECT COALESCE(MAX(record), '''') INTO @sqlgen_mark FROM `alembic_version_sqlgen`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
-- Where on the script's path it stands: steps done, parts of the next one done.
SET @sqlgen_rows_at = CONCAT(@sqlgen_rows, ':', @sqlgen_at), @sqlgen_known = '';
SELECT step, record, is_undo, behind INTO @sqlgen_step, @sqlgen_known, @sqlgen_undo, @sqlgen_behind FROM (
  SELECT 0 AS step, '1:0004_orders' AS at_rows,
    '' AS record,
    0 AS is_undo, 0 AS behind
  UNION ALL SELECT 10, '1:0014_drop_wishlists', '', 0, 0
) AS path WHERE CAST(at_rows AS BINARY) = CAST(@sqlgen_rows_at AS BINARY)
AND IF(record = '', @sqlgen_mark = '',
  LEFT(CAST(@sqlgen_mark AS BINARY), LENGTH(record)) = CAST(record AS BINARY)) LIMIT 1;
SET @sqlgen_part = IF(@sqlgen_known = '', 0, CAST(SUBSTRING_INDEX(
  SUBSTRING(@sqlgen_mark, CHAR_LENGTH(@sqlgen_known) + 1), ' ', 1) AS UNSIGNED));
SET @sqlgen_began = (@sqlgen_known <> '' AND RIGHT(@sqlgen_mark, 6) = ' began'), @sqlgen_stood = NULL;
SET @sqlgen_done = @sqlgen_part - IF(@sqlgen_began, 1 - @sqlgen_stood, 0);
SET @sqlgen_fresh = (@sqlgen_behind < 0);
SET @sqlgen_behind = IF(@sqlgen_fresh, @sqlgen_done, @sqlgen_behind);
SET @sqlgen_done = IF(@sqlgen_fresh, 0, @sqlgen_done);
-- What could not be rolled back: rows in tables without transactions.
SET @sqlgen_loose = '';
SELECT CONCAT_WS(', ', NULLIF(@sqlgen_loose, ''),
  GROUP_CONCAT(CONCAT(t.table_name, ' (', COALESCE(t.engine, '?'), ')') ORDER BY t.table_name SEPARATOR ', ')) INTO @sqlgen_loose
FROM information_schema.tables AS t LEFT JOIN information_schema.engines AS e ON e.engine = t.engine
WHERE t.table_schema = DATABASE() AND t.table_type = 'BASE TABLE' AND COALESCE(e.transactions, 'NO') <> 'YES'
AND ((@sqlgen_step, @sqlgen_done) < (10, 0) AND t.table_name IN ('alembic_version', 'alembic_version_sqlgen')
  OR (@sqlgen_step, @sqlgen_done) < (1, 1) AND t.table_name IN ('users')
  OR (@sqlgen_step, @sqlgen_done) < (7, 2) AND t.table_name IN ('books'));
SET @sqlgen_why = CASE
  WHEN DATABASE() IS NULL THEN 'NOT APPLIED: no database is selected. Name it on the command line.'
  WHEN NOT (CAST(DATABASE() AS BINARY) <=> CAST('bookshop' AS BINARY))
    THEN CONCAT('NOT APPLIED: this script is for database bookshop, this one is ', DATABASE(), '. Nothing was changed.')
  WHEN @@read_only <> 0 OR @@innodb_read_only <> 0 OR COALESCE(@sqlgen_replica, 1) <> 0
  THEN 'NOT APPLIED: this server is a replica, or read only; run the script on its primary. Nothing was changed.'
  WHEN @@sql_log_bin = 0
  THEN 'NOT APPLIED: this session does not write the binary log (sql_log_bin): replicas would miss the change. Nothing was changed.'
  WHEN COALESCE(@sqlgen_locked, 0) <> 1
  THEN 'NOT APPLIED: the read-only lock that keeps a refused script from changing anything does not hold in this session. Use a new connection. Nothing was changed.'
  WHEN @sqlgen_lock <> 1
  THEN 'NOT APPLIED: another sqlgen script is running in this database. Run this one again when it has ended. Nothing was changed.'
  WHEN COALESCE(@sqlgen_missing, '') <> ''
    THEN CONCAT('NOT APPLIED: this account lacks rights on the database that the script needs: ', @sqlgen_missing, '. Nothing was changed.')
  WHEN @sqlgen_table = 0
  THEN CONCAT('NOT APPLIED: there is no table alembic_version in database ', DATABASE(), '. Nothing was changed.')
  WHEN @sqlgen_loose <> ''
    THEN CONCAT('NOT APPLIED: the engine of tables in which the script changes rows has no transactions: ', @sqlgen_loose, '. Rows that a failed run has changed there could not be taken back. First: ALTER TABLE ... ENGINE = InnoDB. Nothing was changed.')
  WHEN @sqlgen_mark <> ''
    THEN CONCAT('NOT APPLIED: an earlier run stopped in the middle of a step (', SUBSTRING(@sqlgen_mark, 9), '). Run resume.sql of the bundle, or the script made by: sqlgen emit 0004_orders:0014_drop_wishlists --resume -o resume.sql. Nothing was changed.')
  WHEN @sqlgen_step = 10
  THEN CONCAT('ALREADY APPLIED: database ', DATABASE(), ' is at {0014_drop_wishlists}')
  WHEN @sqlgen_step IS NULL AND NOT (CAST(@sqlgen_rows_at AS BINARY) NOT IN (CAST('1:0004_orders' AS BINARY), CAST('1:0005_publishers' AS BINARY), CAST('1:0006_lowercase_emails' AS BINARY), CAST('1:0007_unique_email' AS BINARY), CAST('1:0008_wider_columns' AS BINARY), CAST('1:0010_isbn_index' AS BINARY), CAST('2:0009_order_date_index,0010_isbn_index' AS BINARY), CAST('1:0011_merge' AS BINARY), CAST('1:0012_book_slugs' AS BINARY), CAST('1:0013_drop_phone' AS BINARY), CAST('1:0014_drop_wishlists' AS BINARY)))
    THEN CONCAT('NOT APPLIED: an earlier run got as far as {', @sqlgen_at, '}. Run resume.sql of the bundle, or the script made by: sqlgen emit 0004_orders:0014_drop_wishlists --resume -o resume.sql. Nothing was changed.')
  WHEN @sqlgen_step IS NULL
  THEN CONCAT('NOT APPLIED: this script goes from {0004_orders} to {0014_drop_wishlists}; alembic_version holds {', @sqlgen_at, '}. Nothing was changed.')
  ELSE '' END;
SET @sqlgen_ok = (@sqlgen_why = ''), @sqlgen_from = @sqlgen_step;
SELECT IF(@sqlgen_ok, CONCAT(
  'sqlgen: the guard passed, from {0004_orders} to {0014_drop_wishlists}',
  ''), CONCAT('sqlgen result: ', @sqlgen_why)) AS sqlgen;
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen guard: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step < 10, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SET @sqlgen_sql = IF(@sqlgen_run = 1,
  'CREATE TABLE IF NOT EXISTS `alembic_version_sqlgen` (one TINYINT NOT NULL PRIMARY KEY, record VARCHAR(500) NOT NULL) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @@error_count = 0), 0);
DEALLOCATE PREPARE sqlgen_sql;

-- -----------------------------------------------------------------------------
-- step 1 of 10: 0005_publishers  every book has a publisher  (migrations/versions/0005_publishers.py)
--   0004_orders -> 0005_publishers, 3 part(s) that commit one by one; after an error resume.sql goes on
-- -----------------------------------------------------------------------------
SET SESSION sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', SESSION time_zone = DEFAULT;
SET SESSION default_storage_engine = DEFAULT;
SET autocommit = 1, SESSION completion_type = 0, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_safe_updates = 0, SESSION sql_select_limit = DEFAULT, SESSION max_join_size = DEFAULT, SESSION group_concat_max_len = 1048576;
SET SESSION lock_wait_timeout = 2, SESSION innodb_lock_wait_timeout = 2;
SET @sqlgen_since = SYSDATE(6);
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND @sqlgen_step = 0,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_moved = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 0 AND NOT IF(@sqlgen_undo = 1, (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0005_publishers' AS BINARY)), (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0004_orders' AS BINARY))), 0);
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND NOT @sqlgen_moved, 0);
SET @sqlgen_sql = IF(COALESCE(@sqlgen_moved, 0) = 0, 'DO 0', 'SELECT `sqlgen: the version table is not where step 1 begins`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
-- part 1 of 3 of step 1
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 0 AND @sqlgen_done < 1, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 1 of 10 (0005_publishers), part 1 of 3 is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_run = IF(@sqlgen_run = 1, IF(NOT (EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'publishers')), 2, -1), @sqlgen_run);
SELECT 'sqlgen result: NOT APPLIED: step 1, part 1: table publishers is there already, and this script did not make it' AS sqlgen FROM DUAL WHERE @sqlgen_run = -1;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) >= 0, 'DO 0', 'SELECT `sqlgen: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, ''sqlgen: upgrade 0005_publishers (31f72988) is half done: part 1 of 3 began'')', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 1, 145 characters, sha256 a2617466330aa5c5, migrations/versions/0005_publishers.py:46 op.create_table
CREATE TABLE publishers (
    id INTEGER NOT NULL AUTO_INCREMENT,
    name VARCHAR(200) NOT NULL,
    CONSTRAINT pk_publishers PRIMARY KEY (id)
);
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 4, 0);
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, ''sqlgen: upgrade 0005_publishers (31f72988) is half done: part 1 of 3 stands'')', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_done = IF(@sqlgen_run = 5, 1, @sqlgen_done);
-- part 2 of 3 of step 1
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 0 AND @sqlgen_done < 2, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 1 of 10 (0005_publishers), part 2 of 3 is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_run = IF(@sqlgen_run = 1, IF(NOT (EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'books' AND column_name = 'publisher_id')), 2, -1), @sqlgen_run);
SELECT 'sqlgen result: NOT APPLIED: step 1, part 2: column publisher_id of books is there already, and this script did not make it' AS sqlgen FROM DUAL WHERE @sqlgen_run = -1;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) >= 0, 'DO 0', 'SELECT `sqlgen: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, ''sqlgen: upgrade 0005_publishers (31f72988) is half done: part 2 of 3 began'')', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 2, 58 characters, sha256 ccda28b2c0665bf4, migrations/versions/0005_publishers.py:54 op.add_column
ALTER TABLE books ADD COLUMN publisher_id INTEGER NOT NULL;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 4, 0);
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, ''sqlgen: upgrade 0005_publishers (31f72988) is half done: part 2 of 3 stands'')', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_done = IF(@sqlgen_run = 5, 2, @sqlgen_done);
-- part 3 of 3 of step 1
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 0 AND @sqlgen_done < 3, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 1 of 10 (0005_publishers), part 3 of 3 is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_run = IF(@sqlgen_run = 1, IF(NOT (EXISTS (SELECT 1 FROM information_schema.table_constraints WHERE constraint_schema = DATABASE() AND table_name = 'books' AND constraint_name = 'fk_books_publisher_id')), 2, -1), @sqlgen_run);
SELECT 'sqlgen result: NOT APPLIED: step 1, part 3: constraint fk_books_publisher_id of books is there already, and this script did not make it' AS sqlgen FROM DUAL WHERE @sqlgen_run = -1;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) >= 0, 'DO 0', 'SELECT `sqlgen: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, ''sqlgen: upgrade 0005_publishers (31f72988) is half done: part 3 of 3 began'')', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 3, 112 characters, sha256 b5653fbb630e92d7, migrations/versions/0005_publishers.py:55 op.create_foreign_key
ALTER TABLE books
    ADD CONSTRAINT fk_books_publisher_id FOREIGN KEY (publisher_id) REFERENCES publishers (id);
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 4, 0);
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, ''sqlgen: upgrade 0005_publishers (31f72988) is half done: part 3 of 3 stands'')', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_done = IF(@sqlgen_run = 5, 3, @sqlgen_done);
-- the stamp of step 1
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 0, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
START TRANSACTION;
SET @sqlgen_sql = IF(@sqlgen_run = 1, 'UPDATE `alembic_version` SET version_num = ''0005_publishers'' WHERE version_num = ''0004_orders''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 1 AND @@error_count = 0 AND ROW_COUNT() = 1, 2, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) <> 1, 'DO 0', 'SELECT `sqlgen: the stamp of step 1 did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'DELETE FROM `alembic_version_sqlgen`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 3, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 4), 0);
SET @sqlgen_step = IF(@sqlgen_run = 4, 1, @sqlgen_step),
  @sqlgen_done = IF(@sqlgen_run = 4, 0, @sqlgen_done), @sqlgen_undo = IF(@sqlgen_run = 4, 0, @sqlgen_undo);
SELECT CONCAT('[sqlgen] step 1 of 10 (0005_publishers) is done, after ', ROUND(TIMESTAMPDIFF(MICROSECOND, @sqlgen_since, SYSDATE(6)) / 1000000, 3), ' s') AS sqlgen
FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_run > 0 AND @sqlgen_step = 1;

-- -----------------------------------------------------------------------------
-- step 2 of 10: 0006_lowercase_emails  write e-mail addresses in lower case  (migrations/versions/0006_lowercase_emails.py)
--   0005_publishers -> 0006_lowercase_emails, one transaction
-- -----------------------------------------------------------------------------
SET SESSION sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', SESSION time_zone = DEFAULT;
SET SESSION default_storage_engine = DEFAULT;
SET autocommit = 1, SESSION completion_type = 0, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_safe_updates = 0, SESSION sql_select_limit = DEFAULT, SESSION max_join_size = DEFAULT, SESSION group_concat_max_len = 1048576;
SET SESSION lock_wait_timeout = 2, SESSION innodb_lock_wait_timeout = 2;
SET @sqlgen_since = SYSDATE(6);
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND @sqlgen_step = 1,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_moved = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 1 AND NOT IF(@sqlgen_undo = 1, (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0006_lowercase_emails' AS BINARY)), (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0005_publishers' AS BINARY))), 0);
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND NOT @sqlgen_moved, 0);
SET @sqlgen_sql = IF(COALESCE(@sqlgen_moved, 0) = 0, 'DO 0', 'SELECT `sqlgen: the version table is not where step 2 begins`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 1, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 2 of 10 (0006_lowercase_emails) is running; it is rolled back if it fails',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
START TRANSACTION;
-- sqlgen: statement 4, 70 characters, sha256 5f79d882408da37b, migrations/versions/0006_lowercase_emails.py:23 op.execute
UPDATE users SET email = lower(email) WHERE email LIKE '%@EXAMPLE.COM';
SET @sqlgen_run = IF(@sqlgen_run = 1 AND @@error_count = 0, 2, @sqlgen_run);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 2, 0);
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'UPDATE `alembic_version` SET version_num = ''0006_lowercase_emails'' WHERE version_num = ''0005_publishers''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0 AND ROW_COUNT() = 1, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) <> 2, 'DO 0', 'SELECT `sqlgen: the stamp of step 2 did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 3, 'DELETE FROM `alembic_version_sqlgen`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_step = IF(@sqlgen_run = 5, 2, @sqlgen_step),
  @sqlgen_done = IF(@sqlgen_run = 5, 0, @sqlgen_done), @sqlgen_undo = IF(@sqlgen_run = 5, 0, @sqlgen_undo);
SELECT CONCAT('[sqlgen] step 2 of 10 (0006_lowercase_emails) is done, after ', ROUND(TIMESTAMPDIFF(MICROSECOND, @sqlgen_since, SYSDATE(6)) / 1000000, 3), ' s') AS sqlgen
FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_run > 0 AND @sqlgen_step = 2;

-- -----------------------------------------------------------------------------
-- step 3 of 10: 0007_unique_email  one user per e-mail address  (migrations/versions/0007_unique_email.py)
--   0006_lowercase_emails -> 0007_unique_email, 1 part(s) that commit one by one; after an error resume.sql goes on
-- -----------------------------------------------------------------------------
SET SESSION sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', SESSION time_zone = DEFAULT;
SET SESSION default_storage_engine = DEFAULT;
SET autocommit = 1, SESSION completion_type = 0, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_safe_updates = 0, SESSION sql_select_limit = DEFAULT, SESSION max_join_size = DEFAULT, SESSION group_concat_max_len = 1048576;
SET SESSION lock_wait_timeout = 2, SESSION innodb_lock_wait_timeout = 2;
SET @sqlgen_since = SYSDATE(6);
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND @sqlgen_step = 2,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_moved = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 2 AND NOT IF(@sqlgen_undo = 1, (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0007_unique_email' AS BINARY)), (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0006_lowercase_emails' AS BINARY))), 0);
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND NOT @sqlgen_moved, 0);
SET @sqlgen_sql = IF(COALESCE(@sqlgen_moved, 0) = 0, 'DO 0', 'SELECT `sqlgen: the version table is not where step 3 begins`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 2 AND @sqlgen_done < 1, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 3 of 10 (0007_unique_email) is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_run = IF(@sqlgen_run = 1, IF(NOT (EXISTS (SELECT 1 FROM information_schema.table_constraints WHERE constraint_schema = DATABASE() AND table_name = 'users' AND constraint_name = 'uq_users_email')), 2, -1), @sqlgen_run);
SELECT 'sqlgen result: NOT APPLIED: step 3, part 1: constraint uq_users_email of users is there already, and this script did not make it' AS sqlgen FROM DUAL WHERE @sqlgen_run = -1;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) >= 0, 'DO 0', 'SELECT `sqlgen: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, ''sqlgen: upgrade 0007_unique_email (4c485a7c) is half done: part 1 of 1 began'')', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 5, 62 characters, sha256 4c485a7ca6f495f7, migrations/versions/0007_unique_email.py:40 op.create_unique_constraint
ALTER TABLE users ADD CONSTRAINT uq_users_email UNIQUE (email);
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 4, 0);
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, ''sqlgen: upgrade 0007_unique_email (4c485a7c) is half done: part 1 of 1 stands'')', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_done = IF(@sqlgen_run = 5, 1, @sqlgen_done);
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 2, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
START TRANSACTION;
SET @sqlgen_sql = IF(@sqlgen_run = 1, 'UPDATE `alembic_version` SET version_num = ''0007_unique_email'' WHERE version_num = ''0006_lowercase_emails''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 1 AND @@error_count = 0 AND ROW_COUNT() = 1, 2, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) <> 1, 'DO 0', 'SELECT `sqlgen: the stamp of step 3 did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'DELETE FROM `alembic_version_sqlgen`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 3, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 4), 0);
SET @sqlgen_step = IF(@sqlgen_run = 4, 3, @sqlgen_step),
  @sqlgen_done = IF(@sqlgen_run = 4, 0, @sqlgen_done), @sqlgen_undo = IF(@sqlgen_run = 4, 0, @sqlgen_undo);
SELECT CONCAT('[sqlgen] step 3 of 10 (0007_unique_email) is done, after ', ROUND(TIMESTAMPDIFF(MICROSECOND, @sqlgen_since, SYSDATE(6)) / 1000000, 3), ' s') AS sqlgen
FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_run > 0 AND @sqlgen_step = 3;

-- -----------------------------------------------------------------------------
-- step 4 of 10: 0008_wider_columns  longer names, larger quantities  (migrations/versions/0008_wider_columns.py)
--   0007_unique_email -> 0008_wider_columns, 2 part(s) that commit one by one; after an error resume.sql goes on
-- -----------------------------------------------------------------------------
SET SESSION sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', SESSION time_zone = DEFAULT;
SET SESSION default_storage_engine = DEFAULT;
SET autocommit = 1, SESSION completion_type = 0, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_safe_updates = 0, SESSION sql_select_limit = DEFAULT, SESSION max_join_size = DEFAULT, SESSION group_concat_max_len = 1048576;
SET SESSION lock_wait_timeout = 2, SESSION innodb_lock_wait_timeout = 2;
SET @sqlgen_since = SYSDATE(6);
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND @sqlgen_step = 3,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_moved = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 3 AND NOT IF(@sqlgen_undo = 1, (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0008_wider_columns' AS BINARY)), (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0007_unique_email' AS BINARY))), 0);
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND NOT @sqlgen_moved, 0);
SET @sqlgen_sql = IF(COALESCE(@sqlgen_moved, 0) = 0, 'DO 0', 'SELECT `sqlgen: the version table is not where step 4 begins`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
-- part 1 of 2 of step 4
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 3 AND @sqlgen_done < 1, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 4 of 10 (0008_wider_columns), part 1 of 2 is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_sql = IF(@sqlgen_run = 1, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, ''sqlgen: upgrade 0008_wider_columns (5a1a4b06) is half done: part 1 of 2 began'')', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 1 AND @@error_count = 0, 2, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 6, 51 characters, sha256 930a235f67b503c3, migrations/versions/0008_wider_columns.py:61 op.alter_column
ALTER TABLE users MODIFY name VARCHAR(200) NOT NULL;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 3, 0);
SET @sqlgen_sql = IF(@sqlgen_run = 3, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, ''sqlgen: upgrade 0008_wider_columns (5a1a4b06) is half done: part 1 of 2 stands'')', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 4), 0);
SET @sqlgen_done = IF(@sqlgen_run = 4, 1, @sqlgen_done);
-- part 2 of 2 of step 4
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 3 AND @sqlgen_done < 2, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 4 of 10 (0008_wider_columns), part 2 of 2 is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_sql = IF(@sqlgen_run = 1, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, ''sqlgen: upgrade 0008_wider_columns (5a1a4b06) is half done: part 2 of 2 began'')', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 1 AND @@error_count = 0, 2, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 7, 51 characters, sha256 7208b12f6447f375, migrations/versions/0008_wider_columns.py:66 op.alter_column
ALTER TABLE orders MODIFY quantity INTEGER NOT NULL;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 3, 0);
SET @sqlgen_sql = IF(@sqlgen_run = 3, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, ''sqlgen: upgrade 0008_wider_columns (5a1a4b06) is half done: part 2 of 2 stands'')', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 4), 0);
SET @sqlgen_done = IF(@sqlgen_run = 4, 2, @sqlgen_done);
-- the stamp of step 4
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 3, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
START TRANSACTION;
SET @sqlgen_sql = IF(@sqlgen_run = 1, 'UPDATE `alembic_version` SET version_num = ''0008_wider_columns'' WHERE version_num = ''0007_unique_email''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 1 AND @@error_count = 0 AND ROW_COUNT() = 1, 2, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) <> 1, 'DO 0', 'SELECT `sqlgen: the stamp of step 4 did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'DELETE FROM `alembic_version_sqlgen`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 3, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 4), 0);
SET @sqlgen_step = IF(@sqlgen_run = 4, 4, @sqlgen_step),
  @sqlgen_done = IF(@sqlgen_run = 4, 0, @sqlgen_done), @sqlgen_undo = IF(@sqlgen_run = 4, 0, @sqlgen_undo);
SELECT CONCAT('[sqlgen] step 4 of 10 (0008_wider_columns) is done, after ', ROUND(TIMESTAMPDIFF(MICROSECOND, @sqlgen_since, SYSDATE(6)) / 1000000, 3), ' s') AS sqlgen
FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_run > 0 AND @sqlgen_step = 4;

-- -----------------------------------------------------------------------------
-- step 5 of 10: 0010_isbn_index  find books by ISBN  (migrations/versions/0010_isbn_index.py)
--   0008_wider_columns -> 0010_isbn_index, 1 part(s) that commit one by one; after an error resume.sql goes on
-- -----------------------------------------------------------------------------
SET SESSION sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', SESSION time_zone = DEFAULT;
SET SESSION default_storage_engine = DEFAULT;
SET autocommit = 1, SESSION completion_type = 0, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_safe_updates = 0, SESSION sql_select_limit = DEFAULT, SESSION max_join_size = DEFAULT, SESSION group_concat_max_len = 1048576;
SET SESSION lock_wait_timeout = 2, SESSION innodb_lock_wait_timeout = 2;
SET @sqlgen_since = SYSDATE(6);
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND @sqlgen_step = 4,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_moved = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 4 AND NOT IF(@sqlgen_undo = 1, (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0010_isbn_index' AS BINARY)), (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0008_wider_columns' AS BINARY))), 0);
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND NOT @sqlgen_moved, 0);
SET @sqlgen_sql = IF(COALESCE(@sqlgen_moved, 0) = 0, 'DO 0', 'SELECT `sqlgen: the version table is not where step 5 begins`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 4 AND @sqlgen_done < 1, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 5 of 10 (0010_isbn_index) is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_run = IF(@sqlgen_run = 1, IF(NOT (EXISTS (SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'books' AND index_name = 'ix_books_isbn')), 2, -1), @sqlgen_run);
SELECT 'sqlgen result: NOT APPLIED: step 5, part 1: index ix_books_isbn of books is there already, and this script did not make it' AS sqlgen FROM DUAL WHERE @sqlgen_run = -1;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) >= 0, 'DO 0', 'SELECT `sqlgen: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, ''sqlgen: upgrade 0010_isbn_index (047a5117) is half done: part 1 of 1 began'')', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 8, 42 characters, sha256 047a5117c5f8a5fb, migrations/versions/0010_isbn_index.py:24 op.create_index in autocommit_block()
CREATE INDEX ix_books_isbn ON books (isbn);
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 4, 0);
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, ''sqlgen: upgrade 0010_isbn_index (047a5117) is half done: part 1 of 1 stands'')', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_done = IF(@sqlgen_run = 5, 1, @sqlgen_done);
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 4, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
START TRANSACTION;
SET @sqlgen_sql = IF(@sqlgen_run = 1, 'UPDATE `alembic_version` SET version_num = ''0010_isbn_index'' WHERE version_num = ''0008_wider_columns''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 1 AND @@error_count = 0 AND ROW_COUNT() = 1, 2, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) <> 1, 'DO 0', 'SELECT `sqlgen: the stamp of step 5 did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'DELETE FROM `alembic_version_sqlgen`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 3, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 4), 0);
SET @sqlgen_step = IF(@sqlgen_run = 4, 5, @sqlgen_step),
  @sqlgen_done = IF(@sqlgen_run = 4, 0, @sqlgen_done), @sqlgen_undo = IF(@sqlgen_run = 4, 0, @sqlgen_undo);
SELECT CONCAT('[sqlgen] step 5 of 10 (0010_isbn_index) is done, after ', ROUND(TIMESTAMPDIFF(MICROSECOND, @sqlgen_since, SYSDATE(6)) / 1000000, 3), ' s') AS sqlgen
FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_run > 0 AND @sqlgen_step = 5;

-- -----------------------------------------------------------------------------
-- step 6 of 10: 0009_order_date_index  find orders by date  (migrations/versions/0009_order_date_index.py)
--   0010_isbn_index -> 0009_order_date_index,0010_isbn_index, 1 part(s) that commit one by one; after an error resume.sql goes on
-- -----------------------------------------------------------------------------
SET SESSION sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', SESSION time_zone = DEFAULT;
SET SESSION default_storage_engine = DEFAULT;
SET autocommit = 1, SESSION completion_type = 0, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_safe_updates = 0, SESSION sql_select_limit = DEFAULT, SESSION max_join_size = DEFAULT, SESSION group_concat_max_len = 1048576;
SET SESSION lock_wait_timeout = 2, SESSION innodb_lock_wait_timeout = 2;
SET @sqlgen_since = SYSDATE(6);
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND @sqlgen_step = 5,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_moved = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 5 AND NOT IF(@sqlgen_undo = 1, (@sqlgen_rows = 2 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0009_order_date_index,0010_isbn_index' AS BINARY)), (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0010_isbn_index' AS BINARY))), 0);
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND NOT @sqlgen_moved, 0);
SET @sqlgen_sql = IF(COALESCE(@sqlgen_moved, 0) = 0, 'DO 0', 'SELECT `sqlgen: the version table is not where step 6 begins`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 5 AND @sqlgen_done < 1, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 6 of 10 (0009_order_date_index) is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_run = IF(@sqlgen_run = 1, IF(NOT (EXISTS (SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'orders' AND index_name = 'ix_orders_placed_at')), 2, -1), @sqlgen_run);
SELECT 'sqlgen result: NOT APPLIED: step 6, part 1: index ix_orders_placed_at of orders is there already, and this script did not make it' AS sqlgen FROM DUAL WHERE @sqlgen_run = -1;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) >= 0, 'DO 0', 'SELECT `sqlgen: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, ''sqlgen: upgrade 0009_order_date_index (bb659909) is half done: part 1 of 1 began'')', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 9, 54 characters, sha256 bb659909a0dfffd9, migrations/versions/0009_order_date_index.py:24 op.create_index
CREATE INDEX ix_orders_placed_at ON orders (placed_at);
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 4, 0);
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, ''sqlgen: upgrade 0009_order_date_index (bb659909) is half done: part 1 of 1 stands'')', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_done = IF(@sqlgen_run = 5, 1, @sqlgen_done);
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 5, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
START TRANSACTION;
SET @sqlgen_sql = IF(@sqlgen_run = 1, 'INSERT INTO `alembic_version` (version_num) VALUES (''0009_order_date_index'')', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 1 AND @@error_count = 0 AND ROW_COUNT() = 1, 2, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) <> 1, 'DO 0', 'SELECT `sqlgen: the stamp of step 6 did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'DELETE FROM `alembic_version_sqlgen`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 3, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 4), 0);
SET @sqlgen_step = IF(@sqlgen_run = 4, 6, @sqlgen_step),
  @sqlgen_done = IF(@sqlgen_run = 4, 0, @sqlgen_done), @sqlgen_undo = IF(@sqlgen_run = 4, 0, @sqlgen_undo);
SELECT CONCAT('[sqlgen] step 6 of 10 (0009_order_date_index) is done, after ', ROUND(TIMESTAMPDIFF(MICROSECOND, @sqlgen_since, SYSDATE(6)) / 1000000, 3), ' s') AS sqlgen
FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_run > 0 AND @sqlgen_step = 6;

-- -----------------------------------------------------------------------------
-- step 7 of 10: 0011_merge  merge the two indexes  (migrations/versions/0011_merge.py)
--   0009_order_date_index,0010_isbn_index -> 0011_merge, one transaction
-- -----------------------------------------------------------------------------
SET SESSION sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', SESSION time_zone = DEFAULT;
SET SESSION default_storage_engine = DEFAULT;
SET autocommit = 1, SESSION completion_type = 0, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_safe_updates = 0, SESSION sql_select_limit = DEFAULT, SESSION max_join_size = DEFAULT, SESSION group_concat_max_len = 1048576;
SET SESSION lock_wait_timeout = 2, SESSION innodb_lock_wait_timeout = 2;
SET @sqlgen_since = SYSDATE(6);
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND @sqlgen_step = 6,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_moved = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 6 AND NOT IF(@sqlgen_undo = 1, (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0011_merge' AS BINARY)), (@sqlgen_rows = 2 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0009_order_date_index,0010_isbn_index' AS BINARY))), 0);
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND NOT @sqlgen_moved, 0);
SET @sqlgen_sql = IF(COALESCE(@sqlgen_moved, 0) = 0, 'DO 0', 'SELECT `sqlgen: the version table is not where step 7 begins`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 6, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
START TRANSACTION;
SET @sqlgen_sql = IF(@sqlgen_run = 1, 'DELETE FROM `alembic_version` WHERE version_num = ''0010_isbn_index''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 1 AND @@error_count = 0 AND ROW_COUNT() = 1, 2, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) <> 1, 'DO 0', 'SELECT `sqlgen: the stamp of step 7 did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'UPDATE `alembic_version` SET version_num = ''0011_merge'' WHERE version_num = ''0009_order_date_index''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0 AND ROW_COUNT() = 1, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) <> 2, 'DO 0', 'SELECT `sqlgen: the stamp of step 7 did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 3, 'DELETE FROM `alembic_version_sqlgen`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_step = IF(@sqlgen_run = 5, 7, @sqlgen_step),
  @sqlgen_done = IF(@sqlgen_run = 5, 0, @sqlgen_done), @sqlgen_undo = IF(@sqlgen_run = 5, 0, @sqlgen_undo);
SELECT CONCAT('[sqlgen] step 7 of 10 (0011_merge) is done, after ', ROUND(TIMESTAMPDIFF(MICROSECOND, @sqlgen_since, SYSDATE(6)) / 1000000, 3), ' s') AS sqlgen
FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_run > 0 AND @sqlgen_step = 7;

-- -----------------------------------------------------------------------------
-- step 8 of 10: 0012_book_slugs  a readable address for every book  (migrations/versions/0012_book_slugs.py)
--   0011_merge -> 0012_book_slugs, 2 part(s) that commit one by one; after an error resume.sql goes on
-- -----------------------------------------------------------------------------
SET SESSION sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', SESSION time_zone = DEFAULT;
SET SESSION default_storage_engine = DEFAULT;
SET autocommit = 1, SESSION completion_type = 0, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_safe_updates = 0, SESSION sql_select_limit = DEFAULT, SESSION max_join_size = DEFAULT, SESSION group_concat_max_len = 1048576;
SET SESSION lock_wait_timeout = 2, SESSION innodb_lock_wait_timeout = 2;
SET @sqlgen_since = SYSDATE(6);
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND @sqlgen_step = 7,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_moved = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 7 AND NOT IF(@sqlgen_undo = 1, (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0012_book_slugs' AS BINARY)), (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0011_merge' AS BINARY))), 0);
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND NOT @sqlgen_moved, 0);
SET @sqlgen_sql = IF(COALESCE(@sqlgen_moved, 0) = 0, 'DO 0', 'SELECT `sqlgen: the version table is not where step 8 begins`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
-- part 1 of 2 of step 8
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 7 AND @sqlgen_done < 1, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 8 of 10 (0012_book_slugs), part 1 of 2 is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_run = IF(@sqlgen_run = 1, IF(NOT (EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'books' AND column_name = 'slug')), 2, -1), @sqlgen_run);
SELECT 'sqlgen result: NOT APPLIED: step 8, part 1: column slug of books is there already, and this script did not make it' AS sqlgen FROM DUAL WHERE @sqlgen_run = -1;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) >= 0, 'DO 0', 'SELECT `sqlgen: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, ''sqlgen: upgrade 0012_book_slugs (5ca6c678) is half done: part 1 of 2 began'')', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 10, 46 characters, sha256 e11940db6c8c871f, migrations/versions/0012_book_slugs.py:23 op.add_column
ALTER TABLE books ADD COLUMN slug VARCHAR(200);
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 4, 0);
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, ''sqlgen: upgrade 0012_book_slugs (5ca6c678) is half done: part 1 of 2 stands'')', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_done = IF(@sqlgen_run = 5, 1, @sqlgen_done);
-- part 2 of 2 of step 8
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 7, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 8 of 10 (0012_book_slugs), part 2 of 2 is running; it is rolled back if it fails',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
START TRANSACTION;
-- sqlgen: statement 11, 55 characters, sha256 4ded43209f646742, migrations/versions/0012_book_slugs.py:25 op.execute
UPDATE books SET slug = lower(replace(title, ' ', '-'));
SET @sqlgen_run = IF(@sqlgen_run = 1 AND @@error_count = 0, 2, @sqlgen_run);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 2, 0);
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'UPDATE `alembic_version` SET version_num = ''0012_book_slugs'' WHERE version_num = ''0011_merge''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0 AND ROW_COUNT() = 1, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) <> 2, 'DO 0', 'SELECT `sqlgen: the stamp of step 8 did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 3, 'DELETE FROM `alembic_version_sqlgen`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_step = IF(@sqlgen_run = 5, 8, @sqlgen_step),
  @sqlgen_done = IF(@sqlgen_run = 5, 0, @sqlgen_done), @sqlgen_undo = IF(@sqlgen_run = 5, 0, @sqlgen_undo);
SELECT CONCAT('[sqlgen] step 8 of 10 (0012_book_slugs) is done, after ', ROUND(TIMESTAMPDIFF(MICROSECOND, @sqlgen_since, SYSDATE(6)) / 1000000, 3), ' s') AS sqlgen
FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_run > 0 AND @sqlgen_step = 8;

-- -----------------------------------------------------------------------------
-- step 9 of 10: 0013_drop_phone  forget phone numbers  (migrations/versions/0013_drop_phone.py)
--   0012_book_slugs -> 0013_drop_phone, 1 part(s) that commit one by one; after an error resume.sql goes on
-- -----------------------------------------------------------------------------
SET SESSION sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', SESSION time_zone = DEFAULT;
SET SESSION default_storage_engine = DEFAULT;
SET autocommit = 1, SESSION completion_type = 0, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_safe_updates = 0, SESSION sql_select_limit = DEFAULT, SESSION max_join_size = DEFAULT, SESSION group_concat_max_len = 1048576;
SET SESSION lock_wait_timeout = 2, SESSION innodb_lock_wait_timeout = 2;
SET @sqlgen_since = SYSDATE(6);
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND @sqlgen_step = 8,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_moved = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 8 AND NOT IF(@sqlgen_undo = 1, (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0013_drop_phone' AS BINARY)), (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0012_book_slugs' AS BINARY))), 0);
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND NOT @sqlgen_moved, 0);
SET @sqlgen_sql = IF(COALESCE(@sqlgen_moved, 0) = 0, 'DO 0', 'SELECT `sqlgen: the version table is not where step 9 begins`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 8 AND @sqlgen_done < 1, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 9 of 10 (0013_drop_phone) is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_run = IF(@sqlgen_run = 1, IF(NOT (NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'users' AND column_name = 'phone')), 2, -1), @sqlgen_run);
SELECT 'sqlgen result: NOT APPLIED: step 9, part 1: column phone of users is not there, and this script did not take it away' AS sqlgen FROM DUAL WHERE @sqlgen_run = -1;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) >= 0, 'DO 0', 'SELECT `sqlgen: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, ''sqlgen: upgrade 0013_drop_phone (53c1b5d9) is half done: part 1 of 1 began'')', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 12, 35 characters, sha256 53c1b5d9ade7021b, migrations/versions/0013_drop_phone.py:24 op.drop_column
ALTER TABLE users DROP COLUMN phone;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 4, 0);
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, ''sqlgen: upgrade 0013_drop_phone (53c1b5d9) is half done: part 1 of 1 stands'')', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_done = IF(@sqlgen_run = 5, 1, @sqlgen_done);
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 8, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
START TRANSACTION;
SET @sqlgen_sql = IF(@sqlgen_run = 1, 'UPDATE `alembic_version` SET version_num = ''0013_drop_phone'' WHERE version_num = ''0012_book_slugs''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 1 AND @@error_count = 0 AND ROW_COUNT() = 1, 2, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) <> 1, 'DO 0', 'SELECT `sqlgen: the stamp of step 9 did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'DELETE FROM `alembic_version_sqlgen`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 3, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 4), 0);
SET @sqlgen_step = IF(@sqlgen_run = 4, 9, @sqlgen_step),
  @sqlgen_done = IF(@sqlgen_run = 4, 0, @sqlgen_done), @sqlgen_undo = IF(@sqlgen_run = 4, 0, @sqlgen_undo);
SELECT CONCAT('[sqlgen] step 9 of 10 (0013_drop_phone) is done, after ', ROUND(TIMESTAMPDIFF(MICROSECOND, @sqlgen_since, SYSDATE(6)) / 1000000, 3), ' s') AS sqlgen
FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_run > 0 AND @sqlgen_step = 9;

-- -----------------------------------------------------------------------------
-- step 10 of 10: 0014_drop_wishlists  wishlists are gone  (migrations/versions/0014_drop_wishlists.py)
--   0013_drop_phone -> 0014_drop_wishlists, 1 part(s) that commit one by one; after an error resume.sql goes on
-- -----------------------------------------------------------------------------
SET SESSION sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', SESSION time_zone = DEFAULT;
SET SESSION default_storage_engine = DEFAULT;
SET autocommit = 1, SESSION completion_type = 0, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_safe_updates = 0, SESSION sql_select_limit = DEFAULT, SESSION max_join_size = DEFAULT, SESSION group_concat_max_len = 1048576;
SET SESSION lock_wait_timeout = 2, SESSION innodb_lock_wait_timeout = 2;
SET @sqlgen_since = SYSDATE(6);
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND @sqlgen_step = 9,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_moved = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 9 AND NOT IF(@sqlgen_undo = 1, (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0014_drop_wishlists' AS BINARY)), (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0013_drop_phone' AS BINARY))), 0);
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND NOT @sqlgen_moved, 0);
SET @sqlgen_sql = IF(COALESCE(@sqlgen_moved, 0) = 0, 'DO 0', 'SELECT `sqlgen: the version table is not where step 10 begins`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 9 AND @sqlgen_done < 1, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 10 of 10 (0014_drop_wishlists) is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_run = IF(@sqlgen_run = 1, IF(NOT (NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'wishlists')), 2, -1), @sqlgen_run);
SELECT 'sqlgen result: NOT APPLIED: step 10, part 1: table wishlists is not there, and this script did not take it away' AS sqlgen FROM DUAL WHERE @sqlgen_run = -1;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) >= 0, 'DO 0', 'SELECT `sqlgen: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, ''sqlgen: upgrade 0014_drop_wishlists (75852dc6) is half done: part 1 of 1 began'')', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 13, 20 characters, sha256 75852dc6c9dea3f5, migrations/versions/0014_drop_wishlists.py:24 op.drop_table
DROP TABLE wishlists;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 4, 0);
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, ''sqlgen: upgrade 0014_drop_wishlists (75852dc6) is half done: part 1 of 1 stands'')', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_done = IF(@sqlgen_run = 5, 1, @sqlgen_done);
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 9, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
START TRANSACTION;
SET @sqlgen_sql = IF(@sqlgen_run = 1, 'UPDATE `alembic_version` SET version_num = ''0014_drop_wishlists'' WHERE version_num = ''0013_drop_phone''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 1 AND @@error_count = 0 AND ROW_COUNT() = 1, 2, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) <> 1, 'DO 0', 'SELECT `sqlgen: the stamp of step 10 did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'DELETE FROM `alembic_version_sqlgen`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 3, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 4), 0);
SET @sqlgen_step = IF(@sqlgen_run = 4, 10, @sqlgen_step),
  @sqlgen_done = IF(@sqlgen_run = 4, 0, @sqlgen_done), @sqlgen_undo = IF(@sqlgen_run = 4, 0, @sqlgen_undo);
SELECT CONCAT('[sqlgen] step 10 of 10 (0014_drop_wishlists) is done, after ', ROUND(TIMESTAMPDIFF(MICROSECOND, @sqlgen_since, SYSDATE(6)) / 1000000, 3), ' s') AS sqlgen
FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_run > 0 AND @sqlgen_step = 10;

-- The result, computed from the database.
SET SESSION TRANSACTION READ ONLY;
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*) INTO @sqlgen_table FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'alembic_version';
SET @sqlgen_sql = IF(@sqlgen_table = 1,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 10 AND (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0014_drop_wishlists' AS BINARY)), 0);
SELECT CONCAT('sqlgen result: ', CASE
  WHEN @sqlgen_why <> '' THEN @sqlgen_why
  WHEN @sqlgen_ok = 1 THEN CONCAT(IF(@sqlgen_from = 10, 'ALREADY APPLIED', 'APPLIED'), CONCAT(': database ', DATABASE(), ' is at {', COALESCE(@sqlgen_at, '?'), '}', ''))
  WHEN @sqlgen_why IS NULL AND (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0014_drop_wishlists' AS BINARY)) AND (CAST(DATABASE() AS BINARY) <=> CAST('bookshop' AS BINARY))
    THEN CONCAT('APPLIED', CONCAT(': database ', DATABASE(), ' is at {', COALESCE(@sqlgen_at, '?'), '}', ''), ' (the connection was lost on the way, behind the last stamp)')
  ELSE CONCAT('NOT APPLIED', CONCAT(': database ', DATABASE(), ' is at {', COALESCE(@sqlgen_at, '?'), '}', ''), '; the first error above says why') END) AS sqlgen;
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_ok = 1 AND (@sqlgen_from < 10 OR @sqlgen_records = 1), 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND (@sqlgen_from < 10 OR @sqlgen_records = 1), 'DROP TABLE IF EXISTS `alembic_version_sqlgen`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET SESSION transaction_read_only = 1;
DO RELEASE_LOCK(CONCAT('sqlgen.', MD5(COALESCE(DATABASE(), ''))));
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen: the result line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: end, 13 statements
