-- dialect: postgresql
-- about: update-without-where
CREATE TABLE users (id integer PRIMARY KEY, email text);
CREATE TABLE orders (id integer PRIMARY KEY, note text);
-- range
-- Nobody can use the table anyway: backfill-with-ddl-same-tx.
BEGIN;
ALTER TABLE users ADD COLUMN active boolean;
UPDATE users SET active = true;
UPDATE orders SET note = ''; -- expect: update-without-where
COMMIT;
-- Others can still read.
BEGIN;
CREATE INDEX ix_orders_note ON orders (note);
UPDATE orders SET note = ''; -- expect: update-without-where
COMMIT;
