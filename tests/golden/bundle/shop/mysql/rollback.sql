-- sqlgen: a script for mysql
--
-- WHAT THIS ROLLBACK LOSES:
--   0001_users (migrations/versions/0001_users.py)
--     destroys table users, with its rows
-- Dump the tables that it destroys data of first: runbook.md of the bundle has the commands, or that of: sqlgen emit RANGE -o DIR/
--
-- What:        downgrade, alembic_version 0001_users -> base, 1 revision(s)
-- Environment: prod
-- Database:    bookshop (the guard refuses any other)
-- Run it with: mysql --no-defaults --binary-mode --batch --skip-column-names --skip-reconnect -h HOST -u USER -p bookshop < rollback.sql > rollback.log 2>&1
-- Needs:       MySQL 8.0 or newer. NOT RUN ON A REAL SERVER: made by MySQL's manual and tests on MariaDB
-- Needs:       a direct connection to the primary: no proxy that shares sessions; a new session
-- Needs:       not --force and not the client's source command: with them the exit code is 0 whatever happened
-- Result:      the LAST line with "sqlgen result:" tells: APPLIED, ALREADY APPLIED or NOT APPLIED.
--              The client ends with 0 for the first two, else with 1.
--              The server commits each DDL statement by itself: after an error in the middle of a step,
--              the step's statements before it stand, and `alembic_version_sqlgen` says which. Remove the cause
--              and run this script again: it goes on where it stopped.
-- Revisions:
--     1. 0001_users  create users  (migrations/versions/0001_users.py)
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
FROM (SELECT 'DROP' AS wanted UNION ALL SELECT 'CREATE' UNION ALL SELECT 'SELECT' UNION ALL SELECT 'INSERT' UNION ALL SELECT 'UPDATE' UNION ALL SELECT 'DELETE') AS needed
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
  SELECT 0 AS step, '1:0001_users' AS at_rows,
    '' AS record,
    0 AS is_undo, 0 AS behind
  UNION ALL SELECT 0, '1:0001_users', 'sqlgen: downgrade 0001_users (6c84380b) is half done: part ', 0, 0
  UNION ALL SELECT 0, '0:', 'sqlgen: upgrade 0001_users (caed11c4) is half done: part ', 1, -1
  UNION ALL SELECT 0, '0:', 'sqlgen: downgrade 0001_users (6c84380b) from part 0 is half done: part ', 1, 0
  UNION ALL SELECT 0, '0:', 'sqlgen: downgrade 0001_users (6c84380b) from part 1 is half done: part ', 1, 1
  UNION ALL SELECT 1, '0:', '', 0, 0
) AS path WHERE CAST(at_rows AS BINARY) = CAST(@sqlgen_rows_at AS BINARY)
AND IF(record = '', @sqlgen_mark = '',
  LEFT(CAST(@sqlgen_mark AS BINARY), LENGTH(record)) = CAST(record AS BINARY)) LIMIT 1;
SET @sqlgen_part = IF(@sqlgen_known = '', 0, CAST(SUBSTRING_INDEX(
  SUBSTRING(@sqlgen_mark, CHAR_LENGTH(@sqlgen_known) + 1), ' ', 1) AS UNSIGNED));
