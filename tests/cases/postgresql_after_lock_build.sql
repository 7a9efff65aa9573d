-- dialect: postgresql
-- about: statement-after-exclusive-lock
CREATE TABLE users (id integer PRIMARY KEY, email text);
CREATE TABLE orders (id integer PRIMARY KEY, amount integer, note text);
ALTER TABLE orders ADD CONSTRAINT c2 CHECK (amount > 0) NOT VALID;
CREATE TABLE papers (id integer PRIMARY KEY);
-- range
-- What blocks its own table is said by other rules, and so is what is done to a locked table.
BEGIN;
ALTER TABLE users ADD COLUMN c text;
CREATE INDEX ix_1 ON orders (amount);
ALTER TABLE orders ADD CONSTRAINT c3 CHECK (id > 0);
UPDATE orders SET note = '';
UPDATE users SET c = '';
COMMIT;
-- What is gone is waited for by nobody.
BEGIN;
DROP TABLE papers;
UPDATE orders SET note = '';
COMMIT;
BEGIN;
ALTER TABLE users ADD COLUMN d text;
ALTER TABLE orders VALIDATE CONSTRAINT c2; -- expect: statement-after-exclusive-lock
COMMIT;
