-- dialect: postgresql
-- about: statement-after-exclusive-lock
CREATE TABLE users (id integer PRIMARY KEY, email text);
CREATE TABLE orders (id integer PRIMARY KEY, amount integer, note text);
-- range
BEGIN;
ALTER TABLE users ADD COLUMN a text;
UPDATE orders SET note = '' WHERE id = 1;
INSERT INTO orders (id) VALUES (1);
ALTER TABLE orders ADD COLUMN a text;
SELECT count(*) FROM orders;
COMMIT;
-- What is new is filled and built in no time.
BEGIN;
ALTER TABLE users ADD COLUMN b text;
CREATE TABLE copies (id integer);
INSERT INTO copies SELECT id FROM users;
CREATE INDEX ix_copies ON copies (id);
ALTER TABLE copies ADD CONSTRAINT f1 FOREIGN KEY (id) REFERENCES orders (id);
ALTER TABLE copies ADD CONSTRAINT f2 FOREIGN KEY (id) REFERENCES orders (id) NOT VALID;
ALTER TABLE copies VALIDATE CONSTRAINT f2;
-- What concerns the locked table is said by other rules.
CREATE INDEX ix_1 ON users (b);
UPDATE users SET b = '';
COMMIT;
-- A lock that lets others read.
BEGIN;
CREATE INDEX ix_2 ON users (a);
UPDATE orders SET note = '';
COMMIT;
-- A lock on a new table.
BEGIN;
ALTER TABLE copies ADD COLUMN a text;
UPDATE orders SET note = '';
COMMIT;
UPDATE orders SET note = '';
BEGIN;
ALTER TABLE users ADD COLUMN c text;
UPDATE orders SET note = ''; -- expect: statement-after-exclusive-lock
ALTER TABLE orders ADD CONSTRAINT c1 CHECK (amount > 0);
COMMIT;
