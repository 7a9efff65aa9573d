-- dialect: postgresql sqlite
-- runs: file
-- about: transaction-unclosed
CREATE TABLE users (id INTEGER PRIMARY KEY, state VARCHAR(10));
-- range
BEGIN;
ALTER TABLE users ADD COLUMN a INTEGER;
ROLLBACK;
BEGIN; -- expect: transaction-unclosed
ALTER TABLE users ADD COLUMN b INTEGER;
