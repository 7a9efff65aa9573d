-- sqlgen: read-only checks for psql
--
-- What:        whether apply.sql can take the database from 0004_orders to 0014_drop_wishlists
-- Database:    bookshop (the guard refuses any other)
-- Run it with: psql -X -v ON_ERROR_STOP=1 -d bookshop -f preflight.sql > preflight.log 2>&1
-- Result:      the LAST line with "sqlgen result:" tells: PREFLIGHT OK or PREFLIGHT FAILED;
--              the client ends with 0 for the first one.
--              Catalogs are read, nothing is changed.
--
\set ON_ERROR_STOP on
\set ON_ERROR_ROLLBACK off
\set AUTOCOMMIT on
\set SINGLELINE off
\set SINGLESTEP off
\set QUIET on
\set ECHO none
\set FETCH_COUNT 0
\set SHOW_CONTEXT never
\timing off
\o
\pset pager off
\pset tuples_only on
\pset format unaligned
\pset expanded off
SET default_transaction_read_only = on;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET lock_timeout = '5s';
DO $sqlgen$
BEGIN
  PERFORM set_config(name, 'off', false) FROM pg_settings WHERE name = 'jit';
END
$sqlgen$;
DO $sqlgen$
DECLARE
  found text;
  mark text := '';
  at numeric;
BEGIN
  IF to_regclass('"alembic_version"') IS NULL THEN
    found := 'there is no table alembic_version on the search path';
  ELSIF NOT has_table_privilege(to_regclass('"alembic_version"'), 'SELECT') THEN
    found := 'not visible to this user';
  ELSE
    SELECT coalesce(string_agg(version_num::text, ',' ORDER BY version_num::text COLLATE "C"), 'base') INTO found FROM "alembic_version";
    mark := coalesce(substring(obj_description(to_regclass('"alembic_version"'), 'pg_class') FROM 'sqlgen: .*'), '');
  END IF;
  at := CASE found WHEN '0004_orders' THEN 0 WHEN '0005_publishers' THEN 1 WHEN '0006_lowercase_emails' THEN 2 WHEN '0007_unique_email' THEN 3 WHEN '0008_wider_columns' THEN 4 WHEN '0010_isbn_index' THEN 5 WHEN '0009_order_date_index,0010_isbn_index' THEN 6 WHEN '0011_merge' THEN 7 WHEN '0012_book_slugs' THEN 8 WHEN '0013_drop_phone' THEN 9 WHEN '0014_drop_wishlists' THEN 10 ELSE -1 END;
  IF at = 4 AND strpos(mark, 'sqlgen: upgrade 0010_isbn_index (6cb88283) is half done: part ') = 1 THEN at := 4.5; END IF;
  PERFORM set_config('sqlgen.heads', found, false), set_config('sqlgen.mark', mark, false),
    set_config('sqlgen.at', at::text, false);
END
$sqlgen$;
DO $sqlgen$
BEGIN
  PERFORM set_config('sqlgen.asked_' || part, '', false) FROM generate_series(1, 1) AS part;
