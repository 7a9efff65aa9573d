-- dialect: postgresql
-- runs: alembic
-- about: lock-timeout-missing
CREATE TABLE users (id integer PRIMARY KEY, email text);
CREATE TABLE orders (id integer PRIMARY KEY);
-- range
CREATE TABLE invoices (id integer PRIMARY KEY);
CREATE INDEX ix_invoices ON invoices (id);
CREATE TYPE mood AS ENUM ('sad', 'ok');
INSERT INTO users (id) VALUES (1);
UPDATE users SET email = '' WHERE id = 1;
CREATE INDEX CONCURRENTLY ix_users_email ON users (email);
BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE users ADD COLUMN a integer;
COMMIT;
ALTER TABLE users ADD COLUMN b integer; -- expect: lock-timeout-missing
ALTER TABLE orders ADD COLUMN b integer;
