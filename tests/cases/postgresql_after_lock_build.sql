-- dialect: postgresql
-- about: statement-after-exclusive-lock
CREATE TABLE users (id integer PRIMARY KEY, email text);
CREATE TABLE orders (id integer PRIMARY KEY, amount integer, note text);
-- range
BEGIN;
ALTER TABLE users ADD COLUMN c text;
CREATE INDEX ix_1 ON orders (amount); -- expect: statement-after-exclusive-lock
COMMIT;
