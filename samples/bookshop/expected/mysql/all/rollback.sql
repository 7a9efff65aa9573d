-- sqlgen: a script for mysql
--
-- WHAT THIS ROLLBACK LOSES:
--   0012_book_slugs (migrations/versions/0012_book_slugs.py)
--     destroys column books.slug, with its values
--   0008_wider_columns (migrations/versions/0008_wider_columns.py)
--     destroys the values of users.name as they were: VARCHAR(200) becomes VARCHAR(50)
--   0006_lowercase_emails (migrations/versions/0006_lowercase_emails.py)
--     NOT UNDONE: its downgrade() does nothing, and the version table goes back all the same
--     what its upgrade did stays
--   0005_publishers (migrations/versions/0005_publishers.py)
--     destroys column books.publisher_id, with its values
--     destroys table publishers, with its rows
--   0004_orders (migrations/versions/0004_orders.py)
--     destroys table orders, with its rows
--   0003_books (migrations/versions/0003_books.py)
--     destroys table books, with its rows
--   0002_roles (migrations/versions/0002_roles.py)
--     destroys table user_roles, with its rows
--     destroys table roles, with its rows
--   0001_users (migrations/versions/0001_users.py)
--     destroys table users, with its rows
-- Dump the tables that it destroys data of first: runbook.md of the bundle has the commands, or that of: sqlgen emit RANGE -o DIR/
--
-- What:        downgrade, alembic_version 0014_drop_wishlists -> base, 14 revision(s)
-- Environment: staging
-- Database:    bookshop_staging (the guard refuses any other)
-- Run it with: mysql --no-defaults --binary-mode --batch --skip-column-names --skip-reconnect --default-character-set=utf8mb4 -h HOST -u USER -p bookshop_staging < rollback.sql > rollback.log 2>&1
-- Needs:       MySQL 8.0 or newer. NOT RUN ON A REAL SERVER: made by MySQL's manual and tests on MariaDB
-- Needs:       a direct connection to the primary: no proxy that shares sessions; a new session
-- Needs:       not --force and not the client's source command: with them the exit code is 0 whatever happened
-- Result:      the LAST line with "sqlgen result:" tells: APPLIED, ALREADY APPLIED or NOT APPLIED.
--              The client ends with 0 for the first two, else with 1.
--              The server commits each DDL statement by itself: after an error in the middle of a step,
--              the step's statements before it stand, and `alembic_version_sqlgen` says which. Remove the cause
--              and run this script again: it goes on where it stopped.
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
SET SESSION lock_wait_timeout = 5, SESSION innodb_lock_wait_timeout = 5;

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
FROM (SELECT 'CREATE' AS wanted UNION ALL SELECT 'REFERENCES' UNION ALL SELECT 'ALTER' UNION ALL SELECT 'INDEX' UNION ALL SELECT 'DROP' UNION ALL SELECT 'SELECT' UNION ALL SELECT 'INSERT' UNION ALL SELECT 'UPDATE' UNION ALL SELECT 'DELETE') AS needed
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
  SELECT 0 AS step, '1:0014_drop_wishlists' AS at_rows,
    '' AS record,
    0 AS is_undo, 0 AS behind
  UNION ALL SELECT 0, '1:0014_drop_wishlists', 'sqlgen: downgrade 0014_drop_wishlists (b3b3f6bd) is half done: part ', 0, 0
  UNION ALL SELECT 0, '1:0013_drop_phone', 'sqlgen: upgrade 0014_drop_wishlists (75852dc6) is half done: part ', 1, -1
  UNION ALL SELECT 0, '1:0013_drop_phone', 'sqlgen: downgrade 0014_drop_wishlists (b3b3f6bd) from part 0 is half done: part ', 1, 0
  UNION ALL SELECT 0, '1:0013_drop_phone', 'sqlgen: downgrade 0014_drop_wishlists (b3b3f6bd) from part 1 is half done: part ', 1, 1
  UNION ALL SELECT 1, '1:0013_drop_phone', '', 0, 0
  UNION ALL SELECT 1, '1:0013_drop_phone', 'sqlgen: downgrade 0013_drop_phone (6b7209c0) is half done: part ', 0, 0
  UNION ALL SELECT 1, '1:0012_book_slugs', 'sqlgen: upgrade 0013_drop_phone (53c1b5d9) is half done: part ', 1, -1
  UNION ALL SELECT 1, '1:0012_book_slugs', 'sqlgen: downgrade 0013_drop_phone (6b7209c0) from part 0 is half done: part ', 1, 0
  UNION ALL SELECT 1, '1:0012_book_slugs', 'sqlgen: downgrade 0013_drop_phone (6b7209c0) from part 1 is half done: part ', 1, 1
  UNION ALL SELECT 2, '1:0012_book_slugs', '', 0, 0
  UNION ALL SELECT 2, '1:0012_book_slugs', 'sqlgen: downgrade 0012_book_slugs (7eb8aa84) is half done: part ', 0, 0
  UNION ALL SELECT 2, '1:0011_merge', 'sqlgen: upgrade 0012_book_slugs (5ca6c678) is half done: part ', 1, -1
  UNION ALL SELECT 2, '1:0011_merge', 'sqlgen: downgrade 0012_book_slugs (7eb8aa84) from part 0 is half done: part ', 1, 0
  UNION ALL SELECT 2, '1:0011_merge', 'sqlgen: downgrade 0012_book_slugs (7eb8aa84) from part 1 is half done: part ', 1, 1
  UNION ALL SELECT 2, '1:0011_merge', 'sqlgen: downgrade 0012_book_slugs (7eb8aa84) from part 2 is half done: part ', 1, 2
  UNION ALL SELECT 3, '1:0011_merge', '', 0, 0
  UNION ALL SELECT 4, '2:0009_order_date_index,0010_isbn_index', '', 0, 0
  UNION ALL SELECT 4, '2:0009_order_date_index,0010_isbn_index', 'sqlgen: downgrade 0009_order_date_index (b069cd79) is half done: part ', 0, 0
  UNION ALL SELECT 4, '1:0010_isbn_index', 'sqlgen: upgrade 0009_order_date_index (bb659909) is half done: part ', 1, -1
  UNION ALL SELECT 4, '1:0010_isbn_index', 'sqlgen: downgrade 0009_order_date_index (b069cd79) from part 0 is half done: part ', 1, 0
  UNION ALL SELECT 4, '1:0010_isbn_index', 'sqlgen: downgrade 0009_order_date_index (b069cd79) from part 1 is half done: part ', 1, 1
  UNION ALL SELECT 5, '1:0010_isbn_index', '', 0, 0
  UNION ALL SELECT 5, '1:0010_isbn_index', 'sqlgen: downgrade 0010_isbn_index (7ceadff4) is half done: part ', 0, 0
  UNION ALL SELECT 5, '1:0008_wider_columns', 'sqlgen: upgrade 0010_isbn_index (047a5117) is half done: part ', 1, -1
  UNION ALL SELECT 5, '1:0008_wider_columns', 'sqlgen: downgrade 0010_isbn_index (7ceadff4) from part 0 is half done: part ', 1, 0
  UNION ALL SELECT 5, '1:0008_wider_columns', 'sqlgen: downgrade 0010_isbn_index (7ceadff4) from part 1 is half done: part ', 1, 1
  UNION ALL SELECT 6, '1:0008_wider_columns', '', 0, 0
  UNION ALL SELECT 6, '1:0008_wider_columns', 'sqlgen: downgrade 0008_wider_columns (7b197f03) is half done: part ', 0, 0
  UNION ALL SELECT 6, '1:0007_unique_email', 'sqlgen: upgrade 0008_wider_columns (5a1a4b06) is half done: part ', 1, -1
  UNION ALL SELECT 6, '1:0007_unique_email', 'sqlgen: downgrade 0008_wider_columns (7b197f03) from part 0 is half done: part ', 1, 0
  UNION ALL SELECT 6, '1:0007_unique_email', 'sqlgen: downgrade 0008_wider_columns (7b197f03) from part 1 is half done: part ', 1, 1
  UNION ALL SELECT 6, '1:0007_unique_email', 'sqlgen: downgrade 0008_wider_columns (7b197f03) from part 2 is half done: part ', 1, 2
  UNION ALL SELECT 7, '1:0007_unique_email', '', 0, 0
  UNION ALL SELECT 7, '1:0007_unique_email', 'sqlgen: downgrade 0007_unique_email (805221ce) is half done: part ', 0, 0
  UNION ALL SELECT 7, '1:0006_lowercase_emails', 'sqlgen: upgrade 0007_unique_email (4c485a7c) is half done: part ', 1, -1
  UNION ALL SELECT 7, '1:0006_lowercase_emails', 'sqlgen: downgrade 0007_unique_email (805221ce) from part 0 is half done: part ', 1, 0
  UNION ALL SELECT 7, '1:0006_lowercase_emails', 'sqlgen: downgrade 0007_unique_email (805221ce) from part 1 is half done: part ', 1, 1
  UNION ALL SELECT 8, '1:0006_lowercase_emails', '', 0, 0
  UNION ALL SELECT 9, '1:0005_publishers', '', 0, 0
  UNION ALL SELECT 9, '1:0005_publishers', 'sqlgen: downgrade 0005_publishers (ff809dc1) is half done: part ', 0, 0
  UNION ALL SELECT 9, '1:0004_orders', 'sqlgen: upgrade 0005_publishers (31f72988) is half done: part ', 1, -1
  UNION ALL SELECT 9, '1:0004_orders', 'sqlgen: downgrade 0005_publishers (ff809dc1) from part 0 is half done: part ', 1, 0
  UNION ALL SELECT 9, '1:0004_orders', 'sqlgen: downgrade 0005_publishers (ff809dc1) from part 1 is half done: part ', 1, 1
  UNION ALL SELECT 9, '1:0004_orders', 'sqlgen: downgrade 0005_publishers (ff809dc1) from part 2 is half done: part ', 1, 2
  UNION ALL SELECT 9, '1:0004_orders', 'sqlgen: downgrade 0005_publishers (ff809dc1) from part 3 is half done: part ', 1, 3
  UNION ALL SELECT 10, '1:0004_orders', '', 0, 0
  UNION ALL SELECT 10, '1:0004_orders', 'sqlgen: downgrade 0004_orders (fd0ca711) is half done: part ', 0, 0
  UNION ALL SELECT 10, '1:0003_books', 'sqlgen: upgrade 0004_orders (0c558438) is half done: part ', 1, -1
  UNION ALL SELECT 10, '1:0003_books', 'sqlgen: downgrade 0004_orders (fd0ca711) from part 0 is half done: part ', 1, 0
  UNION ALL SELECT 10, '1:0003_books', 'sqlgen: downgrade 0004_orders (fd0ca711) from part 1 is half done: part ', 1, 1
  UNION ALL SELECT 11, '1:0003_books', '', 0, 0
  UNION ALL SELECT 11, '1:0003_books', 'sqlgen: downgrade 0003_books (7e84d930) is half done: part ', 0, 0
  UNION ALL SELECT 11, '1:0002_roles', 'sqlgen: upgrade 0003_books (f6d38991) is half done: part ', 1, -1
  UNION ALL SELECT 11, '1:0002_roles', 'sqlgen: downgrade 0003_books (7e84d930) from part 0 is half done: part ', 1, 0
  UNION ALL SELECT 11, '1:0002_roles', 'sqlgen: downgrade 0003_books (7e84d930) from part 1 is half done: part ', 1, 1
  UNION ALL SELECT 11, '1:0002_roles', 'sqlgen: downgrade 0003_books (7e84d930) from part 2 is half done: part ', 1, 2
  UNION ALL SELECT 12, '1:0002_roles', '', 0, 0
  UNION ALL SELECT 12, '1:0002_roles', 'sqlgen: downgrade 0002_roles (c080204d) is half done: part ', 0, 0
  UNION ALL SELECT 12, '1:0001_users', 'sqlgen: upgrade 0002_roles (b90d0d05) is half done: part ', 1, -1
  UNION ALL SELECT 12, '1:0001_users', 'sqlgen: downgrade 0002_roles (c080204d) from part 0 is half done: part ', 1, 0
  UNION ALL SELECT 12, '1:0001_users', 'sqlgen: downgrade 0002_roles (c080204d) from part 1 is half done: part ', 1, 1
  UNION ALL SELECT 12, '1:0001_users', 'sqlgen: downgrade 0002_roles (c080204d) from part 2 is half done: part ', 1, 2
  UNION ALL SELECT 12, '1:0001_users', 'sqlgen: downgrade 0002_roles (c080204d) from part 3 is half done: part ', 1, 3
  UNION ALL SELECT 13, '1:0001_users', '', 0, 0
  UNION ALL SELECT 13, '1:0001_users', 'sqlgen: downgrade 0001_users (6c84380b) is half done: part ', 0, 0
  UNION ALL SELECT 13, '0:', 'sqlgen: upgrade 0001_users (caed11c4) is half done: part ', 1, -1
  UNION ALL SELECT 13, '0:', 'sqlgen: downgrade 0001_users (6c84380b) from part 0 is half done: part ', 1, 0
  UNION ALL SELECT 13, '0:', 'sqlgen: downgrade 0001_users (6c84380b) from part 1 is half done: part ', 1, 1
  UNION ALL SELECT 14, '0:', '', 0, 0
) AS path WHERE CAST(at_rows AS BINARY) = CAST(@sqlgen_rows_at AS BINARY)
AND IF(record = '', @sqlgen_mark = '',
  LEFT(CAST(@sqlgen_mark AS BINARY), LENGTH(record)) = CAST(record AS BINARY)) LIMIT 1;
