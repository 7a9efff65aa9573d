-- dialect: postgresql
-- about: concurrently-in-transaction
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