END
$sqlgen$;
SELECT 1 WHERE set_config('sqlgen.asked_1', (SELECT json_agg(asked) FROM (VALUES
  (1, 'title', '[sqlgen] the server and the database', NULL, NULL::text, NULL::text, true),
  (2, 'fail', 'the database', 'the database: bookshop', 'bookshop',
    (CASE WHEN current_database()::text IN ('bookshop') THEN 'bookshop' ELSE current_database()::text END)::text, true),
  (3, 'fail', 'the environment (setting sqlgen.environment)', 'the environment (setting sqlgen.environment): prod, or not marked', 'prod, or not marked',
    (CASE WHEN coalesce(nullif(current_setting('sqlgen.environment', true), ''), 'not marked') IN ('not marked', 'prod') THEN 'prod, or not marked' ELSE coalesce(nullif(current_setting('sqlgen.environment', true), ''), 'not marked') END)::text, true),
  (4, 'fail', 'the server''s version', 'the server''s version', NULL,
    (split_part(current_setting('server_version'), ' ', 1))::text, true),
  (5, 'fail', 'the role', 'the role', NULL,
    (current_user)::text, true),
  (6, 'fail', 'the server is', 'the server is: the primary', 'the primary',
    (CASE WHEN pg_is_in_recovery() THEN 'a standby' ELSE 'the primary' END)::text, true),
  (7, 'fail', 'default_transaction_read_only', 'default_transaction_read_only: off', 'off',
    ((SELECT reset_val FROM pg_settings WHERE name = 'default_transaction_read_only'))::text, true),
  (8, 'fail', 'session_replication_role', 'session_replication_role: origin', 'origin',
    ((SELECT reset_val FROM pg_settings WHERE name = 'session_replication_role'))::text, true),
  (9, 'fail', 'the search path', 'the search path', NULL,
    (current_setting('search_path'))::text, true),
  (10, 'title', '[sqlgen] where the script will start', NULL, NULL::text, NULL::text, true),
  (11, 'fail', 'the revision that the database is at', 'the revision that the database is at: 0004_orders, or a state on the way from there to 0014_drop_wishlists', '0004_orders, or a state on the way from there to 0014_drop_wishlists',
    (CASE WHEN current_setting('sqlgen.at')::numeric >= 0 THEN '0004_orders, or a state on the way from there to 0014_drop_wishlists' ELSE current_setting('sqlgen.heads') END)::text, true),
  (12, 'fail', 'the script will start', 'the script will start', NULL,
    (CASE WHEN current_setting('sqlgen.at')::numeric < 0 THEN 'nowhere: it will refuse' WHEN current_setting('sqlgen.at')::numeric = 10 THEN 'nowhere: all of it is done, ALREADY APPLIED' WHEN current_setting('sqlgen.at')::numeric = 0 THEN 'at step 1 of 10 (0005_publishers)' WHEN current_setting('sqlgen.at')::numeric = 1 THEN 'at step 2 of 10 (0006_lowercase_emails)' WHEN current_setting('sqlgen.at')::numeric = 2 THEN 'at step 3 of 10 (0007_unique_email)' WHEN current_setting('sqlgen.at')::numeric = 3 THEN 'at step 4 of 10 (0008_wider_columns)' WHEN current_setting('sqlgen.at')::numeric = 4 THEN 'at step 5 of 10 (0010_isbn_index)' WHEN current_setting('sqlgen.at')::numeric = 4.5 THEN 'inside step 5 of 10 (0010_isbn_index), which is half done' WHEN current_setting('sqlgen.at')::numeric = 5 THEN 'at step 6 of 10 (0009_order_date_index)' WHEN current_setting('sqlgen.at')::numeric = 6 THEN 'at step 7 of 10 (0011_merge)' WHEN current_setting('sqlgen.at')::numeric = 7 THEN 'at step 8 of 10 (0012_book_slugs)' WHEN current_setting('sqlgen.at')::numeric = 8 THEN 'at step 9 of 10 (0013_drop_phone)' WHEN current_setting('sqlgen.at')::numeric = 9 THEN 'at step 10 of 10 (0014_drop_wishlists)' END)::text, true),
  (13, 'fail', 'no step is half done but by this script', 'no step is half done but by this script: none', 'none',
    (CASE WHEN current_setting('sqlgen.mark') = '' OR current_setting('sqlgen.at')::numeric <> trunc(current_setting('sqlgen.at')::numeric) THEN 'none' ELSE current_setting('sqlgen.mark') END)::text, true),
  (14, 'fail', 'no other sqlgen script is running in this database', 'no other sqlgen script is running in this database: none', 'none',
    (CASE WHEN (SELECT string_agg('pid ' || pid, ', ') FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND classid::bigint = (hashtext('sqlgen')::bigint & 4294967295) AND objid::bigint = (hashtext('alembic_version')::bigint & 4294967295)) IS NULL THEN 'none' ELSE (SELECT string_agg('pid ' || pid, ', ') FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND classid::bigint = (hashtext('sqlgen')::bigint & 4294967295) AND objid::bigint = (hashtext('alembic_version')::bigint & 4294967295)) END)::text, true),
  (15, 'title', '[sqlgen] what its statements need', NULL, NULL::text, NULL::text, true),
  (16, 'fail', 'migrations/versions/0005_publishers.py:46 (0005_publishers): table publishers', 'migrations/versions/0005_publishers.py:46 (0005_publishers): table publishers: not there', 'not there',
    (CASE WHEN (to_regclass('"publishers"') IS NOT NULL) THEN 'there' ELSE 'not there' END)::text, current_setting('sqlgen.at')::numeric BETWEEN 0 AND 0),
  (17, 'fail', 'migrations/versions/0005_publishers.py:54 (0005_publishers): column publisher_id of books', 'migrations/versions/0005_publishers.py:54 (0005_publishers): column publisher_id of books: not there', 'not there',
    (CASE WHEN EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('"books"') AND attname = 'publisher_id' AND attnum > 0 AND NOT attisdropped) THEN 'there' ELSE 'not there' END)::text, current_setting('sqlgen.at')::numeric BETWEEN 0 AND 0),
  (18, 'fail', 'migrations/versions/0005_publishers.py:54 (0005_publishers): table books', 'migrations/versions/0005_publishers.py:54 (0005_publishers): table books: there', 'there',
    (CASE WHEN (to_regclass('"books"') IS NOT NULL) THEN 'there' ELSE 'not there' END)::text, current_setting('sqlgen.at')::numeric BETWEEN 0 AND 7),
  (19, 'fail', 'migrations/versions/0005_publishers.py:55 (0005_publishers): constraint fk_books_publisher_id of books', 'migrations/versions/0005_publishers.py:55 (0005_publishers): constraint fk_books_publisher_id of books: not there', 'not there',
    (CASE WHEN EXISTS (SELECT FROM pg_constraint WHERE conrelid = to_regclass('"books"') AND conname = 'fk_books_publisher_id') THEN 'there' ELSE 'not there' END)::text, current_setting('sqlgen.at')::numeric BETWEEN 0 AND 0),
  (20, 'fail', 'migrations/versions/0006_lowercase_emails.py:23 (0006_lowercase_emails): table users', 'migrations/versions/0006_lowercase_emails.py:23 (0006_lowercase_emails): table users: there', 'there',
    (CASE WHEN (to_regclass('"users"') IS NOT NULL) THEN 'there' ELSE 'not there' END)::text, current_setting('sqlgen.at')::numeric BETWEEN 0 AND 8),
  (21, 'fail', 'migrations/versions/0007_unique_email.py:40 (0007_unique_email): constraint uq_users_email of users', 'migrations/versions/0007_unique_email.py:40 (0007_unique_email): constraint uq_users_email of users: not there', 'not there',
    (CASE WHEN EXISTS (SELECT FROM pg_constraint WHERE conrelid = to_regclass('"users"') AND conname = 'uq_users_email') THEN 'there' ELSE 'not there' END)::text, current_setting('sqlgen.at')::numeric BETWEEN 0 AND 2),
  (22, 'fail', 'migrations/versions/0008_wider_columns.py:61 (0008_wider_columns): column name of users', 'migrations/versions/0008_wider_columns.py:61 (0008_wider_columns): column name of users: there', 'there',
    (CASE WHEN EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('"users"') AND attname = 'name' AND attnum > 0 AND NOT attisdropped) THEN 'there' ELSE 'not there' END)::text, current_setting('sqlgen.at')::numeric BETWEEN 0 AND 3),
  (23, 'fail', 'migrations/versions/0008_wider_columns.py:66 (0008_wider_columns): table orders', 'migrations/versions/0008_wider_columns.py:66 (0008_wider_columns): table orders: there', 'there',
    (CASE WHEN (to_regclass('"orders"') IS NOT NULL) THEN 'there' ELSE 'not there' END)::text, current_setting('sqlgen.at')::numeric BETWEEN 0 AND 5),
  (24, 'fail', 'migrations/versions/0008_wider_columns.py:66 (0008_wider_columns): column quantity of orders', 'migrations/versions/0008_wider_columns.py:66 (0008_wider_columns): column quantity of orders: there', 'there',
    (CASE WHEN EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('"orders"') AND attname = 'quantity' AND attnum > 0 AND NOT attisdropped) THEN 'there' ELSE 'not there' END)::text, current_setting('sqlgen.at')::numeric BETWEEN 0 AND 3),
  (25, 'fail', 'migrations/versions/0010_isbn_index.py:24 (0010_isbn_index): index ix_books_isbn of books', 'migrations/versions/0010_isbn_index.py:24 (0010_isbn_index): index ix_books_isbn of books: not there', 'not there',
    (CASE WHEN EXISTS (SELECT FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid WHERE i.indrelid = to_regclass('"books"') AND c.relname = 'ix_books_isbn') THEN 'there' ELSE coalesce((SELECT 'the name is taken by the ' || CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'view' WHEN 'S' THEN 'sequence' ELSE 'table' END || ' ' || oid::regclass
      FROM pg_class WHERE relname = 'ix_books_isbn' AND relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass('"books"'))), 'not there') END)::text, current_setting('sqlgen.at')::numeric BETWEEN 0 AND 4),
  (26, 'fail', 'migrations/versions/0009_order_date_index.py:24 (0009_order_date_index): index ix_orders_placed_at of orders', 'migrations/versions/0009_order_date_index.py:24 (0009_order_date_index): index ix_orders_placed_at of orders: not there', 'not there',
    (CASE WHEN EXISTS (SELECT FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid WHERE i.indrelid = to_regclass('"orders"') AND c.relname = 'ix_orders_placed_at') THEN 'there' ELSE coalesce((SELECT 'the name is taken by the ' || CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'view' WHEN 'S' THEN 'sequence' ELSE 'table' END || ' ' || oid::regclass
      FROM pg_class WHERE relname = 'ix_orders_placed_at' AND relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass('"orders"'))), 'not there') END)::text, current_setting('sqlgen.at')::numeric BETWEEN 0 AND 5),
  (27, 'fail', 'migrations/versions/0012_book_slugs.py:23 (0012_book_slugs): column slug of books', 'migrations/versions/0012_book_slugs.py:23 (0012_book_slugs): column slug of books: not there', 'not there',
    (CASE WHEN EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('"books"') AND attname = 'slug' AND attnum > 0 AND NOT attisdropped) THEN 'there' ELSE 'not there' END)::text, current_setting('sqlgen.at')::numeric BETWEEN 0 AND 7),
  (28, 'fail', 'migrations/versions/0013_drop_phone.py:24 (0013_drop_phone): column phone of users', 'migrations/versions/0013_drop_phone.py:24 (0013_drop_phone): column phone of users: there', 'there',
    (CASE WHEN EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('"users"') AND attname = 'phone' AND attnum > 0 AND NOT attisdropped) THEN 'there' ELSE 'not there' END)::text, current_setting('sqlgen.at')::numeric BETWEEN 0 AND 8),
  (29, 'fail', 'migrations/versions/0014_drop_wishlists.py:24 (0014_drop_wishlists): table wishlists', 'migrations/versions/0014_drop_wishlists.py:24 (0014_drop_wishlists): table wishlists: there', 'there',
    (CASE WHEN (to_regclass('"wishlists"') IS NOT NULL) THEN 'there' ELSE 'not there' END)::text, current_setting('sqlgen.at')::numeric BETWEEN 0 AND 9),
  (30, 'fail', 'not asked', 'not asked', NULL,
    ('the database is not on the script''s path')::text, current_setting('sqlgen.at')::numeric BETWEEN -1 AND -1),
  (31, 'fail', 'not asked', 'not asked', NULL,
    ('all of it is done')::text, current_setting('sqlgen.at')::numeric BETWEEN 10 AND 10),
  (32, 'title', '[sqlgen] what this user may do', NULL, NULL::text, NULL::text, true),
  (33, 'fail', 'rights on "alembic_version"', 'rights on "alembic_version": lock, UPDATE, own, INSERT, DELETE', 'lock, UPDATE, own, INSERT, DELETE',
    ((SELECT coalesce(string_agg(need, ', ' ORDER BY place) FILTER (WHERE CASE need
      WHEN 'own' THEN (SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(name))
      WHEN 'lock' THEN has_table_privilege(to_regclass(name), 'UPDATE, DELETE, TRUNCATE')
      WHEN 'DELETE' THEN has_table_privilege(to_regclass(name), need)
      ELSE has_any_column_privilege(to_regclass(name), need) END), 'none')
      FROM (VALUES (0, 'lock', '"alembic_version"'), (1, 'UPDATE', '"alembic_version"'), (2, 'own', '"alembic_version"'), (3, 'INSERT', '"alembic_version"'), (4, 'DELETE', '"alembic_version"')) AS needs (place, need, name)))::text, current_setting('sqlgen.at')::numeric BETWEEN 0 AND 9 AND to_regclass('"alembic_version"') IS NOT NULL),
  (34, 'fail', 'rights in the database and its first schema', 'rights in the database and its first schema: create in', 'create in',
    ((SELECT coalesce(string_agg(need, ', ' ORDER BY place) FILTER (WHERE CASE need
      WHEN 'own' THEN (SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(name))
      WHEN 'create in' THEN has_schema_privilege(
      to_regnamespace(coalesce(nullif(name, ''), quote_ident(current_schema()))), 'CREATE')
      ELSE has_any_column_privilege(to_regclass(name), need) END), 'none')
      FROM (VALUES (0, 'create in', '')) AS needs (place, need, name)))::text, current_setting('sqlgen.at')::numeric BETWEEN 0 AND 0),
  (35, 'fail', 'rights on "books"', 'rights on "books": own, UPDATE', 'own, UPDATE',
    ((SELECT coalesce(string_agg(need, ', ' ORDER BY place) FILTER (WHERE CASE need
      WHEN 'own' THEN (SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(name))
      ELSE has_any_column_privilege(to_regclass(name), need) END), 'none')
      FROM (VALUES (0, 'own', '"books"'), (1, 'UPDATE', '"books"')) AS needs (place, need, name)))::text, current_setting('sqlgen.at')::numeric BETWEEN 0 AND 7 AND to_regclass('"books"') IS NOT NULL),
  (36, 'fail', 'rights on "users"', 'rights on "users": UPDATE, own', 'UPDATE, own',
    ((SELECT coalesce(string_agg(need, ', ' ORDER BY place) FILTER (WHERE CASE need
      WHEN 'own' THEN (SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(name))
      ELSE has_any_column_privilege(to_regclass(name), need) END), 'none')
      FROM (VALUES (0, 'UPDATE', '"users"'), (1, 'own', '"users"')) AS needs (place, need, name)))::text, current_setting('sqlgen.at')::numeric BETWEEN 0 AND 8 AND to_regclass('"users"') IS NOT NULL),
  (37, 'fail', 'rights on "orders"', 'rights on "orders": own', 'own',
    ((SELECT coalesce(string_agg(need, ', ' ORDER BY place) FILTER (WHERE CASE need
      WHEN 'own' THEN (SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(name))
      ELSE has_any_column_privilege(to_regclass(name), need) END), 'none')
      FROM (VALUES (0, 'own', '"orders"')) AS needs (place, need, name)))::text, current_setting('sqlgen.at')::numeric BETWEEN 0 AND 5 AND to_regclass('"orders"') IS NOT NULL),
  (38, 'fail', 'rights on "wishlists"', 'rights on "wishlists": own', 'own',
    ((SELECT coalesce(string_agg(need, ', ' ORDER BY place) FILTER (WHERE CASE need
      WHEN 'own' THEN (SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(name))
      ELSE has_any_column_privilege(to_regclass(name), need) END), 'none')
      FROM (VALUES (0, 'own', '"wishlists"')) AS needs (place, need, name)))::text, current_setting('sqlgen.at')::numeric BETWEEN 0 AND 9 AND to_regclass('"wishlists"') IS NOT NULL),
  (39, 'title', '[sqlgen] the tables that it touches', NULL, NULL::text, NULL::text, true),
  (40, 'fail', 'size of books', 'size of books', NULL,
    (coalesce((SELECT CASE WHEN reltuples < 0 THEN 'rows never counted (ANALYZE)' ELSE 'about ' || reltuples::bigint || ' rows' END || ', ' || pg_size_pretty(pg_total_relation_size(oid)) || ' with its indexes (' || pg_total_relation_size(oid) || ' bytes)' || CASE relkind WHEN 'p' THEN ', partitioned' WHEN 'v' THEN ', a view' ELSE '' END FROM pg_class WHERE oid = to_regclass('"books"')), 'not there'))::text, true),
  (41, 'fail', 'size of users', 'size of users', NULL,
    (coalesce((SELECT CASE WHEN reltuples < 0 THEN 'rows never counted (ANALYZE)' ELSE 'about ' || reltuples::bigint || ' rows' END || ', ' || pg_size_pretty(pg_total_relation_size(oid)) || ' with its indexes (' || pg_total_relation_size(oid) || ' bytes)' || CASE relkind WHEN 'p' THEN ', partitioned' WHEN 'v' THEN ', a view' ELSE '' END FROM pg_class WHERE oid = to_regclass('"users"')), 'not there'))::text, true),
  (42, 'fail', 'size of orders', 'size of orders', NULL,
    (coalesce((SELECT CASE WHEN reltuples < 0 THEN 'rows never counted (ANALYZE)' ELSE 'about ' || reltuples::bigint || ' rows' END || ', ' || pg_size_pretty(pg_total_relation_size(oid)) || ' with its indexes (' || pg_total_relation_size(oid) || ' bytes)' || CASE relkind WHEN 'p' THEN ', partitioned' WHEN 'v' THEN ', a view' ELSE '' END FROM pg_class WHERE oid = to_regclass('"orders"')), 'not there'))::text, true),
  (43, 'fail', 'size of wishlists', 'size of wishlists', NULL,
    (coalesce((SELECT CASE WHEN reltuples < 0 THEN 'rows never counted (ANALYZE)' ELSE 'about ' || reltuples::bigint || ' rows' END || ', ' || pg_size_pretty(pg_total_relation_size(oid)) || ' with its indexes (' || pg_total_relation_size(oid) || ' bytes)' || CASE relkind WHEN 'p' THEN ', partitioned' WHEN 'v' THEN ', a view' ELSE '' END FROM pg_class WHERE oid = to_regclass('"wishlists"')), 'not there'))::text, true),
  (44, 'warn', 'invalid indexes of these tables', 'invalid indexes of these tables: none', 'none',
    (coalesce((SELECT string_agg(indexrelid::regclass || ' of ' || indrelid::regclass, chr(10)) FROM pg_index
      WHERE NOT indisvalid AND indrelid IN (to_regclass('"books"'), to_regclass('"users"'), to_regclass('"orders"'), to_regclass('"wishlists"'))), 'none'))::text, true),
  (45, 'title', '[sqlgen] who is in the way', NULL, NULL::text, NULL::text, true),
  (46, 'warn', 'locks that the script would wait for, held for more than 2 s', 'locks that the script would wait for, held for more than 2 s: none', 'none',
    (coalesce((SELECT string_agg(told, chr(10)) FROM (SELECT DISTINCT l.relation::regclass || ': ' || mode || ', '
        || coalesce('pid ' || a.pid || ', user ' || coalesce(usename, '?') || ', ' || coalesce(state, 'state not visible')
        || ', for ' || coalesce(date_trunc('second', clock_timestamp() - xact_start)::text, '?') || ', '
        || left(regexp_replace(coalesce(query, ''), '\s+', ' ', 'g'), 80), 'a prepared transaction') AS told
      FROM pg_locks AS l LEFT JOIN pg_stat_activity AS a ON a.pid = l.pid
      WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND l.pid IS DISTINCT FROM pg_backend_pid()
        AND coalesce(xact_start, '-infinity') < clock_timestamp() - interval '2 seconds'
        AND ((l.relation = to_regclass('"books"') AND mode <> '') OR (l.relation = to_regclass('"users"') AND mode <> '') OR (l.relation = to_regclass('"orders"') AND mode <> '') OR (l.relation = to_regclass('"wishlists"') AND mode <> '')) ORDER BY 1) AS locks), 'none'))::text, true),
  (47, 'fail', 'transactions older than 1 minute', 'transactions older than 1 minute', NULL,
    (coalesce((SELECT string_agg(told, chr(10)) FROM (SELECT coalesce('pid ' || a.pid || ', user ' || coalesce(usename, '?') || ', ' || coalesce(state, 'state not visible')
        || ', for ' || coalesce(date_trunc('second', clock_timestamp() - xact_start)::text, '?') || ', '
        || left(regexp_replace(coalesce(query, ''), '\s+', ' ', 'g'), 80), 'a prepared transaction') AS told
      FROM pg_stat_activity AS a WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND xact_start < clock_timestamp() - interval '1 minute'
      ORDER BY xact_start LIMIT 20) AS long), 'none'))::text, true),
  (48, 'title', '[sqlgen] what there is to fall back on', NULL, NULL::text, NULL::text, true),
  (49, 'fail', 'standbys', 'standbys', NULL,
    (CASE WHEN pg_is_in_recovery() THEN 'only the primary knows' ELSE coalesce((SELECT string_agg(coalesce(application_name || ' ' || state || ', '
        || pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)) || ' behind',
        'pid ' || pid || ': lag not visible to this user'), chr(10)) FROM pg_stat_replication), 'none') END)::text, true),
  (50, 'fail', 'backup', 'backup', NULL,
    (CASE current_setting('archive_mode') WHEN 'off' THEN 'the server knows of none: archive_mode is off, and it does not see pg_dump or snapshots' ELSE (SELECT 'WAL archived last at ' || coalesce(last_archived_time::text, 'no time') || ', '
        || failed_count || ' failures' FROM pg_stat_archiver) END)::text, true)
) AS asked (number, level, told, fine, expected, found, due))::text, false) IS NULL;
WITH asked AS (
  SELECT answer.* FROM generate_series(1, 1) AS part,
    json_to_recordset(current_setting('sqlgen.asked_' || part)::json) AS answer
      (number int, level text, told text, fine text, expected text, found text, due boolean)
), judged AS (
  SELECT *, CASE WHEN level = 'title' THEN '' WHEN found IS NULL OR expected IS NULL THEN 'note '
    WHEN expected = found THEN 'ok   ' WHEN level = 'warn' THEN 'WARN ' ELSE 'FAIL ' END AS verdict FROM (
    SELECT number, level, told, fine, expected,
      replace(regexp_replace(found, '[\x01-\x09\x0b-\x1f\x7f]', '?', 'g'),
        chr(10), chr(10) || '                 ') AS found FROM asked WHERE due
  ) AS clean
), counted AS (
  SELECT count(*) FILTER (WHERE verdict IN ('ok   ', 'FAIL ')) AS asked,
    count(*) FILTER (WHERE verdict = 'FAIL ') AS failed, count(*) FILTER (WHERE verdict = 'WARN ') AS warned
  FROM judged
)
SELECT line AS sqlgen FROM (
  SELECT number, CASE WHEN verdict = 'ok   ' THEN verdict || fine ELSE verdict || told END || CASE
    WHEN verdict IN ('', 'ok   ') THEN ''
    WHEN verdict = 'note ' THEN ': ' || coalesce(found, 'not visible to this user')
    ELSE chr(10) || '       expected: ' || expected || chr(10) || '       found:    ' || found END AS line
  FROM judged
  UNION ALL SELECT 51, set_config('sqlgen.result', CASE failed WHEN 0 THEN 'sqlgen result: PREFLIGHT OK: ' || asked || ' check(s) hold, ' || warned || ' warning(s)'
    ELSE 'sqlgen result: PREFLIGHT FAILED: ' || failed || ' of ' || asked || ' check(s) do not hold, ' || warned || ' warning(s); do not run the script before each FAIL above is understood' END, false) FROM counted
) AS told ORDER BY number;
-- The exit code.
DO $sqlgen$
BEGIN
  IF current_setting('sqlgen.result') LIKE '%PREFLIGHT FAILED%' THEN
    RAISE EXCEPTION 'sqlgen: the preflight failed';
  END IF;
END
$sqlgen$;
