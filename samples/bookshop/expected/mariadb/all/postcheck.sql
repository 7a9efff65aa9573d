-- sqlgen: read-only checks for mysql
--
-- What:        whether the database is what apply.sql makes of it, base -> 0014_drop_wishlists
-- Database:    bookshop_staging (the guard refuses any other)
-- Run it with: mariadb --no-defaults --binary-mode --batch --raw --skip-column-names --skip-reconnect --default-character-set=utf8mb4 -h HOST -u USER -p bookshop_staging < postcheck.sql > postcheck.log 2>&1
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
SET @sqlgen_at = CASE CAST(@sqlgen_heads AS BINARY) WHEN CAST('base' AS BINARY) THEN 0 WHEN CAST('0001_users' AS BINARY) THEN 1 WHEN CAST('0002_roles' AS BINARY) THEN 2 WHEN CAST('0003_books' AS BINARY) THEN 3 WHEN CAST('0004_orders' AS BINARY) THEN 4 WHEN CAST('0005_publishers' AS BINARY) THEN 5 WHEN CAST('0006_lowercase_emails' AS BINARY) THEN 6 WHEN CAST('0007_unique_email' AS BINARY) THEN 7 WHEN CAST('0008_wider_columns' AS BINARY) THEN 8 WHEN CAST('0010_isbn_index' AS BINARY) THEN 9 WHEN CAST('0009_order_date_index,0010_isbn_index' AS BINARY) THEN 10 WHEN CAST('0011_merge' AS BINARY) THEN 11 WHEN CAST('0012_book_slugs' AS BINARY) THEN 12 WHEN CAST('0013_drop_phone' AS BINARY) THEN 13 WHEN CAST('0014_drop_wishlists' AS BINARY) THEN 14 ELSE -1 END;
SET @sqlgen_at = IF(@sqlgen_at = 0 AND LOCATE('sqlgen: upgrade 0001_users (caed11c4) is half done: part ', @sqlgen_mark) = 1, 0.5, @sqlgen_at);
SET @sqlgen_at = IF(@sqlgen_at = 1 AND LOCATE('sqlgen: upgrade 0002_roles (b90d0d05) is half done: part ', @sqlgen_mark) = 1, 1.5, @sqlgen_at);
SET @sqlgen_at = IF(@sqlgen_at = 2 AND LOCATE('sqlgen: upgrade 0003_books (f6d38991) is half done: part ', @sqlgen_mark) = 1, 2.5, @sqlgen_at);
SET @sqlgen_at = IF(@sqlgen_at = 3 AND LOCATE('sqlgen: upgrade 0004_orders (0c558438) is half done: part ', @sqlgen_mark) = 1, 3.5, @sqlgen_at);
SET @sqlgen_at = IF(@sqlgen_at = 4 AND LOCATE('sqlgen: upgrade 0005_publishers (31f72988) is half done: part ', @sqlgen_mark) = 1, 4.5, @sqlgen_at);
SET @sqlgen_at = IF(@sqlgen_at = 6 AND LOCATE('sqlgen: upgrade 0007_unique_email (4c485a7c) is half done: part ', @sqlgen_mark) = 1, 6.5, @sqlgen_at);
SET @sqlgen_at = IF(@sqlgen_at = 7 AND LOCATE('sqlgen: upgrade 0008_wider_columns (5a1a4b06) is half done: part ', @sqlgen_mark) = 1, 7.5, @sqlgen_at);
SET @sqlgen_at = IF(@sqlgen_at = 8 AND LOCATE('sqlgen: upgrade 0010_isbn_index (047a5117) is half done: part ', @sqlgen_mark) = 1, 8.5, @sqlgen_at);
SET @sqlgen_at = IF(@sqlgen_at = 9 AND LOCATE('sqlgen: upgrade 0009_order_date_index (bb659909) is half done: part ', @sqlgen_mark) = 1, 9.5, @sqlgen_at);
SET @sqlgen_at = IF(@sqlgen_at = 11 AND LOCATE('sqlgen: upgrade 0012_book_slugs (5ca6c678) is half done: part ', @sqlgen_mark) = 1, 11.5, @sqlgen_at);
SET @sqlgen_at = IF(@sqlgen_at = 12 AND LOCATE('sqlgen: upgrade 0013_drop_phone (53c1b5d9) is half done: part ', @sqlgen_mark) = 1, 12.5, @sqlgen_at);
SET @sqlgen_at = IF(@sqlgen_at = 13 AND LOCATE('sqlgen: upgrade 0014_drop_wishlists (75852dc6) is half done: part ', @sqlgen_mark) = 1, 13.5, @sqlgen_at);
SET @sqlgen_2 = CONVERT(CASE WHEN CAST(DATABASE() AS BINARY) IN (CAST('bookshop_staging' AS BINARY)) THEN 'bookshop_staging' ELSE COALESCE(DATABASE(), 'none') END USING utf8mb4);
SET @sqlgen_3 = CONVERT(CASE WHEN REGEXP_SUBSTR((SELECT schema_comment FROM information_schema.schemata WHERE schema_name = DATABASE()), '(?<=sqlgen\\.environment=)[^,;]*') IN ('', 'staging') THEN 'staging, or not marked' ELSE REGEXP_SUBSTR((SELECT schema_comment FROM information_schema.schemata WHERE schema_name = DATABASE()), '(?<=sqlgen\\.environment=)[^,;]*') END USING utf8mb4);
SET @sqlgen_5 = CONVERT(CASE WHEN @sqlgen_heads = '0014_drop_wishlists' THEN '0014_drop_wishlists' ELSE @sqlgen_heads END USING utf8mb4);
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
SET @sqlgen_14 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'roles'),
  COALESCE((SELECT GROUP_CONCAT(CONCAT(column_name, ' ', IF(data_type IN ('tinyint', 'smallint', 'mediumint', 'int', 'bigint') AND LOCATE(')', column_type) > 0 AND column_type NOT LIKE 'tinyint(1)%',
    CONCAT(data_type, SUBSTRING(column_type, LOCATE(')', column_type) + 1)), column_type), IF(is_nullable = 'NO', ' not null', ''))
    ORDER BY ordinal_position SEPARATOR ', ') FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'roles'), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_15 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'roles'),
  COALESCE((SELECT CONCAT('(', GROUP_CONCAT(COALESCE(column_name, '?') ORDER BY seq_in_index SEPARATOR ', '), ')') FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'roles' AND index_name = 'PRIMARY' GROUP BY index_name), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_16 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'roles'),
  COALESCE((SELECT GROUP_CONCAT(entry ORDER BY CAST(entry AS BINARY) SEPARATOR '; ') FROM (
    SELECT CONCAT(index_name, ' ', '(', GROUP_CONCAT(COALESCE(column_name, '?') ORDER BY seq_in_index SEPARATOR ', '), ')') AS entry FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'roles' AND index_name <> 'PRIMARY' AND non_unique = 0 GROUP BY index_name, non_unique) AS entries), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_17 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'roles'),
  COALESCE((SELECT GROUP_CONCAT(entry ORDER BY CAST(entry AS BINARY) SEPARATOR '; ') FROM (
    SELECT CONCAT(constraint_name, ' ', '(', GROUP_CONCAT(column_name ORDER BY ordinal_position SEPARATOR ', '), ')', ' -> ',
    IF(referenced_table_schema = DATABASE(), '', CONCAT(referenced_table_schema, '.')), referenced_table_name, ' ', '(', GROUP_CONCAT(referenced_column_name ORDER BY ordinal_position SEPARATOR ', '), ')') AS entry FROM information_schema.key_column_usage WHERE table_schema = DATABASE() AND table_name = 'roles' AND referenced_table_name IS NOT NULL GROUP BY constraint_name, referenced_table_schema, referenced_table_name) AS entries), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_18 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'roles'),
  COALESCE((SELECT GROUP_CONCAT(entry ORDER BY CAST(entry AS BINARY) SEPARATOR '; ') FROM (
    SELECT constraint_name AS entry FROM information_schema.check_constraints WHERE constraint_schema = DATABASE() AND table_name = 'roles' AND level = 'Table') AS entries), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_19 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'roles'),
  COALESCE((SELECT GROUP_CONCAT(entry ORDER BY CAST(entry AS BINARY) SEPARATOR '; ') FROM (
    SELECT CONCAT(index_name, ' ', '(', GROUP_CONCAT(CONCAT(COALESCE(column_name, '?'),
      IF(sub_part < 191, CONCAT('(', sub_part, ')'), '')) ORDER BY seq_in_index SEPARATOR ', '), ')', IF(non_unique = 0, ' unique', '')) AS entry FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'roles' AND index_name <> 'PRIMARY'  GROUP BY index_name, non_unique) AS entries), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_20 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'user_roles'),
  COALESCE((SELECT GROUP_CONCAT(CONCAT(column_name, ' ', IF(data_type IN ('tinyint', 'smallint', 'mediumint', 'int', 'bigint') AND LOCATE(')', column_type) > 0 AND column_type NOT LIKE 'tinyint(1)%',
    CONCAT(data_type, SUBSTRING(column_type, LOCATE(')', column_type) + 1)), column_type), IF(is_nullable = 'NO', ' not null', ''))
    ORDER BY ordinal_position SEPARATOR ', ') FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'user_roles'), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_21 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'user_roles'),
  COALESCE((SELECT CONCAT('(', GROUP_CONCAT(COALESCE(column_name, '?') ORDER BY seq_in_index SEPARATOR ', '), ')') FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'user_roles' AND index_name = 'PRIMARY' GROUP BY index_name), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_22 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'user_roles'),
  COALESCE((SELECT GROUP_CONCAT(entry ORDER BY CAST(entry AS BINARY) SEPARATOR '; ') FROM (
    SELECT CONCAT(index_name, ' ', '(', GROUP_CONCAT(COALESCE(column_name, '?') ORDER BY seq_in_index SEPARATOR ', '), ')') AS entry FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'user_roles' AND index_name <> 'PRIMARY' AND non_unique = 0 GROUP BY index_name, non_unique) AS entries), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_23 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'user_roles'),
  COALESCE((SELECT GROUP_CONCAT(entry ORDER BY CAST(entry AS BINARY) SEPARATOR '; ') FROM (
    SELECT CONCAT(constraint_name, ' ', '(', GROUP_CONCAT(column_name ORDER BY ordinal_position SEPARATOR ', '), ')', ' -> ',
    IF(referenced_table_schema = DATABASE(), '', CONCAT(referenced_table_schema, '.')), referenced_table_name, ' ', '(', GROUP_CONCAT(referenced_column_name ORDER BY ordinal_position SEPARATOR ', '), ')') AS entry FROM information_schema.key_column_usage WHERE table_schema = DATABASE() AND table_name = 'user_roles' AND referenced_table_name IS NOT NULL GROUP BY constraint_name, referenced_table_schema, referenced_table_name) AS entries), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_24 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'user_roles'),
  COALESCE((SELECT GROUP_CONCAT(entry ORDER BY CAST(entry AS BINARY) SEPARATOR '; ') FROM (
    SELECT constraint_name AS entry FROM information_schema.check_constraints WHERE constraint_schema = DATABASE() AND table_name = 'user_roles' AND level = 'Table') AS entries), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_25 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'user_roles'),
  COALESCE((SELECT GROUP_CONCAT(entry ORDER BY CAST(entry AS BINARY) SEPARATOR '; ') FROM (
    SELECT CONCAT(index_name, ' ', '(', GROUP_CONCAT(CONCAT(COALESCE(column_name, '?'),
      IF(sub_part < 191, CONCAT('(', sub_part, ')'), '')) ORDER BY seq_in_index SEPARATOR ', '), ')', IF(non_unique = 0, ' unique', '')) AS entry FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'user_roles' AND index_name <> 'PRIMARY'  GROUP BY index_name, non_unique) AS entries), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_26 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'books'),
  COALESCE((SELECT GROUP_CONCAT(CONCAT(column_name, ' ', IF(data_type IN ('tinyint', 'smallint', 'mediumint', 'int', 'bigint') AND LOCATE(')', column_type) > 0 AND column_type NOT LIKE 'tinyint(1)%',
    CONCAT(data_type, SUBSTRING(column_type, LOCATE(')', column_type) + 1)), column_type), IF(is_nullable = 'NO', ' not null', ''))
    ORDER BY ordinal_position SEPARATOR ', ') FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'books'), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_27 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'books'),
  COALESCE((SELECT CONCAT('(', GROUP_CONCAT(COALESCE(column_name, '?') ORDER BY seq_in_index SEPARATOR ', '), ')') FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'books' AND index_name = 'PRIMARY' GROUP BY index_name), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_28 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'books'),
  COALESCE((SELECT GROUP_CONCAT(entry ORDER BY CAST(entry AS BINARY) SEPARATOR '; ') FROM (
    SELECT CONCAT(index_name, ' ', '(', GROUP_CONCAT(COALESCE(column_name, '?') ORDER BY seq_in_index SEPARATOR ', '), ')') AS entry FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'books' AND index_name <> 'PRIMARY' AND non_unique = 0 GROUP BY index_name, non_unique) AS entries), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_29 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'books'),
  COALESCE((SELECT GROUP_CONCAT(entry ORDER BY CAST(entry AS BINARY) SEPARATOR '; ') FROM (
    SELECT CONCAT(constraint_name, ' ', '(', GROUP_CONCAT(column_name ORDER BY ordinal_position SEPARATOR ', '), ')', ' -> ',
    IF(referenced_table_schema = DATABASE(), '', CONCAT(referenced_table_schema, '.')), referenced_table_name, ' ', '(', GROUP_CONCAT(referenced_column_name ORDER BY ordinal_position SEPARATOR ', '), ')') AS entry FROM information_schema.key_column_usage WHERE table_schema = DATABASE() AND table_name = 'books' AND referenced_table_name IS NOT NULL GROUP BY constraint_name, referenced_table_schema, referenced_table_name) AS entries), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_30 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'books'),
  COALESCE((SELECT GROUP_CONCAT(entry ORDER BY CAST(entry AS BINARY) SEPARATOR '; ') FROM (
    SELECT constraint_name AS entry FROM information_schema.check_constraints WHERE constraint_schema = DATABASE() AND table_name = 'books' AND level = 'Table') AS entries), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_31 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'books'),
  COALESCE((SELECT GROUP_CONCAT(entry ORDER BY CAST(entry AS BINARY) SEPARATOR '; ') FROM (
    SELECT CONCAT(index_name, ' ', '(', GROUP_CONCAT(CONCAT(COALESCE(column_name, '?'),
      IF(sub_part < 191, CONCAT('(', sub_part, ')'), '')) ORDER BY seq_in_index SEPARATOR ', '), ')', IF(non_unique = 0, ' unique', '')) AS entry FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'books' AND index_name <> 'PRIMARY'  GROUP BY index_name, non_unique) AS entries), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_32 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'wishlists'), 'there', 'not there') USING utf8mb4);