SET @sqlgen_began = (@sqlgen_known <> '' AND RIGHT(@sqlgen_mark, 6) = ' began'), @sqlgen_stood = NULL;
-- A part that began: does the catalog have what it makes?
SET @sqlgen_sql = IF(NOT @sqlgen_began, 'DO 0', CASE CONCAT(@sqlgen_step, IF(@sqlgen_behind < 0, ' upgrade ', ' '), @sqlgen_part)
  WHEN '0 1' THEN 'SELECT IF(NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''users''), 1, IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''users''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '0 upgrade 1' THEN 'SELECT IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''users''), 1, IF(NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''users''), 0, NULL)) INTO @sqlgen_stood'
  ELSE 'DO 0' END);
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
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
AND ((@sqlgen_step, @sqlgen_done) < (1, 0) AND t.table_name IN ('alembic_version', 'alembic_version_sqlgen'));
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
  WHEN @sqlgen_step IS NULL AND @sqlgen_mark <> '' AND NOT (CAST(@sqlgen_rows_at AS BINARY) NOT IN (CAST('1:0001_users' AS BINARY), CAST('0:' AS BINARY)))
    THEN CONCAT('NOT APPLIED: a step was left half done by another script: ', SUBSTRING(@sqlgen_mark, 9), '. Run that script to its end first; or clean up by hand, then drop the table `alembic_version_sqlgen`. Nothing was changed.')
  WHEN @sqlgen_began AND @sqlgen_stood IS NULL
    THEN CONCAT('NOT APPLIED: an earlier run stopped at a statement of which the catalog does not tell whether it was done: ', SUBSTRING(@sqlgen_mark, 9), '. Look whether what it does is there. If it is, run: UPDATE `alembic_version_sqlgen` SET record = ',
      QUOTE(REPLACE(@sqlgen_mark, ' began', ' stands')),
      IF(@sqlgen_part > 1, CONCAT('; if not: UPDATE `alembic_version_sqlgen` SET record = ', QUOTE(CONCAT(@sqlgen_known, @sqlgen_part - 1, ' of ', SUBSTRING_INDEX(SUBSTRING_INDEX(@sqlgen_mark, ' of ', -1), ' ', 1), ' stands'))), '; if not: DELETE FROM `alembic_version_sqlgen`'),
      '; then run this script again. Nothing was changed.')
  WHEN @sqlgen_step = 0 AND @sqlgen_undo = 1 AND @sqlgen_behind NOT IN (0, 1)
    THEN CONCAT('NOT APPLIED: no way back is known from the middle of revision 0001_users (', SUBSTRING(@sqlgen_mark, 9), '). Finish it first with apply.sql (or resume.sql), then run this script. Nothing was changed.')
  WHEN @sqlgen_step IS NULL
  THEN CONCAT('NOT APPLIED: this script goes from {0001_users} to {}; alembic_version holds {', @sqlgen_at, '}. Nothing was changed.')
  ELSE '' END;