SET @sqlgen_part = IF(@sqlgen_known = '', 0, CAST(SUBSTRING_INDEX(
  SUBSTRING(@sqlgen_mark, CHAR_LENGTH(@sqlgen_known) + 1), ' ', 1) AS UNSIGNED));
SET @sqlgen_began = (@sqlgen_known <> '' AND RIGHT(@sqlgen_mark, 6) = ' began'), @sqlgen_stood = NULL;
-- A part that began: does the catalog have what it makes?
SET @sqlgen_sql = IF(NOT @sqlgen_began, 'DO 0', CASE CONCAT(@sqlgen_step, IF(@sqlgen_behind < 0, ' upgrade ', ' '), @sqlgen_part)
  WHEN '0 1' THEN 'SELECT IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''wishlists''), 1, IF(NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''wishlists''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '0 upgrade 1' THEN 'SELECT IF(NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''wishlists''), 1, IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''wishlists''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '1 1' THEN 'SELECT IF(EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ''users'' AND column_name = ''phone''), 1, IF(NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ''users'' AND column_name = ''phone''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '1 upgrade 1' THEN 'SELECT IF(NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ''users'' AND column_name = ''phone''), 1, IF(EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ''users'' AND column_name = ''phone''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '2 1' THEN 'SELECT IF(NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ''books'' AND column_name = ''slug''), 1, IF(EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ''books'' AND column_name = ''slug''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '2 upgrade 1' THEN 'SELECT IF(EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ''books'' AND column_name = ''slug''), 1, IF(NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ''books'' AND column_name = ''slug''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '4 1' THEN 'SELECT IF(NOT EXISTS (SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ''orders'' AND index_name = ''ix_orders_placed_at''), 1, IF(EXISTS (SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ''orders'' AND index_name = ''ix_orders_placed_at''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '4 upgrade 1' THEN 'SELECT IF(EXISTS (SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ''orders'' AND index_name = ''ix_orders_placed_at''), 1, IF(NOT EXISTS (SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ''orders'' AND index_name = ''ix_orders_placed_at''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '5 1' THEN 'SELECT IF(NOT EXISTS (SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ''books'' AND index_name = ''ix_books_isbn''), 1, IF(EXISTS (SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ''books'' AND index_name = ''ix_books_isbn''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '5 upgrade 1' THEN 'SELECT IF(EXISTS (SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ''books'' AND index_name = ''ix_books_isbn''), 1, IF(NOT EXISTS (SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ''books'' AND index_name = ''ix_books_isbn''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '6 1' THEN 'SET @sqlgen_stood = 0'
  WHEN '6 2' THEN 'SET @sqlgen_stood = 0'
  WHEN '6 upgrade 1' THEN 'SET @sqlgen_stood = 1'
  WHEN '6 upgrade 2' THEN 'SET @sqlgen_stood = 1'
  WHEN '7 1' THEN 'SELECT IF(NOT EXISTS (SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ''users'' AND index_name = ''uq_users_email''), 1, IF(EXISTS (SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ''users'' AND index_name = ''uq_users_email''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '7 upgrade 1' THEN 'SELECT IF(EXISTS (SELECT 1 FROM information_schema.table_constraints WHERE constraint_schema = DATABASE() AND table_name = ''users'' AND constraint_name = ''uq_users_email''), 1, IF(NOT EXISTS (SELECT 1 FROM information_schema.table_constraints WHERE constraint_schema = DATABASE() AND table_name = ''users'' AND constraint_name = ''uq_users_email''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '9 1' THEN 'SELECT IF(NOT EXISTS (SELECT 1 FROM information_schema.table_constraints WHERE constraint_schema = DATABASE() AND table_name = ''books'' AND constraint_name = ''fk_books_publisher_id''), 1, IF(EXISTS (SELECT 1 FROM information_schema.table_constraints WHERE constraint_schema = DATABASE() AND table_name = ''books'' AND constraint_name = ''fk_books_publisher_id''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '9 2' THEN 'SELECT IF(NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ''books'' AND column_name = ''publisher_id''), 1, IF(EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ''books'' AND column_name = ''publisher_id''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '9 3' THEN 'SELECT IF(NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''publishers''), 1, IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''publishers''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '9 upgrade 1' THEN 'SELECT IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''publishers''), 1, IF(NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''publishers''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '9 upgrade 2' THEN 'SELECT IF(EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ''books'' AND column_name = ''publisher_id''), 1, IF(NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ''books'' AND column_name = ''publisher_id''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '9 upgrade 3' THEN 'SELECT IF(EXISTS (SELECT 1 FROM information_schema.table_constraints WHERE constraint_schema = DATABASE() AND table_name = ''books'' AND constraint_name = ''fk_books_publisher_id''), 1, IF(NOT EXISTS (SELECT 1 FROM information_schema.table_constraints WHERE constraint_schema = DATABASE() AND table_name = ''books'' AND constraint_name = ''fk_books_publisher_id''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '10 1' THEN 'SELECT IF(NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''orders''), 1, IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''orders''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '10 upgrade 1' THEN 'SELECT IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''orders''), 1, IF(NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''orders''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '11 1' THEN 'SELECT IF(NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''wishlists''), 1, IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''wishlists''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '11 2' THEN 'SELECT IF(NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''books''), 1, IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''books''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '11 upgrade 1' THEN 'SELECT IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''books''), 1, IF(NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''books''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '11 upgrade 2' THEN 'SELECT IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''wishlists''), 1, IF(NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''wishlists''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '12 1' THEN 'SELECT IF(NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''user_roles''), 1, IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''user_roles''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '12 2' THEN 'SELECT IF(NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''roles''), 1, IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''roles''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '12 upgrade 1' THEN 'SELECT IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''roles''), 1, IF(NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''roles''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '12 upgrade 2' THEN 'SELECT IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''user_roles''), 1, IF(NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''user_roles''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '13 1' THEN 'SELECT IF(NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''users''), 1, IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''users''), 0, NULL)) INTO @sqlgen_stood'
  WHEN '13 upgrade 1' THEN 'SELECT IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''users''), 1, IF(NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ''users''), 0, NULL)) INTO @sqlgen_stood'
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
AND ((@sqlgen_step, @sqlgen_done) < (14, 0) AND t.table_name IN ('alembic_version', 'alembic_version_sqlgen'));
SET @sqlgen_why = CASE
  WHEN DATABASE() IS NULL THEN 'NOT APPLIED: no database is selected. Name it on the command line.'
  WHEN NOT (CAST(DATABASE() AS BINARY) <=> CAST('bookshop_staging' AS BINARY))
    THEN CONCAT('NOT APPLIED: this script is for database bookshop_staging, this one is ', DATABASE(), '. Nothing was changed.')
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
  WHEN @sqlgen_step IS NULL AND @sqlgen_mark <> '' AND NOT (CAST(@sqlgen_rows_at AS BINARY) NOT IN (CAST('1:0014_drop_wishlists' AS BINARY), CAST('1:0013_drop_phone' AS BINARY), CAST('1:0012_book_slugs' AS BINARY), CAST('1:0011_merge' AS BINARY), CAST('2:0009_order_date_index,0010_isbn_index' AS BINARY), CAST('1:0010_isbn_index' AS BINARY), CAST('1:0008_wider_columns' AS BINARY), CAST('1:0007_unique_email' AS BINARY), CAST('1:0006_lowercase_emails' AS BINARY), CAST('1:0005_publishers' AS BINARY), CAST('1:0004_orders' AS BINARY), CAST('1:0003_books' AS BINARY), CAST('1:0002_roles' AS BINARY), CAST('1:0001_users' AS BINARY), CAST('0:' AS BINARY)))
    THEN CONCAT('NOT APPLIED: a step was left half done by another script: ', SUBSTRING(@sqlgen_mark, 9), '. Run that script to its end first; or clean up by hand, then drop the table `alembic_version_sqlgen`. Nothing was changed.')
  WHEN @sqlgen_began AND @sqlgen_stood IS NULL
    THEN CONCAT('NOT APPLIED: an earlier run stopped at a statement of which the catalog does not tell whether it was done: ', SUBSTRING(@sqlgen_mark, 9), '. Look whether what it does is there. If it is, run: UPDATE `alembic_version_sqlgen` SET record = ',
      QUOTE(REPLACE(@sqlgen_mark, ' began', ' stands')),
      IF(@sqlgen_part > 1, CONCAT('; if not: UPDATE `alembic_version_sqlgen` SET record = ', QUOTE(CONCAT(@sqlgen_known, @sqlgen_part - 1, ' of ', SUBSTRING_INDEX(SUBSTRING_INDEX(@sqlgen_mark, ' of ', -1), ' ', 1), ' stands'))), '; if not: DELETE FROM `alembic_version_sqlgen`'),
      '; then run this script again. Nothing was changed.')
  WHEN @sqlgen_step = 0 AND @sqlgen_undo = 1 AND @sqlgen_behind NOT IN (0, 1)
    THEN CONCAT('NOT APPLIED: no way back is known from the middle of revision 0014_drop_wishlists (', SUBSTRING(@sqlgen_mark, 9), '). Finish it first with apply.sql (or resume.sql), then run this script. Nothing was changed.')
  WHEN @sqlgen_step = 1 AND @sqlgen_undo = 1 AND @sqlgen_behind NOT IN (0, 1)
    THEN CONCAT('NOT APPLIED: no way back is known from the middle of revision 0013_drop_phone (', SUBSTRING(@sqlgen_mark, 9), '). Finish it first with apply.sql (or resume.sql), then run this script. Nothing was changed.')
  WHEN @sqlgen_step = 2 AND @sqlgen_undo = 1 AND @sqlgen_behind NOT IN (0, 1, 2)
    THEN CONCAT('NOT APPLIED: no way back is known from the middle of revision 0012_book_slugs (', SUBSTRING(@sqlgen_mark, 9), '). Finish it first with apply.sql (or resume.sql), then run this script. Nothing was changed.')
  WHEN @sqlgen_step = 4 AND @sqlgen_undo = 1 AND @sqlgen_behind NOT IN (0, 1)
    THEN CONCAT('NOT APPLIED: no way back is known from the middle of revision 0009_order_date_index (', SUBSTRING(@sqlgen_mark, 9), '). Finish it first with apply.sql (or resume.sql), then run this script. Nothing was changed.')
  WHEN @sqlgen_step = 5 AND @sqlgen_undo = 1 AND @sqlgen_behind NOT IN (0, 1)
    THEN CONCAT('NOT APPLIED: no way back is known from the middle of revision 0010_isbn_index (', SUBSTRING(@sqlgen_mark, 9), '). Finish it first with apply.sql (or resume.sql), then run this script. Nothing was changed.')
  WHEN @sqlgen_step = 6 AND @sqlgen_undo = 1 AND @sqlgen_behind NOT IN (0, 1, 2)
    THEN CONCAT('NOT APPLIED: no way back is known from the middle of revision 0008_wider_columns (', SUBSTRING(@sqlgen_mark, 9), '). Finish it first with apply.sql (or resume.sql), then run this script. Nothing was changed.')
  WHEN @sqlgen_step = 7 AND @sqlgen_undo = 1 AND @sqlgen_behind NOT IN (0, 1)
    THEN CONCAT('NOT APPLIED: no way back is known from the middle of revision 0007_unique_email (', SUBSTRING(@sqlgen_mark, 9), '). Finish it first with apply.sql (or resume.sql), then run this script. Nothing was changed.')
  WHEN @sqlgen_step = 9 AND @sqlgen_undo = 1 AND @sqlgen_behind NOT IN (0, 1, 2, 3)
    THEN CONCAT('NOT APPLIED: no way back is known from the middle of revision 0005_publishers (', SUBSTRING(@sqlgen_mark, 9), '). Finish it first with apply.sql (or resume.sql), then run this script. Nothing was changed.')
  WHEN @sqlgen_step = 10 AND @sqlgen_undo = 1 AND @sqlgen_behind NOT IN (0, 1)
    THEN CONCAT('NOT APPLIED: no way back is known from the middle of revision 0004_orders (', SUBSTRING(@sqlgen_mark, 9), '). Finish it first with apply.sql (or resume.sql), then run this script. Nothing was changed.')
  WHEN @sqlgen_step = 11 AND @sqlgen_undo = 1 AND @sqlgen_behind NOT IN (0, 1, 2)
    THEN CONCAT('NOT APPLIED: no way back is known from the middle of revision 0003_books (', SUBSTRING(@sqlgen_mark, 9), '). Finish it first with apply.sql (or resume.sql), then run this script. Nothing was changed.')
  WHEN @sqlgen_step = 12 AND @sqlgen_undo = 1 AND @sqlgen_behind NOT IN (0, 1, 2, 3)
    THEN CONCAT('NOT APPLIED: no way back is known from the middle of revision 0002_roles (', SUBSTRING(@sqlgen_mark, 9), '). Finish it first with apply.sql (or resume.sql), then run this script. Nothing was changed.')
  WHEN @sqlgen_step = 13 AND @sqlgen_undo = 1 AND @sqlgen_behind NOT IN (0, 1)
    THEN CONCAT('NOT APPLIED: no way back is known from the middle of revision 0001_users (', SUBSTRING(@sqlgen_mark, 9), '). Finish it first with apply.sql (or resume.sql), then run this script. Nothing was changed.')
  WHEN @sqlgen_step IS NULL
  THEN CONCAT('NOT APPLIED: this script goes from {0014_drop_wishlists} to {}; alembic_version holds {', @sqlgen_at, '}. Nothing was changed.')
  ELSE '' END;
SET @sqlgen_ok = (@sqlgen_why = ''), @sqlgen_from = @sqlgen_step;
SELECT IF(@sqlgen_ok, CONCAT(
  'sqlgen: the guard passed, from {0014_drop_wishlists} to {}',
  CASE WHEN @sqlgen_step = 14 THEN '; all of it is done'
    WHEN @sqlgen_step + @sqlgen_done + @sqlgen_undo > 0 THEN CONCAT('; it goes on with step ', @sqlgen_step + 1, ' of 14', IF(@sqlgen_done = 0, '', CONCAT(', behind part ', @sqlgen_done)), IF(@sqlgen_undo = 0, '', CONCAT(', which takes back ', @sqlgen_behind, ' part(s)')))
    ELSE '' END,
  ''), CONCAT('sqlgen result: ', @sqlgen_why)) AS sqlgen;
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen guard: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step < 14, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SET @sqlgen_sql = IF(@sqlgen_run = 1,
  'CREATE TABLE IF NOT EXISTS `alembic_version_sqlgen` (one TINYINT NOT NULL PRIMARY KEY, record VARCHAR(500) NOT NULL) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @@error_count = 0), 0);
DEALLOCATE PREPARE sqlgen_sql;

-- -----------------------------------------------------------------------------
-- step 1 of 14: 0014_drop_wishlists  wishlists are gone  (migrations/versions/0014_drop_wishlists.py)
--   0014_drop_wishlists -> 0013_drop_phone, 1 part(s) that commit one by one; a repeated run goes on after the last
-- -----------------------------------------------------------------------------
SET SESSION sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', SESSION time_zone = DEFAULT;
SET SESSION default_storage_engine = DEFAULT;
SET autocommit = 1, SESSION completion_type = 0, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_safe_updates = 0, SESSION sql_select_limit = DEFAULT, SESSION max_join_size = DEFAULT, SESSION group_concat_max_len = 1048576;
SET SESSION lock_wait_timeout = 5, SESSION innodb_lock_wait_timeout = 5;
SET @sqlgen_since = SYSDATE(6);
SELECT '[sqlgen] step 1 of 14: 0014_drop_wishlists was done before, skipped' AS sqlgen FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_step > 0;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND @sqlgen_step = 0,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_moved = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 0 AND NOT IF(@sqlgen_undo = 1, (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0013_drop_phone' AS BINARY)), (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0014_drop_wishlists' AS BINARY))), 0);
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND NOT @sqlgen_moved, 0);
SET @sqlgen_sql = IF(COALESCE(@sqlgen_moved, 0) = 0, 'DO 0', 'SELECT `sqlgen: the version table is not where step 1 begins`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 0 AND @sqlgen_done < 1 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (1)), 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 1 of 14 (0014_drop_wishlists) is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_run = IF(@sqlgen_run = 1, IF(NOT (EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'wishlists')), 2, -1), @sqlgen_run);
SELECT 'sqlgen result: NOT APPLIED: step 1, part 1: table wishlists is there already, and this script did not make it' AS sqlgen FROM DUAL WHERE @sqlgen_run = -1;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) >= 0, 'DO 0', 'SELECT `sqlgen: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0014_drop_wishlists (b3b3f6bd) from part 0 is half done: part 1 of 1 began'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0014_drop_wishlists (b3b3f6bd) is half done: part 1 of 1 began''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 1, 307 characters behind 87 escaped, sha256 b3b3f6bdc67a2589, migrations/versions/0014_drop_wishlists.py:29 op.create_table
SET @sqlgen_sql = IF(@sqlgen_run = 3 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (1)), 'CREATE TABLE wishlists (
    user_id INTEGER NOT NULL,
    book_id INTEGER NOT NULL,
    CONSTRAINT pk_wishlists PRIMARY KEY (user_id, book_id),
    CONSTRAINT fk_wishlists_user_id FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT fk_wishlists_book_id FOREIGN KEY (book_id) REFERENCES books (id)
)', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0014_drop_wishlists (b3b3f6bd) from part 0 is half done: part 1 of 1 stands'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0014_drop_wishlists (b3b3f6bd) is half done: part 1 of 1 stands''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_done = IF(@sqlgen_run = 5, 1, @sqlgen_done);
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 0, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
START TRANSACTION;
SET @sqlgen_sql = IF(@sqlgen_run = 1 AND @sqlgen_undo = 0, 'UPDATE `alembic_version` SET version_num = ''0013_drop_phone'' WHERE version_num = ''0014_drop_wishlists''', 'DO 0');
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
SELECT CONCAT('[sqlgen] step 1 of 14 (0014_drop_wishlists) is done, after ', ROUND(TIMESTAMPDIFF(MICROSECOND, @sqlgen_since, SYSDATE(6)) / 1000000, 3), ' s') AS sqlgen
FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_run > 0 AND @sqlgen_step = 1;

-- -----------------------------------------------------------------------------
-- step 2 of 14: 0013_drop_phone  forget phone numbers  (migrations/versions/0013_drop_phone.py)
--   0013_drop_phone -> 0012_book_slugs, 1 part(s) that commit one by one; a repeated run goes on after the last
-- -----------------------------------------------------------------------------
SET SESSION sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', SESSION time_zone = DEFAULT;
SET SESSION default_storage_engine = DEFAULT;
SET autocommit = 1, SESSION completion_type = 0, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_safe_updates = 0, SESSION sql_select_limit = DEFAULT, SESSION max_join_size = DEFAULT, SESSION group_concat_max_len = 1048576;
SET SESSION lock_wait_timeout = 5, SESSION innodb_lock_wait_timeout = 5;
SET @sqlgen_since = SYSDATE(6);
SELECT '[sqlgen] step 2 of 14: 0013_drop_phone was done before, skipped' AS sqlgen FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_step > 1;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND @sqlgen_step = 1,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_moved = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 1 AND NOT IF(@sqlgen_undo = 1, (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0012_book_slugs' AS BINARY)), (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0013_drop_phone' AS BINARY))), 0);
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND NOT @sqlgen_moved, 0);
SET @sqlgen_sql = IF(COALESCE(@sqlgen_moved, 0) = 0, 'DO 0', 'SELECT `sqlgen: the version table is not where step 2 begins`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 1 AND @sqlgen_done < 1 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (1)), 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 2 of 14 (0013_drop_phone) is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_run = IF(@sqlgen_run = 1, IF(NOT (EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'users' AND column_name = 'phone')), 2, -1), @sqlgen_run);
SELECT 'sqlgen result: NOT APPLIED: step 2, part 1: column phone of users is there already, and this script did not make it' AS sqlgen FROM DUAL WHERE @sqlgen_run = -1;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) >= 0, 'DO 0', 'SELECT `sqlgen: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0013_drop_phone (6b7209c0) from part 0 is half done: part 1 of 1 began'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0013_drop_phone (6b7209c0) is half done: part 1 of 1 began''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 2, 46 characters behind 87 escaped, sha256 6b7209c0cc651dd5, migrations/versions/0013_drop_phone.py:29 op.add_column
SET @sqlgen_sql = IF(@sqlgen_run = 3 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (1)), 'ALTER TABLE users ADD COLUMN phone VARCHAR(20)', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0013_drop_phone (6b7209c0) from part 0 is half done: part 1 of 1 stands'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0013_drop_phone (6b7209c0) is half done: part 1 of 1 stands''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_done = IF(@sqlgen_run = 5, 1, @sqlgen_done);
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 1, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
START TRANSACTION;
SET @sqlgen_sql = IF(@sqlgen_run = 1 AND @sqlgen_undo = 0, 'UPDATE `alembic_version` SET version_num = ''0012_book_slugs'' WHERE version_num = ''0013_drop_phone''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 1 AND @@error_count = 0 AND (ROW_COUNT() = 1 OR NOT (@sqlgen_undo = 0)), 2, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) <> 1, 'DO 0', 'SELECT `sqlgen: the stamp of step 2 did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'DELETE FROM `alembic_version_sqlgen`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 3, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 4), 0);
SET @sqlgen_step = IF(@sqlgen_run = 4, 2, @sqlgen_step),
  @sqlgen_done = IF(@sqlgen_run = 4, 0, @sqlgen_done), @sqlgen_undo = IF(@sqlgen_run = 4, 0, @sqlgen_undo);
SELECT CONCAT('[sqlgen] step 2 of 14 (0013_drop_phone) is done, after ', ROUND(TIMESTAMPDIFF(MICROSECOND, @sqlgen_since, SYSDATE(6)) / 1000000, 3), ' s') AS sqlgen
FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_run > 0 AND @sqlgen_step = 2;

-- -----------------------------------------------------------------------------
-- step 3 of 14: 0012_book_slugs  a readable address for every book  (migrations/versions/0012_book_slugs.py)
--   0012_book_slugs -> 0011_merge, 1 part(s) that commit one by one; a repeated run goes on after the last
-- -----------------------------------------------------------------------------
SET SESSION sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', SESSION time_zone = DEFAULT;
SET SESSION default_storage_engine = DEFAULT;
SET autocommit = 1, SESSION completion_type = 0, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_safe_updates = 0, SESSION sql_select_limit = DEFAULT, SESSION max_join_size = DEFAULT, SESSION group_concat_max_len = 1048576;
SET SESSION lock_wait_timeout = 5, SESSION innodb_lock_wait_timeout = 5;
SET @sqlgen_since = SYSDATE(6);
SELECT '[sqlgen] step 3 of 14: 0012_book_slugs was done before, skipped' AS sqlgen FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_step > 2;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND @sqlgen_step = 2,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_moved = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 2 AND NOT IF(@sqlgen_undo = 1, (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0011_merge' AS BINARY)), (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0012_book_slugs' AS BINARY))), 0);
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND NOT @sqlgen_moved, 0);
SET @sqlgen_sql = IF(COALESCE(@sqlgen_moved, 0) = 0, 'DO 0', 'SELECT `sqlgen: the version table is not where step 3 begins`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 2 AND @sqlgen_done < 1 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (1, 2)), 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 3 of 14 (0012_book_slugs) is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_run = IF(@sqlgen_run = 1, IF(NOT (NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'books' AND column_name = 'slug')), 2, -1), @sqlgen_run);
SELECT 'sqlgen result: NOT APPLIED: step 3, part 1: column slug of books is not there, and this script did not take it away' AS sqlgen FROM DUAL WHERE @sqlgen_run = -1;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) >= 0, 'DO 0', 'SELECT `sqlgen: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0012_book_slugs (7eb8aa84) from part 0 is half done: part 1 of 1 began'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0012_book_slugs (7eb8aa84) is half done: part 1 of 1 began''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 3, 34 characters behind 90 escaped, sha256 7eb8aa84fef01892, migrations/versions/0012_book_slugs.py:30 op.drop_column
SET @sqlgen_sql = IF(@sqlgen_run = 3 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (1, 2)), 'ALTER TABLE books DROP COLUMN slug', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0012_book_slugs (7eb8aa84) from part 0 is half done: part 1 of 1 stands'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0012_book_slugs (7eb8aa84) is half done: part 1 of 1 stands''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_done = IF(@sqlgen_run = 5, 1, @sqlgen_done);
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 2, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
START TRANSACTION;
SET @sqlgen_sql = IF(@sqlgen_run = 1 AND @sqlgen_undo = 0, 'UPDATE `alembic_version` SET version_num = ''0011_merge'' WHERE version_num = ''0012_book_slugs''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 1 AND @@error_count = 0 AND (ROW_COUNT() = 1 OR NOT (@sqlgen_undo = 0)), 2, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
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
SELECT CONCAT('[sqlgen] step 3 of 14 (0012_book_slugs) is done, after ', ROUND(TIMESTAMPDIFF(MICROSECOND, @sqlgen_since, SYSDATE(6)) / 1000000, 3), ' s') AS sqlgen
FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_run > 0 AND @sqlgen_step = 3;

-- -----------------------------------------------------------------------------
-- step 4 of 14: 0011_merge  merge the two indexes  (migrations/versions/0011_merge.py)
--   0011_merge -> 0009_order_date_index,0010_isbn_index, one transaction
-- -----------------------------------------------------------------------------
SET SESSION sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', SESSION time_zone = DEFAULT;
SET SESSION default_storage_engine = DEFAULT;
SET autocommit = 1, SESSION completion_type = 0, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_safe_updates = 0, SESSION sql_select_limit = DEFAULT, SESSION max_join_size = DEFAULT, SESSION group_concat_max_len = 1048576;
SET SESSION lock_wait_timeout = 5, SESSION innodb_lock_wait_timeout = 5;
SET @sqlgen_since = SYSDATE(6);
SELECT '[sqlgen] step 4 of 14: 0011_merge was done before, skipped' AS sqlgen FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_step > 3;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND @sqlgen_step = 3,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_moved = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 3 AND NOT IF(@sqlgen_undo = 1, (@sqlgen_rows = 2 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0009_order_date_index,0010_isbn_index' AS BINARY)), (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0011_merge' AS BINARY))), 0);
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND NOT @sqlgen_moved, 0);
SET @sqlgen_sql = IF(COALESCE(@sqlgen_moved, 0) = 0, 'DO 0', 'SELECT `sqlgen: the version table is not where step 4 begins`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 3, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
START TRANSACTION;
SET @sqlgen_sql = IF(@sqlgen_run = 1, 'UPDATE `alembic_version` SET version_num = ''0009_order_date_index'' WHERE version_num = ''0011_merge''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 1 AND @@error_count = 0 AND ROW_COUNT() = 1, 2, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) <> 1, 'DO 0', 'SELECT `sqlgen: the stamp of step 4 did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'INSERT INTO `alembic_version` (version_num) VALUES (''0010_isbn_index'')', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0 AND ROW_COUNT() = 1, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) <> 2, 'DO 0', 'SELECT `sqlgen: the stamp of step 4 did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 3, 'DELETE FROM `alembic_version_sqlgen`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_step = IF(@sqlgen_run = 5, 4, @sqlgen_step),
  @sqlgen_done = IF(@sqlgen_run = 5, 0, @sqlgen_done), @sqlgen_undo = IF(@sqlgen_run = 5, 0, @sqlgen_undo);
SELECT CONCAT('[sqlgen] step 4 of 14 (0011_merge) is done, after ', ROUND(TIMESTAMPDIFF(MICROSECOND, @sqlgen_since, SYSDATE(6)) / 1000000, 3), ' s') AS sqlgen
FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_run > 0 AND @sqlgen_step = 4;

-- -----------------------------------------------------------------------------
-- step 5 of 14: 0009_order_date_index  find orders by date  (migrations/versions/0009_order_date_index.py)
--   0009_order_date_index,0010_isbn_index -> 0010_isbn_index, 1 part(s) that commit one by one; a repeated run goes on after the last
-- -----------------------------------------------------------------------------
SET SESSION sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', SESSION time_zone = DEFAULT;
SET SESSION default_storage_engine = DEFAULT;
SET autocommit = 1, SESSION completion_type = 0, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_safe_updates = 0, SESSION sql_select_limit = DEFAULT, SESSION max_join_size = DEFAULT, SESSION group_concat_max_len = 1048576;
SET SESSION lock_wait_timeout = 5, SESSION innodb_lock_wait_timeout = 5;
SET @sqlgen_since = SYSDATE(6);
SELECT '[sqlgen] step 5 of 14: 0009_order_date_index was done before, skipped' AS sqlgen FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_step > 4;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND @sqlgen_step = 4,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_moved = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 4 AND NOT IF(@sqlgen_undo = 1, (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0010_isbn_index' AS BINARY)), (@sqlgen_rows = 2 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0009_order_date_index,0010_isbn_index' AS BINARY))), 0);
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND NOT @sqlgen_moved, 0);
SET @sqlgen_sql = IF(COALESCE(@sqlgen_moved, 0) = 0, 'DO 0', 'SELECT `sqlgen: the version table is not where step 5 begins`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 4 AND @sqlgen_done < 1 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (1)), 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 5 of 14 (0009_order_date_index) is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_run = IF(@sqlgen_run = 1, IF(NOT (NOT EXISTS (SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'orders' AND index_name = 'ix_orders_placed_at')), 2, -1), @sqlgen_run);
SELECT 'sqlgen result: NOT APPLIED: step 5, part 1: index ix_orders_placed_at of orders is not there, and this script did not take it away' AS sqlgen FROM DUAL WHERE @sqlgen_run = -1;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) >= 0, 'DO 0', 'SELECT `sqlgen: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0009_order_date_index (b069cd79) from part 0 is half done: part 1 of 1 began'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0009_order_date_index (b069cd79) is half done: part 1 of 1 began''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 4, 40 characters behind 87 escaped, sha256 b069cd792dee1c3c, migrations/versions/0009_order_date_index.py:29 op.drop_index
SET @sqlgen_sql = IF(@sqlgen_run = 3 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (1)), 'DROP INDEX ix_orders_placed_at ON orders', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0009_order_date_index (b069cd79) from part 0 is half done: part 1 of 1 stands'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0009_order_date_index (b069cd79) is half done: part 1 of 1 stands''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_done = IF(@sqlgen_run = 5, 1, @sqlgen_done);
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 4, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
START TRANSACTION;
SET @sqlgen_sql = IF(@sqlgen_run = 1 AND @sqlgen_undo = 0, 'DELETE FROM `alembic_version` WHERE version_num = ''0009_order_date_index''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 1 AND @@error_count = 0 AND (ROW_COUNT() = 1 OR NOT (@sqlgen_undo = 0)), 2, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
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
SELECT CONCAT('[sqlgen] step 5 of 14 (0009_order_date_index) is done, after ', ROUND(TIMESTAMPDIFF(MICROSECOND, @sqlgen_since, SYSDATE(6)) / 1000000, 3), ' s') AS sqlgen
FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_run > 0 AND @sqlgen_step = 5;

-- -----------------------------------------------------------------------------
-- step 6 of 14: 0010_isbn_index  find books by ISBN  (migrations/versions/0010_isbn_index.py)
--   0010_isbn_index -> 0008_wider_columns, 1 part(s) that commit one by one; a repeated run goes on after the last
-- -----------------------------------------------------------------------------
SET SESSION sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', SESSION time_zone = DEFAULT;
SET SESSION default_storage_engine = DEFAULT;
SET autocommit = 1, SESSION completion_type = 0, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_safe_updates = 0, SESSION sql_select_limit = DEFAULT, SESSION max_join_size = DEFAULT, SESSION group_concat_max_len = 1048576;
SET SESSION lock_wait_timeout = 5, SESSION innodb_lock_wait_timeout = 5;
SET @sqlgen_since = SYSDATE(6);
SELECT '[sqlgen] step 6 of 14: 0010_isbn_index was done before, skipped' AS sqlgen FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_step > 5;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND @sqlgen_step = 5,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_moved = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 5 AND NOT IF(@sqlgen_undo = 1, (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0008_wider_columns' AS BINARY)), (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0010_isbn_index' AS BINARY))), 0);
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND NOT @sqlgen_moved, 0);
SET @sqlgen_sql = IF(COALESCE(@sqlgen_moved, 0) = 0, 'DO 0', 'SELECT `sqlgen: the version table is not where step 6 begins`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 5 AND @sqlgen_done < 1 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (1)), 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 6 of 14 (0010_isbn_index) is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_run = IF(@sqlgen_run = 1, IF(NOT (NOT EXISTS (SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'books' AND index_name = 'ix_books_isbn')), 2, -1), @sqlgen_run);
SELECT 'sqlgen result: NOT APPLIED: step 6, part 1: index ix_books_isbn of books is not there, and this script did not take it away' AS sqlgen FROM DUAL WHERE @sqlgen_run = -1;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) >= 0, 'DO 0', 'SELECT `sqlgen: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0010_isbn_index (7ceadff4) from part 0 is half done: part 1 of 1 began'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0010_isbn_index (7ceadff4) is half done: part 1 of 1 began''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 5, 33 characters behind 87 escaped, sha256 7ceadff410f8ba14, migrations/versions/0010_isbn_index.py:30 op.drop_index in autocommit_block()
SET @sqlgen_sql = IF(@sqlgen_run = 3 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (1)), 'DROP INDEX ix_books_isbn ON books', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0010_isbn_index (7ceadff4) from part 0 is half done: part 1 of 1 stands'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0010_isbn_index (7ceadff4) is half done: part 1 of 1 stands''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_done = IF(@sqlgen_run = 5, 1, @sqlgen_done);
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 5, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
START TRANSACTION;
SET @sqlgen_sql = IF(@sqlgen_run = 1 AND @sqlgen_undo = 0, 'UPDATE `alembic_version` SET version_num = ''0008_wider_columns'' WHERE version_num = ''0010_isbn_index''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 1 AND @@error_count = 0 AND (ROW_COUNT() = 1 OR NOT (@sqlgen_undo = 0)), 2, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
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
SELECT CONCAT('[sqlgen] step 6 of 14 (0010_isbn_index) is done, after ', ROUND(TIMESTAMPDIFF(MICROSECOND, @sqlgen_since, SYSDATE(6)) / 1000000, 3), ' s') AS sqlgen
FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_run > 0 AND @sqlgen_step = 6;

-- -----------------------------------------------------------------------------
-- step 7 of 14: 0008_wider_columns  longer names, larger quantities  (migrations/versions/0008_wider_columns.py)
--   0008_wider_columns -> 0007_unique_email, 2 part(s) that commit one by one; a repeated run goes on after the last
-- -----------------------------------------------------------------------------
SET SESSION sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', SESSION time_zone = DEFAULT;
SET SESSION default_storage_engine = DEFAULT;
SET autocommit = 1, SESSION completion_type = 0, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_safe_updates = 0, SESSION sql_select_limit = DEFAULT, SESSION max_join_size = DEFAULT, SESSION group_concat_max_len = 1048576;
SET SESSION lock_wait_timeout = 5, SESSION innodb_lock_wait_timeout = 5;
SET @sqlgen_since = SYSDATE(6);
SELECT '[sqlgen] step 7 of 14: 0008_wider_columns was done before, skipped' AS sqlgen FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_step > 6;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND @sqlgen_step = 6,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_moved = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 6 AND NOT IF(@sqlgen_undo = 1, (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0007_unique_email' AS BINARY)), (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0008_wider_columns' AS BINARY))), 0);
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND NOT @sqlgen_moved, 0);
SET @sqlgen_sql = IF(COALESCE(@sqlgen_moved, 0) = 0, 'DO 0', 'SELECT `sqlgen: the version table is not where step 7 begins`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
-- part 1 of 2 of step 7
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 6 AND @sqlgen_done < 1 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (2)), 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 7 of 14 (0008_wider_columns), part 1 of 2 is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_sql = IF(@sqlgen_run = 1, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0008_wider_columns (7b197f03) from part 0 is half done: part 1 of 2 began'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0008_wider_columns (7b197f03) is half done: part 1 of 2 began''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 1 AND @@error_count = 0, 2, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 6, 52 characters behind 87 escaped, sha256 69aa91ba2be8f58f, migrations/versions/0008_wider_columns.py:74 op.alter_column
SET @sqlgen_sql = IF(@sqlgen_run = 2 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (2)), 'ALTER TABLE orders MODIFY quantity SMALLINT NOT NULL', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 3, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0008_wider_columns (7b197f03) from part 0 is half done: part 1 of 2 stands'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0008_wider_columns (7b197f03) is half done: part 1 of 2 stands''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 4), 0);
SET @sqlgen_done = IF(@sqlgen_run = 4, 1, @sqlgen_done);
-- part 2 of 2 of step 7
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 6 AND @sqlgen_done < 2 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (1, 2)), 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 7 of 14 (0008_wider_columns), part 2 of 2 is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_sql = IF(@sqlgen_run = 1, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0008_wider_columns (7b197f03) from part 0 is half done: part 2 of 2 began'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0008_wider_columns (7b197f03) is half done: part 2 of 2 began''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 1 AND @@error_count = 0, 2, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 7, 50 characters behind 90 escaped, sha256 57d38009fb1944ca, migrations/versions/0008_wider_columns.py:78 op.alter_column
SET @sqlgen_sql = IF(@sqlgen_run = 2 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (1, 2)), 'ALTER TABLE users MODIFY name VARCHAR(50) NOT NULL', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 3, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0008_wider_columns (7b197f03) from part 0 is half done: part 2 of 2 stands'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0008_wider_columns (7b197f03) is half done: part 2 of 2 stands''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 4), 0);
SET @sqlgen_done = IF(@sqlgen_run = 4, 2, @sqlgen_done);
-- the stamp of step 7
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 6, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
START TRANSACTION;
SET @sqlgen_sql = IF(@sqlgen_run = 1 AND @sqlgen_undo = 0, 'UPDATE `alembic_version` SET version_num = ''0007_unique_email'' WHERE version_num = ''0008_wider_columns''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 1 AND @@error_count = 0 AND (ROW_COUNT() = 1 OR NOT (@sqlgen_undo = 0)), 2, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) <> 1, 'DO 0', 'SELECT `sqlgen: the stamp of step 7 did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'DELETE FROM `alembic_version_sqlgen`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 3, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 4), 0);
SET @sqlgen_step = IF(@sqlgen_run = 4, 7, @sqlgen_step),
  @sqlgen_done = IF(@sqlgen_run = 4, 0, @sqlgen_done), @sqlgen_undo = IF(@sqlgen_run = 4, 0, @sqlgen_undo);
SELECT CONCAT('[sqlgen] step 7 of 14 (0008_wider_columns) is done, after ', ROUND(TIMESTAMPDIFF(MICROSECOND, @sqlgen_since, SYSDATE(6)) / 1000000, 3), ' s') AS sqlgen
FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_run > 0 AND @sqlgen_step = 7;

-- -----------------------------------------------------------------------------
-- step 8 of 14: 0007_unique_email  one user per e-mail address  (migrations/versions/0007_unique_email.py)
--   0007_unique_email -> 0006_lowercase_emails, 1 part(s) that commit one by one; a repeated run goes on after the last
-- -----------------------------------------------------------------------------
SET SESSION sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', SESSION time_zone = DEFAULT;
SET SESSION default_storage_engine = DEFAULT;
SET autocommit = 1, SESSION completion_type = 0, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_safe_updates = 0, SESSION sql_select_limit = DEFAULT, SESSION max_join_size = DEFAULT, SESSION group_concat_max_len = 1048576;
SET SESSION lock_wait_timeout = 5, SESSION innodb_lock_wait_timeout = 5;
SET @sqlgen_since = SYSDATE(6);
SELECT '[sqlgen] step 8 of 14: 0007_unique_email was done before, skipped' AS sqlgen FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_step > 7;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND @sqlgen_step = 7,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_moved = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 7 AND NOT IF(@sqlgen_undo = 1, (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0006_lowercase_emails' AS BINARY)), (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0007_unique_email' AS BINARY))), 0);
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND NOT @sqlgen_moved, 0);
SET @sqlgen_sql = IF(COALESCE(@sqlgen_moved, 0) = 0, 'DO 0', 'SELECT `sqlgen: the version table is not where step 8 begins`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 7 AND @sqlgen_done < 1 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (1)), 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 8 of 14 (0007_unique_email) is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_run = IF(@sqlgen_run = 1, IF(NOT (NOT EXISTS (SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'users' AND index_name = 'uq_users_email')), 2, -1), @sqlgen_run);
SELECT 'sqlgen result: NOT APPLIED: step 8, part 1: index uq_users_email of users is not there, and this script did not take it away' AS sqlgen FROM DUAL WHERE @sqlgen_run = -1;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) >= 0, 'DO 0', 'SELECT `sqlgen: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0007_unique_email (805221ce) from part 0 is half done: part 1 of 1 began'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0007_unique_email (805221ce) is half done: part 1 of 1 began''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 8, 43 characters behind 87 escaped, sha256 805221ce0b90d368, migrations/versions/0007_unique_email.py:48 op.drop_constraint
SET @sqlgen_sql = IF(@sqlgen_run = 3 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (1)), 'ALTER TABLE users DROP INDEX uq_users_email', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0007_unique_email (805221ce) from part 0 is half done: part 1 of 1 stands'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0007_unique_email (805221ce) is half done: part 1 of 1 stands''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_done = IF(@sqlgen_run = 5, 1, @sqlgen_done);
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 7, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
START TRANSACTION;
SET @sqlgen_sql = IF(@sqlgen_run = 1 AND @sqlgen_undo = 0, 'UPDATE `alembic_version` SET version_num = ''0006_lowercase_emails'' WHERE version_num = ''0007_unique_email''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 1 AND @@error_count = 0 AND (ROW_COUNT() = 1 OR NOT (@sqlgen_undo = 0)), 2, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) <> 1, 'DO 0', 'SELECT `sqlgen: the stamp of step 8 did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'DELETE FROM `alembic_version_sqlgen`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 3, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 4), 0);
SET @sqlgen_step = IF(@sqlgen_run = 4, 8, @sqlgen_step),
  @sqlgen_done = IF(@sqlgen_run = 4, 0, @sqlgen_done), @sqlgen_undo = IF(@sqlgen_run = 4, 0, @sqlgen_undo);
SELECT CONCAT('[sqlgen] step 8 of 14 (0007_unique_email) is done, after ', ROUND(TIMESTAMPDIFF(MICROSECOND, @sqlgen_since, SYSDATE(6)) / 1000000, 3), ' s') AS sqlgen
FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_run > 0 AND @sqlgen_step = 8;

-- -----------------------------------------------------------------------------
-- step 9 of 14: 0006_lowercase_emails  write e-mail addresses in lower case  (migrations/versions/0006_lowercase_emails.py)
--   0006_lowercase_emails -> 0005_publishers, one transaction
-- -----------------------------------------------------------------------------
SET SESSION sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', SESSION time_zone = DEFAULT;
SET SESSION default_storage_engine = DEFAULT;
SET autocommit = 1, SESSION completion_type = 0, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_safe_updates = 0, SESSION sql_select_limit = DEFAULT, SESSION max_join_size = DEFAULT, SESSION group_concat_max_len = 1048576;
SET SESSION lock_wait_timeout = 5, SESSION innodb_lock_wait_timeout = 5;
SET @sqlgen_since = SYSDATE(6);
SELECT '[sqlgen] step 9 of 14: 0006_lowercase_emails was done before, skipped' AS sqlgen FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_step > 8;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND @sqlgen_step = 8,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_moved = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 8 AND NOT IF(@sqlgen_undo = 1, (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0005_publishers' AS BINARY)), (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0006_lowercase_emails' AS BINARY))), 0);
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND NOT @sqlgen_moved, 0);
SET @sqlgen_sql = IF(COALESCE(@sqlgen_moved, 0) = 0, 'DO 0', 'SELECT `sqlgen: the version table is not where step 9 begins`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 8, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
START TRANSACTION;
SET @sqlgen_sql = IF(@sqlgen_run = 1, 'UPDATE `alembic_version` SET version_num = ''0005_publishers'' WHERE version_num = ''0006_lowercase_emails''', 'DO 0');
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
SELECT CONCAT('[sqlgen] step 9 of 14 (0006_lowercase_emails) is done, after ', ROUND(TIMESTAMPDIFF(MICROSECOND, @sqlgen_since, SYSDATE(6)) / 1000000, 3), ' s') AS sqlgen
FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_run > 0 AND @sqlgen_step = 9;

-- -----------------------------------------------------------------------------
-- step 10 of 14: 0005_publishers  every book has a publisher  (migrations/versions/0005_publishers.py)
--   0005_publishers -> 0004_orders, 3 part(s) that commit one by one; a repeated run goes on after the last
-- -----------------------------------------------------------------------------
SET SESSION sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', SESSION time_zone = DEFAULT;
SET SESSION default_storage_engine = DEFAULT;
SET autocommit = 1, SESSION completion_type = 0, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_safe_updates = 0, SESSION sql_select_limit = DEFAULT, SESSION max_join_size = DEFAULT, SESSION group_concat_max_len = 1048576;
SET SESSION lock_wait_timeout = 5, SESSION innodb_lock_wait_timeout = 5;
SET @sqlgen_since = SYSDATE(6);
SELECT '[sqlgen] step 10 of 14: 0005_publishers was done before, skipped' AS sqlgen FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_step > 9;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND @sqlgen_step = 9,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_moved = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 9 AND NOT IF(@sqlgen_undo = 1, (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0004_orders' AS BINARY)), (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0005_publishers' AS BINARY))), 0);
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND NOT @sqlgen_moved, 0);
SET @sqlgen_sql = IF(COALESCE(@sqlgen_moved, 0) = 0, 'DO 0', 'SELECT `sqlgen: the version table is not where step 10 begins`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
-- part 1 of 3 of step 10
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 9 AND @sqlgen_done < 1 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (3)), 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 10 of 14 (0005_publishers), part 1 of 3 is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_run = IF(@sqlgen_run = 1, IF(NOT (NOT EXISTS (SELECT 1 FROM information_schema.table_constraints WHERE constraint_schema = DATABASE() AND table_name = 'books' AND constraint_name = 'fk_books_publisher_id')), 2, -1), @sqlgen_run);
SELECT 'sqlgen result: NOT APPLIED: step 10, part 1: constraint fk_books_publisher_id of books is not there, and this script did not take it away' AS sqlgen FROM DUAL WHERE @sqlgen_run = -1;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) >= 0, 'DO 0', 'SELECT `sqlgen: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0005_publishers (ff809dc1) from part 0 is half done: part 1 of 3 began'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0005_publishers (ff809dc1) is half done: part 1 of 3 began''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 9, 56 characters behind 87 escaped, sha256 d3fef29081d63857, migrations/versions/0005_publishers.py:61 op.drop_constraint
SET @sqlgen_sql = IF(@sqlgen_run = 3 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (3)), 'ALTER TABLE books DROP FOREIGN KEY fk_books_publisher_id', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0005_publishers (ff809dc1) from part 0 is half done: part 1 of 3 stands'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0005_publishers (ff809dc1) is half done: part 1 of 3 stands''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_done = IF(@sqlgen_run = 5, 1, @sqlgen_done);
-- part 2 of 3 of step 10
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 9 AND @sqlgen_done < 2 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (2, 3)), 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 10 of 14 (0005_publishers), part 2 of 3 is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_run = IF(@sqlgen_run = 1, IF(NOT (NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'books' AND column_name = 'publisher_id')), 2, -1), @sqlgen_run);
SELECT 'sqlgen result: NOT APPLIED: step 10, part 2: column publisher_id of books is not there, and this script did not take it away' AS sqlgen FROM DUAL WHERE @sqlgen_run = -1;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) >= 0, 'DO 0', 'SELECT `sqlgen: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0005_publishers (ff809dc1) from part 0 is half done: part 2 of 3 began'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0005_publishers (ff809dc1) is half done: part 2 of 3 began''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 10, 42 characters behind 90 escaped, sha256 ee55c8a5c1f21358, migrations/versions/0005_publishers.py:62 op.drop_column
SET @sqlgen_sql = IF(@sqlgen_run = 3 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (2, 3)), 'ALTER TABLE books DROP COLUMN publisher_id', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0005_publishers (ff809dc1) from part 0 is half done: part 2 of 3 stands'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0005_publishers (ff809dc1) is half done: part 2 of 3 stands''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_done = IF(@sqlgen_run = 5, 2, @sqlgen_done);
-- part 3 of 3 of step 10
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 9 AND @sqlgen_done < 3 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (1, 2, 3)), 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 10 of 14 (0005_publishers), part 3 of 3 is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_run = IF(@sqlgen_run = 1, IF(NOT (NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'publishers')), 2, -1), @sqlgen_run);
SELECT 'sqlgen result: NOT APPLIED: step 10, part 3: table publishers is not there, and this script did not take it away' AS sqlgen FROM DUAL WHERE @sqlgen_run = -1;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) >= 0, 'DO 0', 'SELECT `sqlgen: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0005_publishers (ff809dc1) from part 0 is half done: part 3 of 3 began'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0005_publishers (ff809dc1) is half done: part 3 of 3 began''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 11, 21 characters behind 93 escaped, sha256 872d3752d94464c6, migrations/versions/0005_publishers.py:63 op.drop_table
SET @sqlgen_sql = IF(@sqlgen_run = 3 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (1, 2, 3)), 'DROP TABLE publishers', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0005_publishers (ff809dc1) from part 0 is half done: part 3 of 3 stands'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0005_publishers (ff809dc1) is half done: part 3 of 3 stands''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_done = IF(@sqlgen_run = 5, 3, @sqlgen_done);
-- the stamp of step 10
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 9, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
START TRANSACTION;
SET @sqlgen_sql = IF(@sqlgen_run = 1 AND @sqlgen_undo = 0, 'UPDATE `alembic_version` SET version_num = ''0004_orders'' WHERE version_num = ''0005_publishers''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 1 AND @@error_count = 0 AND (ROW_COUNT() = 1 OR NOT (@sqlgen_undo = 0)), 2, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
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
SELECT CONCAT('[sqlgen] step 10 of 14 (0005_publishers) is done, after ', ROUND(TIMESTAMPDIFF(MICROSECOND, @sqlgen_since, SYSDATE(6)) / 1000000, 3), ' s') AS sqlgen
FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_run > 0 AND @sqlgen_step = 10;

-- -----------------------------------------------------------------------------
-- step 11 of 14: 0004_orders  create orders  (migrations/versions/0004_orders.py)
--   0004_orders -> 0003_books, 1 part(s) that commit one by one; a repeated run goes on after the last
-- -----------------------------------------------------------------------------
SET SESSION sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', SESSION time_zone = DEFAULT;
SET SESSION default_storage_engine = DEFAULT;
SET autocommit = 1, SESSION completion_type = 0, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_safe_updates = 0, SESSION sql_select_limit = DEFAULT, SESSION max_join_size = DEFAULT, SESSION group_concat_max_len = 1048576;
SET SESSION lock_wait_timeout = 5, SESSION innodb_lock_wait_timeout = 5;
SET @sqlgen_since = SYSDATE(6);
SELECT '[sqlgen] step 11 of 14: 0004_orders was done before, skipped' AS sqlgen FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_step > 10;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND @sqlgen_step = 10,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_moved = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 10 AND NOT IF(@sqlgen_undo = 1, (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0003_books' AS BINARY)), (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0004_orders' AS BINARY))), 0);
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND NOT @sqlgen_moved, 0);
SET @sqlgen_sql = IF(COALESCE(@sqlgen_moved, 0) = 0, 'DO 0', 'SELECT `sqlgen: the version table is not where step 11 begins`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 10 AND @sqlgen_done < 1 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (1)), 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 11 of 14 (0004_orders) is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_run = IF(@sqlgen_run = 1, IF(NOT (NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'orders')), 2, -1), @sqlgen_run);
SELECT 'sqlgen result: NOT APPLIED: step 11, part 1: table orders is not there, and this script did not take it away' AS sqlgen FROM DUAL WHERE @sqlgen_run = -1;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) >= 0, 'DO 0', 'SELECT `sqlgen: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0004_orders (fd0ca711) from part 0 is half done: part 1 of 1 began'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0004_orders (fd0ca711) is half done: part 1 of 1 began''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 12, 17 characters behind 87 escaped, sha256 fd0ca7112b4eedf9, migrations/versions/0004_orders.py:44 op.drop_table
SET @sqlgen_sql = IF(@sqlgen_run = 3 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (1)), 'DROP TABLE orders', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0004_orders (fd0ca711) from part 0 is half done: part 1 of 1 stands'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0004_orders (fd0ca711) is half done: part 1 of 1 stands''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_done = IF(@sqlgen_run = 5, 1, @sqlgen_done);
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 10, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
START TRANSACTION;
SET @sqlgen_sql = IF(@sqlgen_run = 1 AND @sqlgen_undo = 0, 'UPDATE `alembic_version` SET version_num = ''0003_books'' WHERE version_num = ''0004_orders''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 1 AND @@error_count = 0 AND (ROW_COUNT() = 1 OR NOT (@sqlgen_undo = 0)), 2, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) <> 1, 'DO 0', 'SELECT `sqlgen: the stamp of step 11 did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'DELETE FROM `alembic_version_sqlgen`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 3, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 4), 0);
SET @sqlgen_step = IF(@sqlgen_run = 4, 11, @sqlgen_step),
  @sqlgen_done = IF(@sqlgen_run = 4, 0, @sqlgen_done), @sqlgen_undo = IF(@sqlgen_run = 4, 0, @sqlgen_undo);
SELECT CONCAT('[sqlgen] step 11 of 14 (0004_orders) is done, after ', ROUND(TIMESTAMPDIFF(MICROSECOND, @sqlgen_since, SYSDATE(6)) / 1000000, 3), ' s') AS sqlgen
FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_run > 0 AND @sqlgen_step = 11;

-- -----------------------------------------------------------------------------
-- step 12 of 14: 0003_books  create books and wishlists  (migrations/versions/0003_books.py)
--   0003_books -> 0002_roles, 2 part(s) that commit one by one; a repeated run goes on after the last
-- -----------------------------------------------------------------------------
SET SESSION sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', SESSION time_zone = DEFAULT;
SET SESSION default_storage_engine = DEFAULT;
SET autocommit = 1, SESSION completion_type = 0, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_safe_updates = 0, SESSION sql_select_limit = DEFAULT, SESSION max_join_size = DEFAULT, SESSION group_concat_max_len = 1048576;
SET SESSION lock_wait_timeout = 5, SESSION innodb_lock_wait_timeout = 5;
SET @sqlgen_since = SYSDATE(6);
SELECT '[sqlgen] step 12 of 14: 0003_books was done before, skipped' AS sqlgen FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_step > 11;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND @sqlgen_step = 11,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_moved = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 11 AND NOT IF(@sqlgen_undo = 1, (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0002_roles' AS BINARY)), (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0003_books' AS BINARY))), 0);
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND NOT @sqlgen_moved, 0);
SET @sqlgen_sql = IF(COALESCE(@sqlgen_moved, 0) = 0, 'DO 0', 'SELECT `sqlgen: the version table is not where step 12 begins`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
-- part 1 of 2 of step 12
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 11 AND @sqlgen_done < 1 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (2)), 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 12 of 14 (0003_books), part 1 of 2 is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_run = IF(@sqlgen_run = 1, IF(NOT (NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'wishlists')), 2, -1), @sqlgen_run);
SELECT 'sqlgen result: NOT APPLIED: step 12, part 1: table wishlists is not there, and this script did not take it away' AS sqlgen FROM DUAL WHERE @sqlgen_run = -1;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) >= 0, 'DO 0', 'SELECT `sqlgen: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0003_books (7e84d930) from part 0 is half done: part 1 of 2 began'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0003_books (7e84d930) is half done: part 1 of 2 began''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 13, 20 characters behind 87 escaped, sha256 75852dc6c9dea3f5, migrations/versions/0003_books.py:43 op.drop_table
SET @sqlgen_sql = IF(@sqlgen_run = 3 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (2)), 'DROP TABLE wishlists', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0003_books (7e84d930) from part 0 is half done: part 1 of 2 stands'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0003_books (7e84d930) is half done: part 1 of 2 stands''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_done = IF(@sqlgen_run = 5, 1, @sqlgen_done);
-- part 2 of 2 of step 12
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 11 AND @sqlgen_done < 2 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (1, 2)), 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 12 of 14 (0003_books), part 2 of 2 is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_run = IF(@sqlgen_run = 1, IF(NOT (NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'books')), 2, -1), @sqlgen_run);
SELECT 'sqlgen result: NOT APPLIED: step 12, part 2: table books is not there, and this script did not take it away' AS sqlgen FROM DUAL WHERE @sqlgen_run = -1;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) >= 0, 'DO 0', 'SELECT `sqlgen: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0003_books (7e84d930) from part 0 is half done: part 2 of 2 began'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0003_books (7e84d930) is half done: part 2 of 2 began''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 14, 16 characters behind 90 escaped, sha256 a050c4493d7b476b, migrations/versions/0003_books.py:44 op.drop_table
SET @sqlgen_sql = IF(@sqlgen_run = 3 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (1, 2)), 'DROP TABLE books', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0003_books (7e84d930) from part 0 is half done: part 2 of 2 stands'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0003_books (7e84d930) is half done: part 2 of 2 stands''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_done = IF(@sqlgen_run = 5, 2, @sqlgen_done);
-- the stamp of step 12
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 11, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
START TRANSACTION;
SET @sqlgen_sql = IF(@sqlgen_run = 1 AND @sqlgen_undo = 0, 'UPDATE `alembic_version` SET version_num = ''0002_roles'' WHERE version_num = ''0003_books''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 1 AND @@error_count = 0 AND (ROW_COUNT() = 1 OR NOT (@sqlgen_undo = 0)), 2, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) <> 1, 'DO 0', 'SELECT `sqlgen: the stamp of step 12 did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'DELETE FROM `alembic_version_sqlgen`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 3, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 4), 0);
SET @sqlgen_step = IF(@sqlgen_run = 4, 12, @sqlgen_step),
  @sqlgen_done = IF(@sqlgen_run = 4, 0, @sqlgen_done), @sqlgen_undo = IF(@sqlgen_run = 4, 0, @sqlgen_undo);
SELECT CONCAT('[sqlgen] step 12 of 14 (0003_books) is done, after ', ROUND(TIMESTAMPDIFF(MICROSECOND, @sqlgen_since, SYSDATE(6)) / 1000000, 3), ' s') AS sqlgen
FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_run > 0 AND @sqlgen_step = 12;

-- -----------------------------------------------------------------------------
-- step 13 of 14: 0002_roles  create roles and give the shop its first three  (migrations/versions/0002_roles.py)
--   0002_roles -> 0001_users, 2 part(s) that commit one by one; a repeated run goes on after the last
-- -----------------------------------------------------------------------------
SET SESSION sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', SESSION time_zone = DEFAULT;
SET SESSION default_storage_engine = DEFAULT;
SET autocommit = 1, SESSION completion_type = 0, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_safe_updates = 0, SESSION sql_select_limit = DEFAULT, SESSION max_join_size = DEFAULT, SESSION group_concat_max_len = 1048576;
SET SESSION lock_wait_timeout = 5, SESSION innodb_lock_wait_timeout = 5;
SET @sqlgen_since = SYSDATE(6);
SELECT '[sqlgen] step 13 of 14: 0002_roles was done before, skipped' AS sqlgen FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_step > 12;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND @sqlgen_step = 12,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_moved = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 12 AND NOT IF(@sqlgen_undo = 1, (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0001_users' AS BINARY)), (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0002_roles' AS BINARY))), 0);
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND NOT @sqlgen_moved, 0);
SET @sqlgen_sql = IF(COALESCE(@sqlgen_moved, 0) = 0, 'DO 0', 'SELECT `sqlgen: the version table is not where step 13 begins`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
-- part 1 of 2 of step 13
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 12 AND @sqlgen_done < 1 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (2, 3)), 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 13 of 14 (0002_roles), part 1 of 2 is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_run = IF(@sqlgen_run = 1, IF(NOT (NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'user_roles')), 2, -1), @sqlgen_run);
SELECT 'sqlgen result: NOT APPLIED: step 13, part 1: table user_roles is not there, and this script did not take it away' AS sqlgen FROM DUAL WHERE @sqlgen_run = -1;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) >= 0, 'DO 0', 'SELECT `sqlgen: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0002_roles (c080204d) from part 0 is half done: part 1 of 2 began'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0002_roles (c080204d) is half done: part 1 of 2 began''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 15, 21 characters behind 90 escaped, sha256 f07f12b35c27b566, migrations/versions/0002_roles.py:49 op.drop_table
SET @sqlgen_sql = IF(@sqlgen_run = 3 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (2, 3)), 'DROP TABLE user_roles', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0002_roles (c080204d) from part 0 is half done: part 1 of 2 stands'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0002_roles (c080204d) is half done: part 1 of 2 stands''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_done = IF(@sqlgen_run = 5, 1, @sqlgen_done);
-- part 2 of 2 of step 13
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 12 AND @sqlgen_done < 2 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (1, 2, 3)), 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 13 of 14 (0002_roles), part 2 of 2 is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_run = IF(@sqlgen_run = 1, IF(NOT (NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'roles')), 2, -1), @sqlgen_run);
SELECT 'sqlgen result: NOT APPLIED: step 13, part 2: table roles is not there, and this script did not take it away' AS sqlgen FROM DUAL WHERE @sqlgen_run = -1;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) >= 0, 'DO 0', 'SELECT `sqlgen: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0002_roles (c080204d) from part 0 is half done: part 2 of 2 began'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0002_roles (c080204d) is half done: part 2 of 2 began''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 16, 16 characters behind 93 escaped, sha256 3741a6f860cd6a67, migrations/versions/0002_roles.py:50 op.drop_table
SET @sqlgen_sql = IF(@sqlgen_run = 3 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (1, 2, 3)), 'DROP TABLE roles', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0002_roles (c080204d) from part 0 is half done: part 2 of 2 stands'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0002_roles (c080204d) is half done: part 2 of 2 stands''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_done = IF(@sqlgen_run = 5, 2, @sqlgen_done);
-- the stamp of step 13
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 12, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
START TRANSACTION;
SET @sqlgen_sql = IF(@sqlgen_run = 1 AND @sqlgen_undo = 0, 'UPDATE `alembic_version` SET version_num = ''0001_users'' WHERE version_num = ''0002_roles''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 1 AND @@error_count = 0 AND (ROW_COUNT() = 1 OR NOT (@sqlgen_undo = 0)), 2, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) <> 1, 'DO 0', 'SELECT `sqlgen: the stamp of step 13 did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'DELETE FROM `alembic_version_sqlgen`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 3, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 4), 0);
SET @sqlgen_step = IF(@sqlgen_run = 4, 13, @sqlgen_step),
  @sqlgen_done = IF(@sqlgen_run = 4, 0, @sqlgen_done), @sqlgen_undo = IF(@sqlgen_run = 4, 0, @sqlgen_undo);
SELECT CONCAT('[sqlgen] step 13 of 14 (0002_roles) is done, after ', ROUND(TIMESTAMPDIFF(MICROSECOND, @sqlgen_since, SYSDATE(6)) / 1000000, 3), ' s') AS sqlgen
FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_run > 0 AND @sqlgen_step = 13;

-- -----------------------------------------------------------------------------
-- step 14 of 14: 0001_users  create users  (migrations/versions/0001_users.py)
--   0001_users -> base, 1 part(s) that commit one by one; a repeated run goes on after the last
-- -----------------------------------------------------------------------------
SET SESSION sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', SESSION time_zone = DEFAULT;
SET SESSION default_storage_engine = DEFAULT;
SET autocommit = 1, SESSION completion_type = 0, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;
SET SESSION sql_safe_updates = 0, SESSION sql_select_limit = DEFAULT, SESSION max_join_size = DEFAULT, SESSION group_concat_max_len = 1048576;
SET SESSION lock_wait_timeout = 5, SESSION innodb_lock_wait_timeout = 5;
SET @sqlgen_since = SYSDATE(6);
SELECT '[sqlgen] step 14 of 14: 0001_users was done before, skipped' AS sqlgen FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_step > 13;
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND @sqlgen_step = 13,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_moved = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 13 AND NOT IF(@sqlgen_undo = 1, (@sqlgen_rows = 0 AND CAST(@sqlgen_at AS BINARY) <=> CAST('' AS BINARY)), (@sqlgen_rows = 1 AND CAST(@sqlgen_at AS BINARY) <=> CAST('0001_users' AS BINARY))), 0);
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND NOT @sqlgen_moved, 0);
SET @sqlgen_sql = IF(COALESCE(@sqlgen_moved, 0) = 0, 'DO 0', 'SELECT `sqlgen: the version table is not where step 14 begins`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 13 AND @sqlgen_done < 1 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (1)), 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
SELECT CONCAT('sqlgen result: NOT APPLIED yet: at {', @sqlgen_at, '}; step 14 of 14 (0001_users) is running; it commits by itself',
  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;
SET @sqlgen_run = IF(@sqlgen_run = 1, IF(NOT (NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'users')), 2, -1), @sqlgen_run);
SELECT 'sqlgen result: NOT APPLIED: step 14, part 1: table users is not there, and this script did not take it away' AS sqlgen FROM DUAL WHERE @sqlgen_run = -1;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) >= 0, 'DO 0', 'SELECT `sqlgen: stopped, the line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0001_users (6c84380b) from part 0 is half done: part 1 of 1 began'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0001_users (6c84380b) is half done: part 1 of 1 began''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: statement 17, 16 characters behind 87 escaped, sha256 6c84380b12b4e53a, migrations/versions/0001_users.py:36 op.drop_table
SET @sqlgen_sql = IF(@sqlgen_run = 3 AND (@sqlgen_undo = 0 OR @sqlgen_behind IN (1)), 'DROP TABLE users', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 4, 'REPLACE INTO `alembic_version_sqlgen` (one, record) VALUES (1, IF(@sqlgen_undo = 1, REPLACE(''sqlgen: downgrade 0001_users (6c84380b) from part 0 is half done: part 1 of 1 stands'', '' from part 0 '', CONCAT('' from part '', @sqlgen_behind, '' '')), ''sqlgen: downgrade 0001_users (6c84380b) is half done: part 1 of 1 stands''))', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 4 AND @@error_count = 0, 5, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 5), 0);
SET @sqlgen_done = IF(@sqlgen_run = 5, 1, @sqlgen_done);
SET @sqlgen_run = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 13, 0);
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_run = 1, 0);
START TRANSACTION;
SET @sqlgen_sql = IF(@sqlgen_run = 1 AND @sqlgen_undo = 0, 'DELETE FROM `alembic_version` WHERE version_num = ''0001_users''', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 1 AND @@error_count = 0 AND (ROW_COUNT() = 1 OR NOT (@sqlgen_undo = 0)), 2, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(COALESCE(@sqlgen_run, 0) <> 1, 'DO 0', 'SELECT `sqlgen: the stamp of step 14 did not hit one row`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 2, 'DELETE FROM `alembic_version_sqlgen`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 2 AND @@error_count = 0, 3, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_sql = IF(@sqlgen_run = 3, 'COMMIT', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql;
SET @sqlgen_run = IF(@sqlgen_run = 3 AND @@error_count = 0, 4, @sqlgen_run); DEALLOCATE PREPARE sqlgen_sql;
ROLLBACK;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR @sqlgen_run = 4), 0);
SET @sqlgen_step = IF(@sqlgen_run = 4, 14, @sqlgen_step),
  @sqlgen_done = IF(@sqlgen_run = 4, 0, @sqlgen_done), @sqlgen_undo = IF(@sqlgen_run = 4, 0, @sqlgen_undo);
SELECT CONCAT('[sqlgen] step 14 of 14 (0001_users) is done, after ', ROUND(TIMESTAMPDIFF(MICROSECOND, @sqlgen_since, SYSDATE(6)) / 1000000, 3), ' s') AS sqlgen
FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_run > 0 AND @sqlgen_step = 14;

-- The result, computed from the database.
SET SESSION TRANSACTION READ ONLY;
SET @sqlgen_rows = NULL, @sqlgen_at = NULL;
SELECT COUNT(*) INTO @sqlgen_table FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'alembic_version';
SET @sqlgen_sql = IF(@sqlgen_table = 1,
  'SELECT COUNT(*), COALESCE(GROUP_CONCAT(version_num ORDER BY CAST(version_num AS BINARY) SEPARATOR '',''), '''') INTO @sqlgen_rows, @sqlgen_at FROM `alembic_version`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = 14 AND (@sqlgen_rows = 0 AND CAST(@sqlgen_at AS BINARY) <=> CAST('' AS BINARY)), 0);
SELECT CONCAT('sqlgen result: ', CASE
  WHEN @sqlgen_why <> '' THEN @sqlgen_why
  WHEN @sqlgen_ok = 1 THEN CONCAT(IF(@sqlgen_from = 14, 'ALREADY APPLIED', 'APPLIED'), CONCAT(': database ', DATABASE(), ' is at {', COALESCE(@sqlgen_at, '?'), '}', ' NOT UNDONE, their downgrade() does nothing: 0006_lowercase_emails'))
  WHEN @sqlgen_why IS NULL AND (@sqlgen_rows = 0 AND CAST(@sqlgen_at AS BINARY) <=> CAST('' AS BINARY)) AND (CAST(DATABASE() AS BINARY) <=> CAST('bookshop_staging' AS BINARY))
    THEN CONCAT('APPLIED', CONCAT(': database ', DATABASE(), ' is at {', COALESCE(@sqlgen_at, '?'), '}', ' NOT UNDONE, their downgrade() does nothing: 0006_lowercase_emails'), ' (the connection was lost on the way, behind the last stamp)')
  ELSE CONCAT('NOT APPLIED', CONCAT(': database ', DATABASE(), ' is at {', COALESCE(@sqlgen_at, '?'), '}', ' NOT UNDONE, their downgrade() does nothing: 0006_lowercase_emails'), '; the first error above says why') END) AS sqlgen;
SET SESSION transaction_read_only = 1 - COALESCE(@sqlgen_ok = 1 AND (@sqlgen_from < 14 OR @sqlgen_records = 1), 0);
SET @sqlgen_sql = IF(@sqlgen_ok = 1 AND (@sqlgen_from < 14 OR @sqlgen_records = 1), 'DROP TABLE IF EXISTS `alembic_version_sqlgen`', 'DO 0');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
SET SESSION transaction_read_only = 1;
DO RELEASE_LOCK(CONCAT('sqlgen.', MD5(COALESCE(DATABASE(), ''))));
SET @sqlgen_sql = IF(@sqlgen_ok = 1, 'DO 0', 'SELECT `sqlgen: the result line above says why`');
PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;
-- sqlgen: end, 17 statements
