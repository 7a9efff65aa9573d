-- dialect: postgresql mysql mariadb
CREATE TABLE users (id integer PRIMARY KEY, mail varchar(20));
CREATE TABLE orders (id integer PRIMARY KEY);
-- range
ALTER TABLE users RENAME TO accounts;
CREATE VIEW users AS SELECT * FROM accounts;
ALTER TABLE orders RENAME TO purchases; -- expect: rename-table
ALTER TABLE accounts RENAME COLUMN mail TO email; -- expect: rename-column
