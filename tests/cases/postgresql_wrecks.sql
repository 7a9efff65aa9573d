-- dialect: postgresql
-- runs: alembic
-- about: concurrent-index-if-not-exists
CREATE TABLE users (id integer PRIMARY KEY, name text);
-- range
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_1 ON users (name); -- expect: concurrent-index-if-not-exists
DROP INDEX CONCURRENTLY IF EXISTS ix_2;
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_2 ON users (name);
CREATE INDEX IF NOT EXISTS ix_3 ON users (name);
CREATE INDEX CONCURRENTLY ix_5 ON users (name);
CREATE TABLE fresh (id integer);
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_4 ON fresh (id);
