-- sqlgen: read-only checks for mysql
--
-- What:        whether apply.sql can take the database from base to 0001_users
-- Database:    bookshop (the guard refuses any other)
-- Run it with: mariadb --no-defaults --binary-mode --batch --raw --skip-column-names --skip-reconnect -h HOST -u USER -p bookshop < preflight.sql > preflight.log 2>&1
-- Result:      the LAST line with "sqlgen result:" tells: PREFLIGHT OK or PREFLIGHT FAILED;
--              the client ends with 0 for the first one.
--              Catalogs are read, nothing is changed.
--
SET SESSION TRANSACTION READ ONLY;
SET NAMES utf8mb4;
SET SESSION sql_mode = 'STRICT_ALL_TABLES', SESSION group_concat_max_len = 1048576;
SET SESSION lock_wait_timeout = 5;
SET @sqlgen_heads = 'base';
SET @sqlgen_sql = IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'alembic_version'), 'SELECT COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), ''base'') INTO @sqlgen_heads FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_mark = '';
SET @sqlgen_sql = IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'alembic_version_sqlgen'), 'SELECT COALESCE(MAX(record), '''') INTO @sqlgen_mark FROM `alembic_version_sqlgen`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_at = CASE CAST(@sqlgen_heads AS BINARY) WHEN CAST('base' AS BINARY) THEN 0 WHEN CAST('0001_users' AS BINARY) THEN 1 ELSE -1 END;
SET @sqlgen_at = IF(@sqlgen_at = 0 AND LOCATE('sqlgen: upgrade 0001_users (caed11c4) is half done: part ', @sqlgen_mark) = 1, 0.5, @sqlgen_at);
SET @sqlgen_grantee = CONCAT('''', SUBSTRING(CURRENT_USER(), 1, CHAR_LENGTH(CURRENT_USER()) - CHAR_LENGTH(SUBSTRING_INDEX(CURRENT_USER(), '@', -1)) - 1), '''@''', SUBSTRING_INDEX(CURRENT_USER(), '@', -1), '''');
SET @sqlgen_process = EXISTS (SELECT 1 FROM information_schema.user_privileges WHERE privilege_type = 'PROCESS' AND grantee = @sqlgen_grantee), @sqlgen_backup = NULL;
SET @sqlgen_long = NULL, @sqlgen_locks = NULL;
SET @sqlgen_sql = IF(@sqlgen_process, 'SELECT COALESCE(GROUP_CONCAT(CONCAT(''connection '', t.trx_mysql_thread_id, '', user '', COALESCE(p.user, ''?''), '', '', LOWER(t.trx_state), '', for'', '' '', TIMEDIFF(NOW(), t.trx_started), '', '', COALESCE(LEFT(REGEXP_REPLACE(COALESCE(t.trx_query, p.info), ''[[:space:]]+'', '' ''), 80), LOWER(p.command), ''?'')) ORDER BY t.trx_started SEPARATOR ''\\n''), ''none'') INTO @sqlgen_long FROM information_schema.innodb_trx AS t LEFT JOIN information_schema.processlist AS p ON p.id = t.trx_mysql_thread_id WHERE t.trx_started < NOW() - INTERVAL 1 MINUTE AND t.trx_mysql_thread_id <> CONNECTION_ID()', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_replica = COALESCE((SELECT variable_value > 0 FROM information_schema.global_status WHERE variable_name = 'SLAVES_RUNNING'), 0);
SET @sqlgen_sql = IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = 'performance_schema' AND table_name = 'replication_connection_configuration'), 'SELECT COUNT(*) + @sqlgen_replica INTO @sqlgen_replica FROM performance_schema.replication_connection_configuration', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = 'mysql' AND table_name = 'backup_history'), 'SELECT CONCAT(''mysql.backup_history: '', COALESCE(MAX(end_time), ''no row'')) INTO @sqlgen_backup FROM mysql.backup_history', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = 'mysql' AND table_name = 'mariadb_backup_history'), 'SELECT CONCAT(''mysql.mariadb_backup_history: '', COALESCE(MAX(end_time), ''no row'')) INTO @sqlgen_backup FROM mysql.mariadb_backup_history', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = 'PERCONA_SCHEMA' AND table_name = 'xtrabackup_history'), 'SELECT CONCAT(''PERCONA_SCHEMA.xtrabackup_history: '', COALESCE(MAX(end_time), ''no row'')) INTO @sqlgen_backup FROM PERCONA_SCHEMA.xtrabackup_history', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_2 = CONVERT(CASE WHEN CAST(DATABASE() AS BINARY) IN (CAST('bookshop' AS BINARY)) THEN 'bookshop' ELSE COALESCE(DATABASE(), 'none') END USING utf8mb4);
SET @sqlgen_3 = CONVERT(CASE WHEN REGEXP_SUBSTR((SELECT schema_comment FROM information_schema.schemata WHERE schema_name = DATABASE()), '(?<=sqlgen\\.environment=)[^,;]*') IN ('', 'prod') THEN 'prod, or not marked' ELSE REGEXP_SUBSTR((SELECT schema_comment FROM information_schema.schemata WHERE schema_name = DATABASE()), '(?<=sqlgen\\.environment=)[^,;]*') END USING utf8mb4);
SET @sqlgen_4 = CONVERT(VERSION() USING utf8mb4);
SET @sqlgen_5 = CONVERT(IF(VERSION() LIKE '%mariadb%', 'mariadb', 'mysql') USING utf8mb4);
SET @sqlgen_6 = CONVERT(CURRENT_USER() USING utf8mb4);
SET @sqlgen_7 = CONVERT(IF(@@global.read_only = 0 AND @@innodb_read_only = 0, 'writable', 'read-only') USING utf8mb4);
SET @sqlgen_8 = CONVERT(IF(@sqlgen_replica = 0, 'no replica', 'a replica') USING utf8mb4);
SET @sqlgen_9 = CONVERT(IF(@@sql_log_bin = 0, 'off', 'on') USING utf8mb4);
SET @sqlgen_11 = CONVERT(CASE WHEN @sqlgen_at >= 0 THEN 'base' ELSE @sqlgen_heads END USING utf8mb4);
SET @sqlgen_12 = CONVERT(CASE WHEN @sqlgen_at < 0 THEN 'nowhere: it will refuse' WHEN @sqlgen_at = 1 THEN 'nowhere: all of it is done, ALREADY APPLIED' WHEN @sqlgen_at = 0 THEN 'at step 1 of 1 (0001_users)' WHEN @sqlgen_at = 0.5 THEN 'inside step 1 of 1 (0001_users), which is half done' END USING utf8mb4);
SET @sqlgen_13 = CONVERT(CASE WHEN @sqlgen_mark = '' OR @sqlgen_at <> FLOOR(@sqlgen_at) THEN 'none' ELSE @sqlgen_mark END USING utf8mb4);
SET @sqlgen_14 = CONVERT(CASE WHEN IS_FREE_LOCK(CONCAT('sqlgen.', MD5(COALESCE(DATABASE(), '')))) = 1 THEN 'none' ELSE CONCAT('connection ', COALESCE(IS_USED_LOCK(CONCAT('sqlgen.', MD5(COALESCE(DATABASE(), '')))), '?')) END USING utf8mb4);
SET @sqlgen_16 = IF(@sqlgen_at BETWEEN 0 AND 0, CONVERT(CASE WHEN EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'users') THEN 'there' ELSE 'not there' END USING utf8mb4), NULL);
SET @sqlgen_17 = IF(@sqlgen_at BETWEEN -1 AND -1, CONVERT('the database is not on the script''s path' USING utf8mb4), NULL);
SET @sqlgen_18 = IF(@sqlgen_at BETWEEN 1 AND 1, CONVERT('all of it is done' USING utf8mb4), NULL);
SET @sqlgen_20 = CONVERT(CASE WHEN (EXISTS (SELECT 1 FROM information_schema.user_privileges WHERE privilege_type IN ('SELECT') AND grantee = @sqlgen_grantee) OR EXISTS (SELECT 1 FROM information_schema.schema_privileges WHERE privilege_type IN ('SELECT') AND grantee = @sqlgen_grantee AND DATABASE() LIKE table_schema) OR EXISTS (SELECT 1 FROM information_schema.table_privileges WHERE privilege_type IN ('SELECT') AND grantee = @sqlgen_grantee AND table_schema = DATABASE() AND table_name = 'alembic_version'))
      AND (EXISTS (SELECT 1 FROM information_schema.user_privileges WHERE privilege_type IN ('INSERT') AND grantee = @sqlgen_grantee) OR EXISTS (SELECT 1 FROM information_schema.schema_privileges WHERE privilege_type IN ('INSERT') AND grantee = @sqlgen_grantee AND DATABASE() LIKE table_schema) OR EXISTS (SELECT 1 FROM information_schema.table_privileges WHERE privilege_type IN ('INSERT') AND grantee = @sqlgen_grantee AND table_schema = DATABASE() AND table_name = 'alembic_version'))
      AND (EXISTS (SELECT 1 FROM information_schema.user_privileges WHERE privilege_type IN ('UPDATE') AND grantee = @sqlgen_grantee) OR EXISTS (SELECT 1 FROM information_schema.schema_privileges WHERE privilege_type IN ('UPDATE') AND grantee = @sqlgen_grantee AND DATABASE() LIKE table_schema) OR EXISTS (SELECT 1 FROM information_schema.table_privileges WHERE privilege_type IN ('UPDATE') AND grantee = @sqlgen_grantee AND table_schema = DATABASE() AND table_name = 'alembic_version'))
      AND (EXISTS (SELECT 1 FROM information_schema.user_privileges WHERE privilege_type IN ('DELETE') AND grantee = @sqlgen_grantee) OR EXISTS (SELECT 1 FROM information_schema.schema_privileges WHERE privilege_type IN ('DELETE') AND grantee = @sqlgen_grantee AND DATABASE() LIKE table_schema) OR EXISTS (SELECT 1 FROM information_schema.table_privileges WHERE privilege_type IN ('DELETE') AND grantee = @sqlgen_grantee AND table_schema = DATABASE() AND table_name = 'alembic_version')) THEN 'select, insert, update, delete' ELSE IF(COALESCE(CURRENT_ROLE(), 'NONE') <> 'NONE', NULL, COALESCE(NULLIF(CONCAT_WS(', ', IF((EXISTS (SELECT 1 FROM information_schema.user_privileges WHERE privilege_type IN ('SELECT') AND grantee = @sqlgen_grantee) OR EXISTS (SELECT 1 FROM information_schema.schema_privileges WHERE privilege_type IN ('SELECT') AND grantee = @sqlgen_grantee AND DATABASE() LIKE table_schema) OR EXISTS (SELECT 1 FROM information_schema.table_privileges WHERE privilege_type IN ('SELECT') AND grantee = @sqlgen_grantee AND table_schema = DATABASE() AND table_name = 'alembic_version')), 'select', NULL), IF((EXISTS (SELECT 1 FROM information_schema.user_privileges WHERE privilege_type IN ('INSERT') AND grantee = @sqlgen_grantee) OR EXISTS (SELECT 1 FROM information_schema.schema_privileges WHERE privilege_type IN ('INSERT') AND grantee = @sqlgen_grantee AND DATABASE() LIKE table_schema) OR EXISTS (SELECT 1 FROM information_schema.table_privileges WHERE privilege_type IN ('INSERT') AND grantee = @sqlgen_grantee AND table_schema = DATABASE() AND table_name = 'alembic_version')), 'insert', NULL), IF((EXISTS (SELECT 1 FROM information_schema.user_privileges WHERE privilege_type IN ('UPDATE') AND grantee = @sqlgen_grantee) OR EXISTS (SELECT 1 FROM information_schema.schema_privileges WHERE privilege_type IN ('UPDATE') AND grantee = @sqlgen_grantee AND DATABASE() LIKE table_schema) OR EXISTS (SELECT 1 FROM information_schema.table_privileges WHERE privilege_type IN ('UPDATE') AND grantee = @sqlgen_grantee AND table_schema = DATABASE() AND table_name = 'alembic_version')), 'update', NULL), IF((EXISTS (SELECT 1 FROM information_schema.user_privileges WHERE privilege_type IN ('DELETE') AND grantee = @sqlgen_grantee) OR EXISTS (SELECT 1 FROM information_schema.schema_privileges WHERE privilege_type IN ('DELETE') AND grantee = @sqlgen_grantee AND DATABASE() LIKE table_schema) OR EXISTS (SELECT 1 FROM information_schema.table_privileges WHERE privilege_type IN ('DELETE') AND grantee = @sqlgen_grantee AND table_schema = DATABASE() AND table_name = 'alembic_version')), 'delete', NULL)), ''), 'none')) END USING utf8mb4);
