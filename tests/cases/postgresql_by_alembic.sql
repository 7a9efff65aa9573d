-- dialect: postgresql
-- runs: alembic
-- about: version-row-outside-tx
CREATE TABLE users (id integer PRIMARY KEY, email text);
-- range
BEGIN;
ALTER TABLE users ADD COLUMN IF NOT EXISTS a integer;
COMMIT;
DROP INDEX CONCURRENTLY IF EXISTS ix_1;
CREATE INDEX CONCURRENTLY ix_1 ON users (email);
CREATE INDEX CONCURRENTLY ix_2 ON users (email); -- expect: version-row-outside-tx
CREATE INDEX CONCURRENTLY ix_3 ON users (email);
BEGIN;
ALTER TABLE users ADD COLUMN b integer;
COMMIT;
