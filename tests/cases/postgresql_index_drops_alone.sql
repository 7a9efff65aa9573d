-- dialect: postgresql
-- about: index-drop-blocking
CREATE TABLE users (id integer PRIMARY KEY, email text, name text);
CREATE INDEX ix_1 ON users (email);
-- range
-- Neither another table nor a lock that lets others read closes it, nor a statement of its own.
ALTER TABLE users ADD COLUMN a text;
BEGIN;
ALTER TABLE orders ADD COLUMN a text;
CREATE INDEX ix_2 ON users (name);
DROP INDEX ix_1; -- expect: index-drop-blocking
COMMIT;