SET @sqlgen_21 = CONVERT(CASE WHEN (EXISTS (SELECT 1 FROM information_schema.user_privileges WHERE privilege_type IN ('CREATE') AND grantee = @sqlgen_grantee) OR EXISTS (SELECT 1 FROM information_schema.schema_privileges WHERE privilege_type IN ('CREATE') AND grantee = @sqlgen_grantee AND DATABASE() LIKE table_schema))
      AND (EXISTS (SELECT 1 FROM information_schema.user_privileges WHERE privilege_type IN ('DROP') AND grantee = @sqlgen_grantee) OR EXISTS (SELECT 1 FROM information_schema.schema_privileges WHERE privilege_type IN ('DROP') AND grantee = @sqlgen_grantee AND DATABASE() LIKE table_schema)) THEN 'create, drop' ELSE IF(COALESCE(CURRENT_ROLE(), 'NONE') <> 'NONE', NULL, COALESCE(NULLIF(CONCAT_WS(', ', IF((EXISTS (SELECT 1 FROM information_schema.user_privileges WHERE privilege_type IN ('CREATE') AND grantee = @sqlgen_grantee) OR EXISTS (SELECT 1 FROM information_schema.schema_privileges WHERE privilege_type IN ('CREATE') AND grantee = @sqlgen_grantee AND DATABASE() LIKE table_schema)), 'create', NULL), IF((EXISTS (SELECT 1 FROM information_schema.user_privileges WHERE privilege_type IN ('DROP') AND grantee = @sqlgen_grantee) OR EXISTS (SELECT 1 FROM information_schema.schema_privileges WHERE privilege_type IN ('DROP') AND grantee = @sqlgen_grantee AND DATABASE() LIKE table_schema)), 'drop', NULL)), ''), 'none')) END USING utf8mb4);