SET @sqlgen_ok = (@sqlgen_why = ''), @sqlgen_from = @sqlgen_step;
SELECT IF(@sqlgen_ok, CONCAT(
  'sqlgen: the guard passed, from {0001_users} to {}',
  CASE WHEN @sqlgen_step = 1 THEN '; all of it is done'
    WHEN @sqlgen_step + @sqlgen_done + @sqlgen_undo > 0 THEN CONCAT('; it goes on with step ', @sqlgen_step + 1, ' of 1', IF(@sqlgen_done = 0, '', CONCAT(', behind part ', @sqlgen_done)), IF(@sqlgen_undo = 0, '', CONCAT(', which takes back ', @sqlgen_behind, ' part(s)')))
    ELSE '' END,
  ''), CONCAT('sqlgen result: ', @sqlgen_why)) AS sqlgen;
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen guard: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step < 1, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SET @sqlgen_sql = IF(@sqlgen_run = 1,
  'CREATE TABLE IF NOT EXISTS `alembic_version_sqlgen` (one TINYINT NOT NULL PRIMARY KEY, record VARCHAR(500) NOT NULL) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @@error_count = 0), 0);
DEALLOCATE PREPARE sqlgen_sql;

-- -----------------------------------------------------------------------------
-- step 1 of 1: 0001_users  create users  (migrations/versions/0001_users.py)
--   0001_users -> base, 1 part(s) that commit one by one; a repeated run goes on after the last
-- -----------------------------------------------------------------------------
SET SESSION sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', SESSION time_zone = DEFAULT;
SET SESSION default_storage_engine = DEFAULT;
SET autocommit = 1, SESSION completion_type = 0, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_safe_updates = 0, SESSION sql_select_limit = DEFAULT, SESSION max_join_size = DEFAULT, SESSION group_concat_max_len = 1048576;
SET SESSION lock_wait_timeout = 2, SESSION innodb_lock_wait_timeout = 2;
SET @sqlgen_since = SYSDATE(6);
SELECT '[sqlgen] step 1 of 1: 0001_users was done before, skipped' AS sqlgen FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_step > 0;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND @sqlgen_step = 0,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_moved = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 0 AND NOT IF(@sqlgen_undo = 1, (@sqlgen_rows = 0 AND CAST(@sqlgen_at AS BINARY) <=> CAST('' AS BINARY)), (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0001_users' AS BINARY))), 0);
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND NOT @sqlgen_moved, 0);
SET @sqlgen_sql = IF(COALESCE(@sqlgen_moved, 0) = 0, 'DO 0', 'SELECT `sqlgen: the version table is not where step 1 begins`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 0 AND @sqlgen_done < 1 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (1)), 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 1 of 1 (0001_users) is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_run = IF(@sqlgen_run = 1, IF(NOT (NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'users')), 2, -1), @sqlgen_run);
SELECT 'sqlgen result: NOT APPLIED: step 1, part 1: table users is not there, and this script did not take it away' AS sqlgen FROM DUAL WHERE @sqlgen_run = -1;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) >= 0, 'DO 0', 'SELECT `sqlgen: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0001_users (6c84380b) from part 0 is half done: part 1 of 1 began'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0001_users (6c84380b) is half done: part 1 of 1 began''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 1, 16 characters behind 87 escaped, sha256 6c84380b12b4e53a, migrations/versions/0001_users.py:36 op.drop_table
SET @sqlgen_sql = IF(@sqlgen_run = 3 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (1)), 'DROP TABLE users', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0001_users (6c84380b) from part 0 is half done: part 1 of 1 stands'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0001_users (6c84380b) is half done: part 1 of 1 stands''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_done = IF(@sqlgen_run = 5, 1, @sqlgen_done);
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 0, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
START TRANSACTION;
SET @sqlgen_sql = IF(@sqlgen_run = 1 AND @sqlgen_undo = 0, 'DELETE FROM `alembic_version` WHERE version_num = ''0001_users''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 1 AND @@error_count = 0 AND (ROW_COUNT() = 1 OR NOT (@sqlgen_undo = 0)), 2, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
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
SELECT CONCAT('[sqlgen] step 1 of 1 (0001_users) is done, after ', ROUND(TIMESTAMPDIFF(MICROSECOND, @sqlgen_since, SYSDATE(6)) / 1000000, 3), ' s') AS sqlgen
FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_run > 0 AND @sqlgen_step = 1;

-- The result, computed from the database.
SET SESSION TRANSACTION READ ONLY;
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*) INTO @sqlgen_table FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'alembic_version';
SET @sqlgen_sql = IF(@sqlgen_table = 1,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 1 AND (@sqlgen_rows = 0 AND CAST(@sqlgen_at AS BINARY) <=> CAST('' AS BINARY)), 0);
SELECT CONCAT('sqlgen result: ', CASE
  WHEN @sqlgen_why <> '' THEN @sqlgen_why
  WHEN @sqlgen_ok = 1 THEN CONCAT(IF(@sqlgen_from = 1, 'ALREADY APPLIED', 'APPLIED'), CONCAT(': database ', DATABASE(), ' is at {', COALESCE(@sqlgen_at, '?'), '}', ''))
  WHEN @sqlgen_why IS NULL AND (@sqlgen_rows = 0 AND CAST(@sqlgen_at AS BINARY) <=> CAST('' AS BINARY)) AND (CAST(DATABASE() AS BINARY) <=> CAST('bookshop' AS BINARY))
    THEN CONCAT('APPLIED', CONCAT(': database ', DATABASE(), ' is at {', COALESCE(@sqlgen_at, '?'), '}', ''), ' (the connection was lost on the way, behind the last stamp)')
  ELSE CONCAT('NOT APPLIED', CONCAT(': database ', DATABASE(), ' is at {', COALESCE(@sqlgen_at, '?'), '}', ''), '; the first error above says why') END) AS sqlgen;
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_ok = 1 AND (@sqlgen_from < 1 OR @sqlgen_records = 1), 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND (@sqlgen_from < 1 OR @sqlgen_records = 1), 'DROP TABLE IF EXISTS `alembic_version_sqlgen`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET SESSION transaction_read_only = 1;
DO RELEASE_LOCK(CONCAT('sqlgen.', MD5(COALESCE(DATABASE(), ''))));
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen: the result line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: end, 1 statement
