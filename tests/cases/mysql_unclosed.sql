-- dialect: mysql mariadb
-- runs: file
-- about: transaction-unclosed
CREATE TABLE users (id INTEGER PRIMARY KEY, state VARCHAR(10));
-- range
BEGIN;
ALTER TABLE users ADD COLUMN a INTEGER;
UPDATE users SET state = 'x' WHERE id = 1;