SET @sqlgen_23 = IF(@sqlgen_at >= 0 AND @sqlgen_at < 1, CONVERT(CASE WHEN NOT EXISTS (SELECT 1 FROM information_schema.tables AS t LEFT JOIN information_schema.engines AS e ON e.engine = t.engine WHERE t.table_schema = DATABASE() AND t.table_name = 'alembic_version' AND t.table_type = 'BASE TABLE' AND COALESCE(e.transactions, 'NO') <> 'YES') THEN 'yes' ELSE (SELECT MAX(COALESCE(t.engine, '?')) FROM information_schema.tables AS t LEFT JOIN information_schema.engines AS e ON e.engine = t.engine WHERE t.table_schema = DATABASE() AND t.table_name = 'alembic_version' AND t.table_type = 'BASE TABLE' AND COALESCE(e.transactions, 'NO') <> 'YES') END USING utf8mb4), NULL);
SET @sqlgen_24 = CONVERT(coalesce((SELECT MAX(engine) FROM information_schema.engines WHERE engine = @@global.default_storage_engine AND COALESCE(transactions, 'NO') <> 'YES'), 'none') USING utf8mb4);
SET @sqlgen_26 = CONVERT(@sqlgen_long USING utf8mb4);
SET @sqlgen_28 = CONVERT(IF(@sqlgen_process, CONCAT((SELECT COUNT(*) FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'), ' connected; how far behind they are, only they know'), NULL) USING utf8mb4);
SET @sqlgen_29 = CONVERT(COALESCE(@sqlgen_backup, 'the server knows of none (mysqldump, snapshots and the like leave no trace in it)') USING utf8mb4);
SET @sqlgen_asked = 0, @sqlgen_failed = 0, @sqlgen_warned = 0;
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_2 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_2 IS NOT NULL AND NOT CAST('bookshop' AS BINARY) <=> CAST(@sqlgen_2 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_3 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_3 IS NOT NULL AND NOT CAST('prod, or not marked' AS BINARY) <=> CAST(@sqlgen_3 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_5 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_5 IS NOT NULL AND NOT CAST('mariadb' AS BINARY) <=> CAST(@sqlgen_5 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_7 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_7 IS NOT NULL AND NOT CAST('writable' AS BINARY) <=> CAST(@sqlgen_7 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_8 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_8 IS NOT NULL AND NOT CAST('no replica' AS BINARY) <=> CAST(@sqlgen_8 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_9 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_9 IS NOT NULL AND NOT CAST('on' AS BINARY) <=> CAST(@sqlgen_9 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_11 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_11 IS NOT NULL AND NOT CAST('base' AS BINARY) <=> CAST(@sqlgen_11 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_13 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_13 IS NOT NULL AND NOT CAST('none' AS BINARY) <=> CAST(@sqlgen_13 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_14 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_14 IS NOT NULL AND NOT CAST('none' AS BINARY) <=> CAST(@sqlgen_14 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_16 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_16 IS NOT NULL AND NOT CAST('not there' AS BINARY) <=> CAST(@sqlgen_16 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_20 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_20 IS NOT NULL AND NOT CAST('select, insert, update, delete' AS BINARY) <=> CAST(@sqlgen_20 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_21 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_21 IS NOT NULL AND NOT CAST('create, drop' AS BINARY) <=> CAST(@sqlgen_21 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_23 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_23 IS NOT NULL AND NOT CAST('yes' AS BINARY) <=> CAST(@sqlgen_23 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_24 IS NOT NULL, 1, 0),
  @sqlgen_warned = @sqlgen_warned + IF(@sqlgen_24 IS NOT NULL AND NOT CAST('none' AS BINARY) <=> CAST(@sqlgen_24 AS BINARY), 1, 0);
SELECT line AS sqlgen FROM (
  SELECT 1 AS number, '[sqlgen] the server and the database' AS line UNION ALL
  SELECT 2 AS number, IF(@sqlgen_2 IS NULL, CONCAT('note ', 'the database', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_2, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('bookshop' AS BINARY) <=> CAST(@sqlgen_2 AS BINARY), CONCAT('ok   ', 'the database: bookshop'),
    CONCAT('FAIL ', 'the database', '\n       expected: ', 'bookshop', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_2, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 3 AS number, IF(@sqlgen_3 IS NULL, CONCAT('note ', 'the environment (comment of the database)', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_3, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('prod, or not marked' AS BINARY) <=> CAST(@sqlgen_3 AS BINARY), CONCAT('ok   ', 'the environment (comment of the database): prod, or not marked'),
    CONCAT('FAIL ', 'the environment (comment of the database)', '\n       expected: ', 'prod, or not marked', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_3, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 4 AS number, CONCAT('note ', 'the server''s version', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_4, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')) UNION ALL
  SELECT 5 AS number, IF(@sqlgen_5 IS NULL, CONCAT('note ', 'the engine', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_5, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('mariadb' AS BINARY) <=> CAST(@sqlgen_5 AS BINARY), CONCAT('ok   ', 'the engine: mariadb'),
    CONCAT('FAIL ', 'the engine', '\n       expected: ', 'mariadb', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_5, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 6 AS number, CONCAT('note ', 'the user', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_6, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')) UNION ALL
  SELECT 7 AS number, IF(@sqlgen_7 IS NULL, CONCAT('note ', 'the server is', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_7, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('writable' AS BINARY) <=> CAST(@sqlgen_7 AS BINARY), CONCAT('ok   ', 'the server is: writable'),
    CONCAT('FAIL ', 'the server is', '\n       expected: ', 'writable', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_7, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 8 AS number, IF(@sqlgen_8 IS NULL, CONCAT('note ', 'the server is, as far as this user may see', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_8, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('no replica' AS BINARY) <=> CAST(@sqlgen_8 AS BINARY), CONCAT('ok   ', 'the server is, as far as this user may see: no replica'),
    CONCAT('FAIL ', 'the server is, as far as this user may see', '\n       expected: ', 'no replica', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_8, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 9 AS number, IF(@sqlgen_9 IS NULL, CONCAT('note ', 'sql_log_bin', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_9, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('on' AS BINARY) <=> CAST(@sqlgen_9 AS BINARY), CONCAT('ok   ', 'sql_log_bin: on'),
    CONCAT('FAIL ', 'sql_log_bin', '\n       expected: ', 'on', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_9, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 10 AS number, '[sqlgen] where the script will start' AS line UNION ALL
  SELECT 11 AS number, IF(@sqlgen_11 IS NULL, CONCAT('note ', 'the revision that the database is at', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_11, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('base' AS BINARY) <=> CAST(@sqlgen_11 AS BINARY), CONCAT('ok   ', 'the revision that the database is at: base'),
    CONCAT('FAIL ', 'the revision that the database is at', '\n       expected: ', 'base', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_11, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 12 AS number, CONCAT('note ', 'the script will start', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_12, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')) UNION ALL
  SELECT 13 AS number, IF(@sqlgen_13 IS NULL, CONCAT('note ', 'no step is half done but by this script', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_13, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('none' AS BINARY) <=> CAST(@sqlgen_13 AS BINARY), CONCAT('ok   ', 'no step is half done but by this script: none'),
    CONCAT('FAIL ', 'no step is half done but by this script', '\n       expected: ', 'none', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_13, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 14 AS number, IF(@sqlgen_14 IS NULL, CONCAT('note ', 'no other sqlgen script is running in this database', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_14, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('none' AS BINARY) <=> CAST(@sqlgen_14 AS BINARY), CONCAT('ok   ', 'no other sqlgen script is running in this database: none'),
    CONCAT('FAIL ', 'no other sqlgen script is running in this database', '\n       expected: ', 'none', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_14, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 15 AS number, '[sqlgen] what its statements need' AS line UNION ALL
  SELECT 16 AS number, IF(@sqlgen_at BETWEEN 0 AND 0, IF(@sqlgen_16 IS NULL, CONCAT('note ', 'migrations/versions/0001_users.py:23 (0001_users): table users', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_16, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('not there' AS BINARY) <=> CAST(@sqlgen_16 AS BINARY), CONCAT('ok   ', 'migrations/versions/0001_users.py:23 (0001_users): table users: not there'),
    CONCAT('FAIL ', 'migrations/versions/0001_users.py:23 (0001_users): table users', '\n       expected: ', 'not there', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_16, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))), NULL) UNION ALL
  SELECT 17 AS number, IF(@sqlgen_at BETWEEN -1 AND -1, CONCAT('note ', 'not asked', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_17, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')), NULL) UNION ALL
  SELECT 18 AS number, IF(@sqlgen_at BETWEEN 1 AND 1, CONCAT('note ', 'not asked', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_18, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')), NULL) UNION ALL
  SELECT 19 AS number, '[sqlgen] what this user may do' AS line UNION ALL
  SELECT 20 AS number, IF(@sqlgen_20 IS NULL, CONCAT('note ', 'rights on alembic_version', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_20, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('select, insert, update, delete' AS BINARY) <=> CAST(@sqlgen_20 AS BINARY), CONCAT('ok   ', 'rights on alembic_version: select, insert, update, delete'),
    CONCAT('FAIL ', 'rights on alembic_version', '\n       expected: ', 'select, insert, update, delete', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_20, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 21 AS number, IF(@sqlgen_21 IS NULL, CONCAT('note ', 'rights in the database', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_21, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('create, drop' AS BINARY) <=> CAST(@sqlgen_21 AS BINARY), CONCAT('ok   ', 'rights in the database: create, drop'),
    CONCAT('FAIL ', 'rights in the database', '\n       expected: ', 'create, drop', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_21, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 22 AS number, '[sqlgen] the tables that it touches' AS line UNION ALL
  SELECT 23 AS number, IF(@sqlgen_at >= 0 AND @sqlgen_at < 1, IF(@sqlgen_23 IS NULL, CONCAT('note ', 'alembic_version can be rolled back (its engine has transactions)', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_23, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('yes' AS BINARY) <=> CAST(@sqlgen_23 AS BINARY), CONCAT('ok   ', 'alembic_version can be rolled back (its engine has transactions): yes'),
    CONCAT('FAIL ', 'alembic_version can be rolled back (its engine has transactions)', '\n       expected: ', 'yes', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_23, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))), NULL) UNION ALL
  SELECT 24 AS number, IF(@sqlgen_24 IS NULL, CONCAT('note ', 'engine without transactions and foreign keys that new tables get (default_storage_engine)', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_24, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('none' AS BINARY) <=> CAST(@sqlgen_24 AS BINARY), CONCAT('ok   ', 'engine without transactions and foreign keys that new tables get (default_storage_engine): none'),
    CONCAT('WARN ', 'engine without transactions and foreign keys that new tables get (default_storage_engine)', '\n       expected: ', 'none', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_24, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 25 AS number, '[sqlgen] who is in the way' AS line UNION ALL
  SELECT 26 AS number, CONCAT('note ', 'transactions older than 1 minute', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_26, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')) UNION ALL
  SELECT 27 AS number, '[sqlgen] what there is to fall back on' AS line UNION ALL
  SELECT 28 AS number, CONCAT('note ', 'replicas', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_28, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')) UNION ALL
  SELECT 29 AS number, CONCAT('note ', 'backup', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_29, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')) UNION ALL
  SELECT 30, IF(@sqlgen_failed = 0, CONCAT('sqlgen result: PREFLIGHT OK: ', @sqlgen_asked - @sqlgen_warned, ' check(s) hold, ', @sqlgen_warned, ' warning(s)'), CONCAT('sqlgen result: PREFLIGHT FAILED: ', @sqlgen_failed, ' of ', @sqlgen_asked - @sqlgen_warned, ' check(s) do not hold, ', @sqlgen_warned, ' warning(s); do not run the script before each FAIL above is understood'))
) AS told WHERE line IS NOT NULL ORDER BY number;
-- The exit code.
SET @sqlgen_sql = IF(@sqlgen_failed = 0, 'DO 0', 'SELECT `sqlgen: a check failed, the lines above say which`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
