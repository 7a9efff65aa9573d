-- dialect: mysql mariadb
-- about: implicit-commit-in-tx
CREATE TABLE users (id INTEGER PRIMARY KEY, state VARCHAR(10));
-- range
BEGIN;
UPDATE users SET state = 'x' WHERE id = 1;
CREATE INDEX ix_1 ON users (state); -- expect: implicit-commit-in-tx
ALTER TABLE users ADD COLUMN a INTEGER;
COMMIT;
START TRANSACTION;
INSERT INTO users (id) VALUES (1);
CREATE TEMPORARY TABLE found (id INTEGER);
COMMIT;
ALTER TABLE users ADD COLUMN b INTEGER;
