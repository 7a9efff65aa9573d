-- dialect: postgresql
-- runs: file
-- about: unguarded-drop
CREATE TABLE users (id integer PRIMARY KEY, phone text);
CREATE INDEX ix_users_phone ON users (phone);
-- range
DROP INDEX ix_users_phone; -- expect: unguarded-drop
DROP INDEX IF EXISTS ix_users_phone;
BEGIN;
DROP INDEX ix_users_phone;
COMMIT;
ALTER TABLE users DROP COLUMN phone; -- expect: unguarded-drop
-- sqlgen: allow drop-column because "unmapped in 4.1"
ALTER TABLE users DROP COLUMN phone;
CREATE TABLE new (id integer PRIMARY KEY);
DROP TABLE new;
