-- sqlgen: read-only checks for mysql
--
-- What:        whether the database is what apply.sql makes of it, base -> 0001_users
-- Database:    bookshop (the guard refuses any other)
-- Run it with: mariadb --no-defaults --binary-mode --batch --raw --skip-column-names --skip-reconnect -h HOST -u USER -p bookshop < postcheck.sql > postcheck.log 2>&1
-- Result:      the LAST line with "sqlgen result:" tells: POSTCHECK OK or POSTCHECK FAILED;
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
SET @sqlgen_2 = CONVERT(CASE WHEN CAST(DATABASE() AS BINARY) IN (CAST('bookshop' AS BINARY)) THEN 'bookshop' ELSE COALESCE(DATABASE(), 'none') END USING utf8mb4);
SET @sqlgen_3 = CONVERT(CASE WHEN REGEXP_SUBSTR((SELECT schema_comment FROM information_schema.schemata WHERE schema_name = DATABASE()), '(?<=sqlgen\\.environment=)[^,;]*') IN ('', 'prod') THEN 'prod, or not marked' ELSE REGEXP_SUBSTR((SELECT schema_comment FROM information_schema.schemata WHERE schema_name = DATABASE()), '(?<=sqlgen\\.environment=)[^,;]*') END USING utf8mb4);
SET @sqlgen_5 = CONVERT(CASE WHEN @sqlgen_heads = '0001_users' THEN '0001_users' ELSE @sqlgen_heads END USING utf8mb4);
SET @sqlgen_6 = CONVERT(CASE WHEN @sqlgen_mark = '' THEN 'none' ELSE @sqlgen_mark END USING utf8mb4);
SET @sqlgen_8 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'users'),
  COALESCE((SELECT GROUP_CONCAT(CONCAT(column_name, ' ', IF(data_type IN ('tinyint', 'smallint', 'mediumint', 'int', 'bigint') AND LOCATE(')', column_type) > 0 AND column_type NOT LIKE 'tinyint(1)%',
    CONCAT(data_type, SUBSTRING(column_type, LOCATE(')', column_type) + 1)), column_type), IF(is_nullable = 'NO', ' not null', ''))
    ORDER BY ordinal_position SEPARATOR ', ') FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'users'), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_9 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'users'),
  COALESCE((SELECT CONCAT('(', GROUP_CONCAT(COALESCE(column_name, '?') ORDER BY seq_in_index SEPARATOR ', '), ')') FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'users' AND index_name = 'PRIMARY' GROUP BY index_name), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_10 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'users'),
  COALESCE((SELECT GROUP_CONCAT(entry ORDER BY CAST(entry AS BINARY) SEPARATOR '; ') FROM (
    SELECT CONCAT(index_name, ' ', '(', GROUP_CONCAT(COALESCE(column_name, '?') ORDER BY seq_in_index SEPARATOR ', '), ')') AS entry FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'users' AND index_name <> 'PRIMARY' AND non_unique = 0 GROUP BY index_name, non_unique) AS entries), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_11 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'users'),
  COALESCE((SELECT GROUP_CONCAT(entry ORDER BY CAST(entry AS BINARY) SEPARATOR '; ') FROM (
    SELECT CONCAT(constraint_name, ' ', '(', GROUP_CONCAT(column_name ORDER BY ordinal_position SEPARATOR ', '), ')', ' -> ',
    IF(referenced_table_schema = DATABASE(), '', CONCAT(referenced_table_schema, '.')), referenced_table_name, ' ', '(', GROUP_CONCAT(referenced_column_name ORDER BY ordinal_position SEPARATOR ', '), ')') AS entry FROM information_schema.key_column_usage WHERE table_schema = DATABASE() AND table_name = 'users' AND referenced_table_name IS NOT NULL GROUP BY constraint_name, referenced_table_schema, referenced_table_name) AS entries), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_12 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'users'),
  COALESCE((SELECT GROUP_CONCAT(entry ORDER BY CAST(entry AS BINARY) SEPARATOR '; ') FROM (
    SELECT constraint_name AS entry FROM information_schema.check_constraints WHERE constraint_schema = DATABASE() AND table_name = 'users' AND level = 'Table') AS entries), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_13 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'users'),
  COALESCE((SELECT GROUP_CONCAT(entry ORDER BY CAST(entry AS BINARY) SEPARATOR '; ') FROM (
    SELECT CONCAT(index_name, ' ', '(', GROUP_CONCAT(CONCAT(COALESCE(column_name, '?'),
      IF(sub_part < 191, CONCAT('(', sub_part, ')'), '')) ORDER BY seq_in_index SEPARATOR ', '), ')', IF(non_unique = 0, ' unique', '')) AS entry FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'users' AND index_name <> 'PRIMARY'  GROUP BY index_name, non_unique) AS entries), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_15 = CONVERT('defaults, comments, character sets, the text of CHECK constraints and of views, functions, rights and rows' USING utf8mb4);
SET @sqlgen_16 = CONVERT('expressions, methods, DESC, and prefixes of 191 and more' USING utf8mb4);
SET @sqlgen_asked = 0, @sqlgen_failed = 0, @sqlgen_warned = 0;
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_2 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_2 IS NOT NULL AND NOT CAST('bookshop' AS BINARY) <=> CAST(@sqlgen_2 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_3 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_3 IS NOT NULL AND NOT CAST('prod, or not marked' AS BINARY) <=> CAST(@sqlgen_3 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_5 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_5 IS NOT NULL AND NOT CAST('0001_users' AS BINARY) <=> CAST(@sqlgen_5 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_6 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_6 IS NOT NULL AND NOT CAST('none' AS BINARY) <=> CAST(@sqlgen_6 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_8 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_8 IS NOT NULL AND NOT CAST('id int not null, name varchar(50) not null, email varchar(120) not null, phone varchar(20), created_at datetime not null' AS BINARY) <=> CAST(@sqlgen_8 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_9 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_9 IS NOT NULL AND NOT CAST('(id)' AS BINARY) <=> CAST(@sqlgen_9 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_10 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_10 IS NOT NULL AND NOT CAST('none' AS BINARY) <=> CAST(@sqlgen_10 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_11 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_11 IS NOT NULL AND NOT CAST('none' AS BINARY) <=> CAST(@sqlgen_11 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_12 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_12 IS NOT NULL AND NOT CAST('none' AS BINARY) <=> CAST(@sqlgen_12 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_13 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_13 IS NOT NULL AND NOT CAST('none' AS BINARY) <=> CAST(@sqlgen_13 AS BINARY), 1, 0);
SELECT line AS sqlgen FROM (
  SELECT 1 AS number, '[sqlgen] the database' AS line UNION ALL
  SELECT 2 AS number, IF(@sqlgen_2 IS NULL, CONCAT('note ', 'the database', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_2, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('bookshop' AS BINARY) <=> CAST(@sqlgen_2 AS BINARY), CONCAT('ok   ', 'the database: bookshop'),
    CONCAT('FAIL ', 'the database', '\n       expected: ', 'bookshop', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_2, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 3 AS number, IF(@sqlgen_3 IS NULL, CONCAT('note ', 'the environment (comment of the database)', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_3, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('prod, or not marked' AS BINARY) <=> CAST(@sqlgen_3 AS BINARY), CONCAT('ok   ', 'the environment (comment of the database): prod, or not marked'),
    CONCAT('FAIL ', 'the environment (comment of the database)', '\n       expected: ', 'prod, or not marked', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_3, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 4 AS number, '[sqlgen] the version table' AS line UNION ALL
  SELECT 5 AS number, IF(@sqlgen_5 IS NULL, CONCAT('note ', 'the revision that the database is at', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_5, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('0001_users' AS BINARY) <=> CAST(@sqlgen_5 AS BINARY), CONCAT('ok   ', 'the revision that the database is at: 0001_users'),
    CONCAT('FAIL ', 'the revision that the database is at', '\n       expected: ', '0001_users', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_5, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 6 AS number, IF(@sqlgen_6 IS NULL, CONCAT('note ', 'record of a half-done step', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_6, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('none' AS BINARY) <=> CAST(@sqlgen_6 AS BINARY), CONCAT('ok   ', 'record of a half-done step: none'),
    CONCAT('FAIL ', 'record of a half-done step', '\n       expected: ', 'none', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_6, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 7 AS number, '[sqlgen] the schema that the revisions make' AS line UNION ALL
  SELECT 8 AS number, IF(@sqlgen_8 IS NULL, CONCAT('note ', '(0001_users): columns of users', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_8, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('id int not null, name varchar(50) not null, email varchar(120) not null, phone varchar(20), created_at datetime not null' AS BINARY) <=> CAST(@sqlgen_8 AS BINARY), CONCAT('ok   ', '(0001_users): columns of users'),
    CONCAT('FAIL ', '(0001_users): columns of users', '\n       expected: ', 'id int not null, name varchar(50) not null, email varchar(120) not null, phone varchar(20), created_at datetime not null', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_8, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 9 AS number, IF(@sqlgen_9 IS NULL, CONCAT('note ', '(0001_users): primary key of users', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_9, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('(id)' AS BINARY) <=> CAST(@sqlgen_9 AS BINARY), CONCAT('ok   ', '(0001_users): primary key of users'),
    CONCAT('FAIL ', '(0001_users): primary key of users', '\n       expected: ', '(id)', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_9, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 10 AS number, IF(@sqlgen_10 IS NULL, CONCAT('note ', '(0001_users): unique constraints of users', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_10, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('none' AS BINARY) <=> CAST(@sqlgen_10 AS BINARY), CONCAT('ok   ', '(0001_users): unique constraints of users'),
    CONCAT('FAIL ', '(0001_users): unique constraints of users', '\n       expected: ', 'none', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_10, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 11 AS number, IF(@sqlgen_11 IS NULL, CONCAT('note ', '(0001_users): foreign keys of users', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_11, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('none' AS BINARY) <=> CAST(@sqlgen_11 AS BINARY), CONCAT('ok   ', '(0001_users): foreign keys of users'),
    CONCAT('FAIL ', '(0001_users): foreign keys of users', '\n       expected: ', 'none', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_11, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 12 AS number, IF(@sqlgen_12 IS NULL, CONCAT('note ', '(0001_users): checks of users', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_12, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('none' AS BINARY) <=> CAST(@sqlgen_12 AS BINARY), CONCAT('ok   ', '(0001_users): checks of users'),
    CONCAT('FAIL ', '(0001_users): checks of users', '\n       expected: ', 'none', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_12, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 13 AS number, IF(@sqlgen_13 IS NULL, CONCAT('note ', '(0001_users): indexes of users', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_13, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('none' AS BINARY) <=> CAST(@sqlgen_13 AS BINARY), CONCAT('ok   ', '(0001_users): indexes of users'),
    CONCAT('FAIL ', '(0001_users): indexes of users', '\n       expected: ', 'none', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_13, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 14 AS number, '[sqlgen] what is not compared' AS line UNION ALL
  SELECT 15 AS number, CONCAT('note ', 'of all tables', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_15, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')) UNION ALL
  SELECT 16 AS number, CONCAT('note ', 'of all indexes', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_16, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')) UNION ALL
  SELECT 17, IF(@sqlgen_failed = 0, CONCAT('sqlgen result: POSTCHECK OK: ', @sqlgen_asked - @sqlgen_warned, ' check(s) hold, ', @sqlgen_warned, ' warning(s)'), CONCAT('sqlgen result: POSTCHECK FAILED: ', @sqlgen_failed, ' of ', @sqlgen_asked - @sqlgen_warned, ' check(s) do not hold, ', @sqlgen_warned, ' warning(s); the database is not what the revisions make of it'))
) AS told WHERE line IS NOT NULL ORDER BY number;
-- The exit code.
SET @sqlgen_sql = IF(@sqlgen_failed = 0, 'DO 0', 'SELECT `sqlgen: a check failed, the lines above say which`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
