-- dialect: postgresql
-- about: constraint-validate-same-tx backfill-with-ddl-same-tx multi-table-lock-window
CREATE TABLE users (id integer PRIMARY KEY, email text UNIQUE, state text, town text);
CREATE UNIQUE INDEX ix_town ON users (town);
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer, amount integer, note text);
CREATE TABLE places (id integer PRIMARY KEY);
CREATE TABLE prices (id integer PRIMARY KEY);
CREATE TABLE papers (id integer PRIMARY KEY);
-- range
-- The check of a constraint behind a lock of its transaction.
BEGIN;
ALTER TABLE orders ADD CONSTRAINT c1 CHECK (amount > 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT c1; -- expect: constraint-validate-same-tx
COMMIT;
BEGIN;
ALTER TABLE orders ADD CONSTRAINT c2 CHECK (amount > 0) NOT VALID;
COMMIT;
BEGIN;
ALTER TABLE orders VALIDATE CONSTRAINT c2;
COMMIT;
BEGIN;
ALTER TABLE orders ADD CONSTRAINT f1 FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT f1; -- expect: constraint-validate-same-tx
COMMIT;
BEGIN;
COMMENT ON TABLE orders IS 'what was bought';
ALTER TABLE orders VALIDATE CONSTRAINT f1;
COMMIT;
BEGIN;
CREATE TABLE fresh (id integer, user_id integer);
ALTER TABLE fresh ADD CONSTRAINT c CHECK (id > 0) NOT VALID;
ALTER TABLE fresh VALIDATE CONSTRAINT c;
COMMIT;

-- Rows changed behind a lock.
BEGIN;
ALTER TABLE users ADD COLUMN a text;
UPDATE users SET a = 'x'; -- expect: backfill-with-ddl-same-tx
UPDATE users SET a = 'x' WHERE state = 'new'; -- expect: backfill-with-ddl-same-tx
UPDATE users SET a = 'x' WHERE id = 5;
UPDATE users SET a = 'x' WHERE users.id = 5 AND state IS NULL;
UPDATE users SET a = 'x' WHERE id IN (1, 2);
UPDATE users SET a = 'x' WHERE email = 'a@example.org';
UPDATE users SET a = 'x' WHERE town = 'Ulm';
UPDATE users SET a = 'x' WHERE id = 5 OR state IS NULL; -- expect: backfill-with-ddl-same-tx
UPDATE users SET a = 'x' WHERE id > 5; -- expect: backfill-with-ddl-same-tx
UPDATE users SET a = 'x' WHERE id = user_id; -- expect: backfill-with-ddl-same-tx
UPDATE users SET a = 'x' WHERE id IN (SELECT id FROM orders); -- expect: backfill-with-ddl-same-tx
UPDATE users SET a = 'x' WHERE id IN (SELECT id FROM users WHERE a IS NULL LIMIT 100);
DELETE FROM users WHERE state = 'gone'; -- expect: backfill-with-ddl-same-tx
INSERT INTO users (id) VALUES (1), (2);
INSERT INTO users (id) SELECT user_id FROM orders; -- expect: backfill-with-ddl-same-tx
INSERT INTO users (id) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM users WHERE id = 1);
COMMIT;
UPDATE users SET a = 'x';
BEGIN;
ALTER TABLE users ADD COLUMN b text;
COMMIT;
UPDATE users SET b = 'x';
BEGIN;
UPDATE users SET b = 'x';
ALTER TABLE users ADD COLUMN c text;
COMMIT;
BEGIN;
ALTER TABLE elsewhere ADD COLUMN c text;
UPDATE elsewhere SET c = 'x' WHERE id = 5;
UPDATE elsewhere SET c = 'x' WHERE code = 'x'; -- expect: backfill-with-ddl-same-tx
COMMIT;
-- A lock that lets others read: the rows are locked by the UPDATE itself anyway.
BEGIN;
CREATE TRIGGER stamped BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION stamp();
UPDATE users SET b = 'x';
COMMIT;

CREATE TABLE copies (id integer);
-- Many tables.
BEGIN;
ALTER TABLE users ADD COLUMN f text;
ALTER TABLE orders ADD COLUMN f text;
ALTER TABLE places ADD COLUMN f text;
ALTER TABLE places ADD COLUMN g text;
ALTER TABLE copies ADD COLUMN f text;
INSERT INTO papers VALUES (1);
ALTER TABLE prices ADD COLUMN f text; -- expect: multi-table-lock-window
ALTER TABLE prices ADD COLUMN g text;
ALTER TABLE papers ADD COLUMN f text;
COMMIT;
-- Foreign keys lock two tables each.
BEGIN;
ALTER TABLE orders ADD CONSTRAINT f2 FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;
ALTER TABLE places ADD CONSTRAINT f3 FOREIGN KEY (id) REFERENCES prices (id) NOT VALID;
CREATE TABLE more (id integer REFERENCES papers (id));
COMMIT;
ALTER TABLE users ADD COLUMN h text;
ALTER TABLE orders ADD COLUMN h text;
ALTER TABLE places ADD COLUMN h text;
ALTER TABLE prices ADD COLUMN h text;

-- What goes is waited for by nobody.
BEGIN;
ALTER TABLE users ADD COLUMN y1 text;
ALTER TABLE orders ADD COLUMN y1 text;
ALTER TABLE places ADD COLUMN y1 text;
DROP TABLE IF EXISTS papers;
COMMIT;
BEGIN;
DROP TABLE IF EXISTS prices;
ALTER TABLE users ADD COLUMN y2 text;
ALTER TABLE orders ADD COLUMN y2 text;
ALTER TABLE places ADD COLUMN y2 text;
COMMIT;

-- A table under its new name is the same one.
BEGIN;
ALTER TABLE users ADD COLUMN y3 text;
ALTER TABLE users RENAME TO people;
ALTER TABLE people ADD COLUMN y3 text;
ALTER TABLE orders ADD COLUMN y3 text;
ALTER TABLE places ADD COLUMN y3 text;
COMMIT;