SET @sqlgen_33 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'orders'),
  COALESCE((SELECT GROUP_CONCAT(CONCAT(column_name, ' ', IF(data_type IN ('tinyint', 'smallint', 'mediumint', 'int', 'bigint') AND LOCATE(')', column_type) > 0 AND column_type NOT LIKE 'tinyint(1)%',
    CONCAT(data_type, SUBSTRING(column_type, LOCATE(')', column_type) + 1)), column_type), IF(is_nullable = 'NO', ' not null', ''))
    ORDER BY ordinal_position SEPARATOR ', ') FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'orders'), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_34 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'orders'),
  COALESCE((SELECT CONCAT('(', GROUP_CONCAT(COALESCE(column_name, '?') ORDER BY seq_in_index SEPARATOR ', '), ')') FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'orders' AND index_name = 'PRIMARY' GROUP BY index_name), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_35 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'orders'),
  COALESCE((SELECT GROUP_CONCAT(entry ORDER BY CAST(entry AS BINARY) SEPARATOR '; ') FROM (
    SELECT CONCAT(index_name, ' ', '(', GROUP_CONCAT(COALESCE(column_name, '?') ORDER BY seq_in_index SEPARATOR ', '), ')') AS entry FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'orders' AND index_name <> 'PRIMARY' AND non_unique = 0 GROUP BY index_name, non_unique) AS entries), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_36 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'orders'),
  COALESCE((SELECT GROUP_CONCAT(entry ORDER BY CAST(entry AS BINARY) SEPARATOR '; ') FROM (
    SELECT CONCAT(constraint_name, ' ', '(', GROUP_CONCAT(column_name ORDER BY ordinal_position SEPARATOR ', '), ')', ' -> ',
    IF(referenced_table_schema = DATABASE(), '', CONCAT(referenced_table_schema, '.')), referenced_table_name, ' ', '(', GROUP_CONCAT(referenced_column_name ORDER BY ordinal_position SEPARATOR ', '), ')') AS entry FROM information_schema.key_column_usage WHERE table_schema = DATABASE() AND table_name = 'orders' AND referenced_table_name IS NOT NULL GROUP BY constraint_name, referenced_table_schema, referenced_table_name) AS entries), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_37 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'orders'),
  COALESCE((SELECT GROUP_CONCAT(entry ORDER BY CAST(entry AS BINARY) SEPARATOR '; ') FROM (
    SELECT constraint_name AS entry FROM information_schema.check_constraints WHERE constraint_schema = DATABASE() AND table_name = 'orders' AND level = 'Table') AS entries), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_38 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'orders'),
  COALESCE((SELECT GROUP_CONCAT(entry ORDER BY CAST(entry AS BINARY) SEPARATOR '; ') FROM (
    SELECT CONCAT(index_name, ' ', '(', GROUP_CONCAT(CONCAT(COALESCE(column_name, '?'),
      IF(sub_part < 191, CONCAT('(', sub_part, ')'), '')) ORDER BY seq_in_index SEPARATOR ', '), ')', IF(non_unique = 0, ' unique', '')) AS entry FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'orders' AND index_name <> 'PRIMARY'  GROUP BY index_name, non_unique) AS entries), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_39 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'publishers'),
  COALESCE((SELECT GROUP_CONCAT(CONCAT(column_name, ' ', IF(data_type IN ('tinyint', 'smallint', 'mediumint', 'int', 'bigint') AND LOCATE(')', column_type) > 0 AND column_type NOT LIKE 'tinyint(1)%',
    CONCAT(data_type, SUBSTRING(column_type, LOCATE(')', column_type) + 1)), column_type), IF(is_nullable = 'NO', ' not null', ''))
    ORDER BY ordinal_position SEPARATOR ', ') FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'publishers'), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_40 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'publishers'),
  COALESCE((SELECT CONCAT('(', GROUP_CONCAT(COALESCE(column_name, '?') ORDER BY seq_in_index SEPARATOR ', '), ')') FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'publishers' AND index_name = 'PRIMARY' GROUP BY index_name), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_41 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'publishers'),
  COALESCE((SELECT GROUP_CONCAT(entry ORDER BY CAST(entry AS BINARY) SEPARATOR '; ') FROM (
    SELECT CONCAT(index_name, ' ', '(', GROUP_CONCAT(COALESCE(column_name, '?') ORDER BY seq_in_index SEPARATOR ', '), ')') AS entry FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'publishers' AND index_name <> 'PRIMARY' AND non_unique = 0 GROUP BY index_name, non_unique) AS entries), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_42 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'publishers'),
  COALESCE((SELECT GROUP_CONCAT(entry ORDER BY CAST(entry AS BINARY) SEPARATOR '; ') FROM (
    SELECT CONCAT(constraint_name, ' ', '(', GROUP_CONCAT(column_name ORDER BY ordinal_position SEPARATOR ', '), ')', ' -> ',
    IF(referenced_table_schema = DATABASE(), '', CONCAT(referenced_table_schema, '.')), referenced_table_name, ' ', '(', GROUP_CONCAT(referenced_column_name ORDER BY ordinal_position SEPARATOR ', '), ')') AS entry FROM information_schema.key_column_usage WHERE table_schema = DATABASE() AND table_name = 'publishers' AND referenced_table_name IS NOT NULL GROUP BY constraint_name, referenced_table_schema, referenced_table_name) AS entries), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_43 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'publishers'),
  COALESCE((SELECT GROUP_CONCAT(entry ORDER BY CAST(entry AS BINARY) SEPARATOR '; ') FROM (
    SELECT constraint_name AS entry FROM information_schema.check_constraints WHERE constraint_schema = DATABASE() AND table_name = 'publishers' AND level = 'Table') AS entries), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_44 = CONVERT(IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'publishers'),
  COALESCE((SELECT GROUP_CONCAT(entry ORDER BY CAST(entry AS BINARY) SEPARATOR '; ') FROM (
    SELECT CONCAT(index_name, ' ', '(', GROUP_CONCAT(CONCAT(COALESCE(column_name, '?'),
      IF(sub_part < 191, CONCAT('(', sub_part, ')'), '')) ORDER BY seq_in_index SEPARATOR ', '), ')', IF(non_unique = 0, ' unique', '')) AS entry FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'publishers' AND index_name <> 'PRIMARY'  GROUP BY index_name, non_unique) AS entries), 'none'), 'not there') USING utf8mb4);
