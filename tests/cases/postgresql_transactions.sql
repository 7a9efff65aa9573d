-- dialect: postgresql
-- about: concurrently-in-transaction nontransactional-in-transaction
CREATE TABLE users (id integer PRIMARY KEY, email text);
CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS n FROM users;
-- range
-- begin; this is a comment, not a statement
CREATE INDEX CONCURRENTLY ix_1 ON users (email);
BEGIN;
CREATE INDEX CONCURRENTLY ix_2 ON users (email); -- expect: concurrently-in-transaction
DROP INDEX CONCURRENTLY IF EXISTS ix_1; -- expect: concurrently-in-transaction
REINDEX TABLE CONCURRENTLY users; -- expect: concurrently-in-transaction
REFRESH MATERIALIZED VIEW CONCURRENTLY totals;
COMMIT;
CREATE INDEX CONCURRENTLY ix_3 ON users (email);
DO $$
BEGIN
    CREATE INDEX CONCURRENTLY ix_4 ON users (email); -- expect: concurrently-in-transaction
END
$$;
REINDEX TABLE CONCURRENTLY users;
VACUUM users;
BEGIN;
VACUUM users; -- expect: nontransactional-in-transaction
CREATE DATABASE other; -- expect: nontransactional-in-transaction
DROP TABLESPACE other; -- expect: nontransactional-in-transaction
ALTER SYSTEM SET work_mem = '8MB'; -- expect: nontransactional-in-transaction
CREATE SUBSCRIPTION news CONNECTION 'dbname=shop' PUBLICATION all_of_it WITH (connect = false);
ANALYZE users;
COMMIT;
DO $$
BEGIN
    DROP DATABASE other; -- expect: nontransactional-in-transaction
END
$$;
