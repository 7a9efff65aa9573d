-- dialect: postgresql
-- about: index-drop-blocking
CREATE TABLE users (id integer PRIMARY KEY, email text, name text);
CREATE INDEX ix_1 ON users (email);
CREATE INDEX ix_2 ON users (name);
CREATE INDEX ix_3 ON users (name, email);
CREATE TABLE orders (id integer PRIMARY KEY, note text);
CREATE INDEX ix_orders ON orders (note);
-- range
-- The table is closed anyway, by what stands before it or behind it.
BEGIN;
DROP INDEX ix_1;
ALTER TABLE users DROP COLUMN email;
COMMIT;
BEGIN;
ALTER TABLE users ADD COLUMN a text;
DROP INDEX ix_2;
COMMIT;
BEGIN;
DROP INDEX ix_orders;
DROP TABLE orders;
COMMIT;
-- That was another transaction.
BEGIN;
DROP INDEX ix_3; -- expect: index-drop-blocking
COMMIT;
ALTER TABLE users ADD COLUMN b text;