SET @sqlgen_46 = CONVERT('defaults, comments, character sets, the text of CHECK constraints and of views, functions, rights and rows' USING utf8mb4);
SET @sqlgen_47 = CONVERT('expressions, methods, DESC, and prefixes of 191 and more' USING utf8mb4);
SET @sqlgen_asked = 0, @sqlgen_failed = 0, @sqlgen_warned = 0;
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_2 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_2 IS NOT NULL AND NOT CAST('bookshop_staging' AS BINARY) <=> CAST(@sqlgen_2 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_3 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_3 IS NOT NULL AND NOT CAST('staging, or not marked' AS BINARY) <=> CAST(@sqlgen_3 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_5 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_5 IS NOT NULL AND NOT CAST('0014_drop_wishlists' AS BINARY) <=> CAST(@sqlgen_5 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_6 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_6 IS NOT NULL AND NOT CAST('none' AS BINARY) <=> CAST(@sqlgen_6 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_8 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_8 IS NOT NULL AND NOT CAST('id int not null, name varchar(200) not null, email varchar(120) not null, created_at datetime not null' AS BINARY) <=> CAST(@sqlgen_8 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_9 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_9 IS NOT NULL AND NOT CAST('(id)' AS BINARY) <=> CAST(@sqlgen_9 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_10 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_10 IS NOT NULL AND NOT CAST('uq_users_email (email)' AS BINARY) <=> CAST(@sqlgen_10 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_11 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_11 IS NOT NULL AND NOT CAST('none' AS BINARY) <=> CAST(@sqlgen_11 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_12 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_12 IS NOT NULL AND NOT CAST('none' AS BINARY) <=> CAST(@sqlgen_12 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_13 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_13 IS NOT NULL AND NOT CAST('uq_users_email (email) unique' AS BINARY) <=> CAST(@sqlgen_13 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_14 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_14 IS NOT NULL AND NOT CAST('id int not null, name varchar(30) not null' AS BINARY) <=> CAST(@sqlgen_14 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_15 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_15 IS NOT NULL AND NOT CAST('(id)' AS BINARY) <=> CAST(@sqlgen_15 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_16 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_16 IS NOT NULL AND NOT CAST('none' AS BINARY) <=> CAST(@sqlgen_16 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_17 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_17 IS NOT NULL AND NOT CAST('none' AS BINARY) <=> CAST(@sqlgen_17 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_18 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_18 IS NOT NULL AND NOT CAST('none' AS BINARY) <=> CAST(@sqlgen_18 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_19 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_19 IS NOT NULL AND NOT CAST('none' AS BINARY) <=> CAST(@sqlgen_19 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_20 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_20 IS NOT NULL AND NOT CAST('user_id int not null, role_id int not null' AS BINARY) <=> CAST(@sqlgen_20 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_21 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_21 IS NOT NULL AND NOT CAST('(user_id, role_id)' AS BINARY) <=> CAST(@sqlgen_21 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_22 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_22 IS NOT NULL AND NOT CAST('none' AS BINARY) <=> CAST(@sqlgen_22 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_23 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_23 IS NOT NULL AND NOT CAST('fk_user_roles_role_id (role_id) -> roles (id); fk_user_roles_user_id (user_id) -> users (id)' AS BINARY) <=> CAST(@sqlgen_23 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_24 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_24 IS NOT NULL AND NOT CAST('none' AS BINARY) <=> CAST(@sqlgen_24 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_25 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_25 IS NOT NULL AND NOT CAST('fk_user_roles_role_id (role_id)' AS BINARY) <=> CAST(@sqlgen_25 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_26 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_26 IS NOT NULL AND NOT CAST('id int not null, title varchar(200) not null, isbn varchar(13), price decimal(8,2) not null, publisher_id int not null, slug varchar(200)' AS BINARY) <=> CAST(@sqlgen_26 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_27 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_27 IS NOT NULL AND NOT CAST('(id)' AS BINARY) <=> CAST(@sqlgen_27 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_28 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_28 IS NOT NULL AND NOT CAST('none' AS BINARY) <=> CAST(@sqlgen_28 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_29 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_29 IS NOT NULL AND NOT CAST('fk_books_publisher_id (publisher_id) -> publishers (id)' AS BINARY) <=> CAST(@sqlgen_29 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_30 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_30 IS NOT NULL AND NOT CAST('none' AS BINARY) <=> CAST(@sqlgen_30 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_31 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_31 IS NOT NULL AND NOT CAST('fk_books_publisher_id (publisher_id); ix_books_isbn (isbn)' AS BINARY) <=> CAST(@sqlgen_31 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_32 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_32 IS NOT NULL AND NOT CAST('not there' AS BINARY) <=> CAST(@sqlgen_32 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_33 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_33 IS NOT NULL AND NOT CAST('id int not null, user_id int not null, book_id int not null, quantity int not null, status enum(''pending'',''paid'',''shipped'',''returned'') not null, placed_at datetime not null' AS BINARY) <=> CAST(@sqlgen_33 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_34 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_34 IS NOT NULL AND NOT CAST('(id)' AS BINARY) <=> CAST(@sqlgen_34 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_35 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_35 IS NOT NULL AND NOT CAST('none' AS BINARY) <=> CAST(@sqlgen_35 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_36 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_36 IS NOT NULL AND NOT CAST('fk_orders_book_id (book_id) -> books (id); fk_orders_user_id (user_id) -> users (id)' AS BINARY) <=> CAST(@sqlgen_36 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_37 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_37 IS NOT NULL AND NOT CAST('none' AS BINARY) <=> CAST(@sqlgen_37 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_38 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_38 IS NOT NULL AND NOT CAST('fk_orders_book_id (book_id); fk_orders_user_id (user_id); ix_orders_placed_at (placed_at)' AS BINARY) <=> CAST(@sqlgen_38 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_39 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_39 IS NOT NULL AND NOT CAST('id int not null, name varchar(200) not null' AS BINARY) <=> CAST(@sqlgen_39 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_40 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_40 IS NOT NULL AND NOT CAST('(id)' AS BINARY) <=> CAST(@sqlgen_40 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_41 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_41 IS NOT NULL AND NOT CAST('none' AS BINARY) <=> CAST(@sqlgen_41 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_42 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_42 IS NOT NULL AND NOT CAST('none' AS BINARY) <=> CAST(@sqlgen_42 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_43 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_43 IS NOT NULL AND NOT CAST('none' AS BINARY) <=> CAST(@sqlgen_43 AS BINARY), 1, 0);
SET @sqlgen_asked = @sqlgen_asked + IF(@sqlgen_44 IS NOT NULL, 1, 0),
  @sqlgen_failed = @sqlgen_failed + IF(@sqlgen_44 IS NOT NULL AND NOT CAST('none' AS BINARY) <=> CAST(@sqlgen_44 AS BINARY), 1, 0);
SELECT line AS sqlgen FROM (
  SELECT 1 AS number, '[sqlgen] the database' AS line UNION ALL
  SELECT 2 AS number, IF(@sqlgen_2 IS NULL, CONCAT('note ', 'the database', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_2, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('bookshop_staging' AS BINARY) <=> CAST(@sqlgen_2 AS BINARY), CONCAT('ok   ', 'the database: bookshop_staging'),
    CONCAT('FAIL ', 'the database', '\n       expected: ', 'bookshop_staging', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_2, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 3 AS number, IF(@sqlgen_3 IS NULL, CONCAT('note ', 'the environment (comment of the database)', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_3, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('staging, or not marked' AS BINARY) <=> CAST(@sqlgen_3 AS BINARY), CONCAT('ok   ', 'the environment (comment of the database): staging, or not marked'),
    CONCAT('FAIL ', 'the environment (comment of the database)', '\n       expected: ', 'staging, or not marked', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_3, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 4 AS number, '[sqlgen] the version table' AS line UNION ALL
  SELECT 5 AS number, IF(@sqlgen_5 IS NULL, CONCAT('note ', 'the revision that the database is at', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_5, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('0014_drop_wishlists' AS BINARY) <=> CAST(@sqlgen_5 AS BINARY), CONCAT('ok   ', 'the revision that the database is at: 0014_drop_wishlists'),
    CONCAT('FAIL ', 'the revision that the database is at', '\n       expected: ', '0014_drop_wishlists', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_5, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 6 AS number, IF(@sqlgen_6 IS NULL, CONCAT('note ', 'record of a half-done step', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_6, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('none' AS BINARY) <=> CAST(@sqlgen_6 AS BINARY), CONCAT('ok   ', 'record of a half-done step: none'),
    CONCAT('FAIL ', 'record of a half-done step', '\n       expected: ', 'none', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_6, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 7 AS number, '[sqlgen] the schema that the revisions make' AS line UNION ALL
  SELECT 8 AS number, IF(@sqlgen_8 IS NULL, CONCAT('note ', '(0013_drop_phone): columns of users', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_8, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('id int not null, name varchar(200) not null, email varchar(120) not null, created_at datetime not null' AS BINARY) <=> CAST(@sqlgen_8 AS BINARY), CONCAT('ok   ', '(0013_drop_phone): columns of users'),
    CONCAT('FAIL ', '(0013_drop_phone): columns of users', '\n       expected: ', 'id int not null, name varchar(200) not null, email varchar(120) not null, created_at datetime not null', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_8, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 9 AS number, IF(@sqlgen_9 IS NULL, CONCAT('note ', '(0013_drop_phone): primary key of users', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_9, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('(id)' AS BINARY) <=> CAST(@sqlgen_9 AS BINARY), CONCAT('ok   ', '(0013_drop_phone): primary key of users'),
    CONCAT('FAIL ', '(0013_drop_phone): primary key of users', '\n       expected: ', '(id)', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_9, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 10 AS number, IF(@sqlgen_10 IS NULL, CONCAT('note ', '(0013_drop_phone): unique constraints of users', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_10, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('uq_users_email (email)' AS BINARY) <=> CAST(@sqlgen_10 AS BINARY), CONCAT('ok   ', '(0013_drop_phone): unique constraints of users'),
    CONCAT('FAIL ', '(0013_drop_phone): unique constraints of users', '\n       expected: ', 'uq_users_email (email)', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_10, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 11 AS number, IF(@sqlgen_11 IS NULL, CONCAT('note ', '(0013_drop_phone): foreign keys of users', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_11, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('none' AS BINARY) <=> CAST(@sqlgen_11 AS BINARY), CONCAT('ok   ', '(0013_drop_phone): foreign keys of users'),
    CONCAT('FAIL ', '(0013_drop_phone): foreign keys of users', '\n       expected: ', 'none', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_11, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 12 AS number, IF(@sqlgen_12 IS NULL, CONCAT('note ', '(0013_drop_phone): checks of users', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_12, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('none' AS BINARY) <=> CAST(@sqlgen_12 AS BINARY), CONCAT('ok   ', '(0013_drop_phone): checks of users'),
    CONCAT('FAIL ', '(0013_drop_phone): checks of users', '\n       expected: ', 'none', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_12, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 13 AS number, IF(@sqlgen_13 IS NULL, CONCAT('note ', '(0013_drop_phone): indexes of users', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_13, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('uq_users_email (email) unique' AS BINARY) <=> CAST(@sqlgen_13 AS BINARY), CONCAT('ok   ', '(0013_drop_phone): indexes of users'),
    CONCAT('FAIL ', '(0013_drop_phone): indexes of users', '\n       expected: ', 'uq_users_email (email) unique', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_13, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 14 AS number, IF(@sqlgen_14 IS NULL, CONCAT('note ', '(0002_roles): columns of roles', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_14, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('id int not null, name varchar(30) not null' AS BINARY) <=> CAST(@sqlgen_14 AS BINARY), CONCAT('ok   ', '(0002_roles): columns of roles'),
    CONCAT('FAIL ', '(0002_roles): columns of roles', '\n       expected: ', 'id int not null, name varchar(30) not null', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_14, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 15 AS number, IF(@sqlgen_15 IS NULL, CONCAT('note ', '(0002_roles): primary key of roles', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_15, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('(id)' AS BINARY) <=> CAST(@sqlgen_15 AS BINARY), CONCAT('ok   ', '(0002_roles): primary key of roles'),
    CONCAT('FAIL ', '(0002_roles): primary key of roles', '\n       expected: ', '(id)', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_15, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 16 AS number, IF(@sqlgen_16 IS NULL, CONCAT('note ', '(0002_roles): unique constraints of roles', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_16, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('none' AS BINARY) <=> CAST(@sqlgen_16 AS BINARY), CONCAT('ok   ', '(0002_roles): unique constraints of roles'),
    CONCAT('FAIL ', '(0002_roles): unique constraints of roles', '\n       expected: ', 'none', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_16, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 17 AS number, IF(@sqlgen_17 IS NULL, CONCAT('note ', '(0002_roles): foreign keys of roles', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_17, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('none' AS BINARY) <=> CAST(@sqlgen_17 AS BINARY), CONCAT('ok   ', '(0002_roles): foreign keys of roles'),
    CONCAT('FAIL ', '(0002_roles): foreign keys of roles', '\n       expected: ', 'none', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_17, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 18 AS number, IF(@sqlgen_18 IS NULL, CONCAT('note ', '(0002_roles): checks of roles', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_18, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('none' AS BINARY) <=> CAST(@sqlgen_18 AS BINARY), CONCAT('ok   ', '(0002_roles): checks of roles'),
    CONCAT('FAIL ', '(0002_roles): checks of roles', '\n       expected: ', 'none', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_18, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 19 AS number, IF(@sqlgen_19 IS NULL, CONCAT('note ', '(0002_roles): indexes of roles', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_19, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('none' AS BINARY) <=> CAST(@sqlgen_19 AS BINARY), CONCAT('ok   ', '(0002_roles): indexes of roles'),
    CONCAT('FAIL ', '(0002_roles): indexes of roles', '\n       expected: ', 'none', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_19, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 20 AS number, IF(@sqlgen_20 IS NULL, CONCAT('note ', '(0002_roles): columns of user_roles', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_20, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('user_id int not null, role_id int not null' AS BINARY) <=> CAST(@sqlgen_20 AS BINARY), CONCAT('ok   ', '(0002_roles): columns of user_roles'),
    CONCAT('FAIL ', '(0002_roles): columns of user_roles', '\n       expected: ', 'user_id int not null, role_id int not null', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_20, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 21 AS number, IF(@sqlgen_21 IS NULL, CONCAT('note ', '(0002_roles): primary key of user_roles', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_21, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('(user_id, role_id)' AS BINARY) <=> CAST(@sqlgen_21 AS BINARY), CONCAT('ok   ', '(0002_roles): primary key of user_roles'),
    CONCAT('FAIL ', '(0002_roles): primary key of user_roles', '\n       expected: ', '(user_id, role_id)', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_21, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 22 AS number, IF(@sqlgen_22 IS NULL, CONCAT('note ', '(0002_roles): unique constraints of user_roles', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_22, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('none' AS BINARY) <=> CAST(@sqlgen_22 AS BINARY), CONCAT('ok   ', '(0002_roles): unique constraints of user_roles'),
    CONCAT('FAIL ', '(0002_roles): unique constraints of user_roles', '\n       expected: ', 'none', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_22, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 23 AS number, IF(@sqlgen_23 IS NULL, CONCAT('note ', '(0002_roles): foreign keys of user_roles', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_23, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('fk_user_roles_role_id (role_id) -> roles (id); fk_user_roles_user_id (user_id) -> users (id)' AS BINARY) <=> CAST(@sqlgen_23 AS BINARY), CONCAT('ok   ', '(0002_roles): foreign keys of user_roles'),
    CONCAT('FAIL ', '(0002_roles): foreign keys of user_roles', '\n       expected: ', 'fk_user_roles_role_id (role_id) -> roles (id); fk_user_roles_user_id (user_id) -> users (id)', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_23, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 24 AS number, IF(@sqlgen_24 IS NULL, CONCAT('note ', '(0002_roles): checks of user_roles', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_24, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('none' AS BINARY) <=> CAST(@sqlgen_24 AS BINARY), CONCAT('ok   ', '(0002_roles): checks of user_roles'),
    CONCAT('FAIL ', '(0002_roles): checks of user_roles', '\n       expected: ', 'none', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_24, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 25 AS number, IF(@sqlgen_25 IS NULL, CONCAT('note ', '(0002_roles): indexes of user_roles', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_25, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('fk_user_roles_role_id (role_id)' AS BINARY) <=> CAST(@sqlgen_25 AS BINARY), CONCAT('ok   ', '(0002_roles): indexes of user_roles'),
    CONCAT('FAIL ', '(0002_roles): indexes of user_roles', '\n       expected: ', 'fk_user_roles_role_id (role_id)', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_25, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 26 AS number, IF(@sqlgen_26 IS NULL, CONCAT('note ', '(0012_book_slugs): columns of books', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_26, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('id int not null, title varchar(200) not null, isbn varchar(13), price decimal(8,2) not null, publisher_id int not null, slug varchar(200)' AS BINARY) <=> CAST(@sqlgen_26 AS BINARY), CONCAT('ok   ', '(0012_book_slugs): columns of books'),
    CONCAT('FAIL ', '(0012_book_slugs): columns of books', '\n       expected: ', 'id int not null, title varchar(200) not null, isbn varchar(13), price decimal(8,2) not null, publisher_id int not null, slug varchar(200)', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_26, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 27 AS number, IF(@sqlgen_27 IS NULL, CONCAT('note ', '(0012_book_slugs): primary key of books', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_27, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('(id)' AS BINARY) <=> CAST(@sqlgen_27 AS BINARY), CONCAT('ok   ', '(0012_book_slugs): primary key of books'),
    CONCAT('FAIL ', '(0012_book_slugs): primary key of books', '\n       expected: ', '(id)', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_27, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 28 AS number, IF(@sqlgen_28 IS NULL, CONCAT('note ', '(0012_book_slugs): unique constraints of books', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_28, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('none' AS BINARY) <=> CAST(@sqlgen_28 AS BINARY), CONCAT('ok   ', '(0012_book_slugs): unique constraints of books'),
    CONCAT('FAIL ', '(0012_book_slugs): unique constraints of books', '\n       expected: ', 'none', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_28, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 29 AS number, IF(@sqlgen_29 IS NULL, CONCAT('note ', '(0012_book_slugs): foreign keys of books', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_29, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('fk_books_publisher_id (publisher_id) -> publishers (id)' AS BINARY) <=> CAST(@sqlgen_29 AS BINARY), CONCAT('ok   ', '(0012_book_slugs): foreign keys of books'),
    CONCAT('FAIL ', '(0012_book_slugs): foreign keys of books', '\n       expected: ', 'fk_books_publisher_id (publisher_id) -> publishers (id)', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_29, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 30 AS number, IF(@sqlgen_30 IS NULL, CONCAT('note ', '(0012_book_slugs): checks of books', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_30, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('none' AS BINARY) <=> CAST(@sqlgen_30 AS BINARY), CONCAT('ok   ', '(0012_book_slugs): checks of books'),
    CONCAT('FAIL ', '(0012_book_slugs): checks of books', '\n       expected: ', 'none', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_30, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 31 AS number, IF(@sqlgen_31 IS NULL, CONCAT('note ', '(0012_book_slugs): indexes of books', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_31, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('fk_books_publisher_id (publisher_id); ix_books_isbn (isbn)' AS BINARY) <=> CAST(@sqlgen_31 AS BINARY), CONCAT('ok   ', '(0012_book_slugs): indexes of books'),
    CONCAT('FAIL ', '(0012_book_slugs): indexes of books', '\n       expected: ', 'fk_books_publisher_id (publisher_id); ix_books_isbn (isbn)', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_31, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 32 AS number, IF(@sqlgen_32 IS NULL, CONCAT('note ', '(0014_drop_wishlists): table or view wishlists', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_32, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('not there' AS BINARY) <=> CAST(@sqlgen_32 AS BINARY), CONCAT('ok   ', '(0014_drop_wishlists): table or view wishlists: not there'),
    CONCAT('FAIL ', '(0014_drop_wishlists): table or view wishlists', '\n       expected: ', 'not there', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_32, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 33 AS number, IF(@sqlgen_33 IS NULL, CONCAT('note ', '(0009_order_date_index): columns of orders', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_33, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('id int not null, user_id int not null, book_id int not null, quantity int not null, status enum(''pending'',''paid'',''shipped'',''returned'') not null, placed_at datetime not null' AS BINARY) <=> CAST(@sqlgen_33 AS BINARY), CONCAT('ok   ', '(0009_order_date_index): columns of orders'),
    CONCAT('FAIL ', '(0009_order_date_index): columns of orders', '\n       expected: ', 'id int not null, user_id int not null, book_id int not null, quantity int not null, status enum(''pending'',''paid'',''shipped'',''returned'') not null, placed_at datetime not null', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_33, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 34 AS number, IF(@sqlgen_34 IS NULL, CONCAT('note ', '(0009_order_date_index): primary key of orders', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_34, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('(id)' AS BINARY) <=> CAST(@sqlgen_34 AS BINARY), CONCAT('ok   ', '(0009_order_date_index): primary key of orders'),
    CONCAT('FAIL ', '(0009_order_date_index): primary key of orders', '\n       expected: ', '(id)', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_34, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 35 AS number, IF(@sqlgen_35 IS NULL, CONCAT('note ', '(0009_order_date_index): unique constraints of orders', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_35, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('none' AS BINARY) <=> CAST(@sqlgen_35 AS BINARY), CONCAT('ok   ', '(0009_order_date_index): unique constraints of orders'),
    CONCAT('FAIL ', '(0009_order_date_index): unique constraints of orders', '\n       expected: ', 'none', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_35, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 36 AS number, IF(@sqlgen_36 IS NULL, CONCAT('note ', '(0009_order_date_index): foreign keys of orders', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_36, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('fk_orders_book_id (book_id) -> books (id); fk_orders_user_id (user_id) -> users (id)' AS BINARY) <=> CAST(@sqlgen_36 AS BINARY), CONCAT('ok   ', '(0009_order_date_index): foreign keys of orders'),
    CONCAT('FAIL ', '(0009_order_date_index): foreign keys of orders', '\n       expected: ', 'fk_orders_book_id (book_id) -> books (id); fk_orders_user_id (user_id) -> users (id)', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_36, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 37 AS number, IF(@sqlgen_37 IS NULL, CONCAT('note ', '(0009_order_date_index): checks of orders', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_37, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('none' AS BINARY) <=> CAST(@sqlgen_37 AS BINARY), CONCAT('ok   ', '(0009_order_date_index): checks of orders'),
    CONCAT('FAIL ', '(0009_order_date_index): checks of orders', '\n       expected: ', 'none', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_37, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 38 AS number, IF(@sqlgen_38 IS NULL, CONCAT('note ', '(0009_order_date_index): indexes of orders', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_38, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('fk_orders_book_id (book_id); fk_orders_user_id (user_id); ix_orders_placed_at (placed_at)' AS BINARY) <=> CAST(@sqlgen_38 AS BINARY), CONCAT('ok   ', '(0009_order_date_index): indexes of orders'),
    CONCAT('FAIL ', '(0009_order_date_index): indexes of orders', '\n       expected: ', 'fk_orders_book_id (book_id); fk_orders_user_id (user_id); ix_orders_placed_at (placed_at)', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_38, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 39 AS number, IF(@sqlgen_39 IS NULL, CONCAT('note ', '(0005_publishers): columns of publishers', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_39, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('id int not null, name varchar(200) not null' AS BINARY) <=> CAST(@sqlgen_39 AS BINARY), CONCAT('ok   ', '(0005_publishers): columns of publishers'),
    CONCAT('FAIL ', '(0005_publishers): columns of publishers', '\n       expected: ', 'id int not null, name varchar(200) not null', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_39, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 40 AS number, IF(@sqlgen_40 IS NULL, CONCAT('note ', '(0005_publishers): primary key of publishers', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_40, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('(id)' AS BINARY) <=> CAST(@sqlgen_40 AS BINARY), CONCAT('ok   ', '(0005_publishers): primary key of publishers'),
    CONCAT('FAIL ', '(0005_publishers): primary key of publishers', '\n       expected: ', '(id)', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_40, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 41 AS number, IF(@sqlgen_41 IS NULL, CONCAT('note ', '(0005_publishers): unique constraints of publishers', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_41, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('none' AS BINARY) <=> CAST(@sqlgen_41 AS BINARY), CONCAT('ok   ', '(0005_publishers): unique constraints of publishers'),
    CONCAT('FAIL ', '(0005_publishers): unique constraints of publishers', '\n       expected: ', 'none', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_41, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 42 AS number, IF(@sqlgen_42 IS NULL, CONCAT('note ', '(0005_publishers): foreign keys of publishers', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_42, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('none' AS BINARY) <=> CAST(@sqlgen_42 AS BINARY), CONCAT('ok   ', '(0005_publishers): foreign keys of publishers'),
    CONCAT('FAIL ', '(0005_publishers): foreign keys of publishers', '\n       expected: ', 'none', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_42, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 43 AS number, IF(@sqlgen_43 IS NULL, CONCAT('note ', '(0005_publishers): checks of publishers', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_43, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('none' AS BINARY) <=> CAST(@sqlgen_43 AS BINARY), CONCAT('ok   ', '(0005_publishers): checks of publishers'),
    CONCAT('FAIL ', '(0005_publishers): checks of publishers', '\n       expected: ', 'none', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_43, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 44 AS number, IF(@sqlgen_44 IS NULL, CONCAT('note ', '(0005_publishers): indexes of publishers', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_44, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')),
    IF(CAST('none' AS BINARY) <=> CAST(@sqlgen_44 AS BINARY), CONCAT('ok   ', '(0005_publishers): indexes of publishers'),
    CONCAT('FAIL ', '(0005_publishers): indexes of publishers', '\n       expected: ', 'none', '\n       found:    ', REPLACE(REGEXP_REPLACE(@sqlgen_44, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 ')))) UNION ALL
  SELECT 45 AS number, '[sqlgen] what is not compared' AS line UNION ALL
  SELECT 46 AS number, CONCAT('note ', 'of all tables', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_46, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')) UNION ALL
  SELECT 47 AS number, CONCAT('note ', 'of all indexes', ': ', COALESCE(REPLACE(REGEXP_REPLACE(@sqlgen_47, '[\\x01-\\x09\\x0b-\\x1f\\x7f]', '?'), '\n', '\n                 '), 'not visible to this user')) UNION ALL
  SELECT 48, IF(@sqlgen_failed = 0, CONCAT('sqlgen result: POSTCHECK OK: ', @sqlgen_asked - @sqlgen_warned, ' check(s) hold, ', @sqlgen_warned, ' warning(s)'), CONCAT('sqlgen result: POSTCHECK FAILED: ', @sqlgen_failed, ' of ', @sqlgen_asked - @sqlgen_warned, ' check(s) do not hold, ', @sqlgen_warned, ' warning(s); the database is not what the revisions make of it'))
) AS told WHERE line IS NOT NULL ORDER BY number;
-- The exit code.
SET @sqlgen_sql = IF(@sqlgen_failed = 0, 'DO 0', 'SELECT `sqlgen: a check failed, the lines above say which`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
