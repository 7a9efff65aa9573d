-- dialect: postgresql mysql mariadb
-- about: drop-then-add-same-column expand-contract-same-bundle drop-column
-- What autogenerate makes of a rename, and what only looks like it.
CREATE TABLE users (id integer PRIMARY KEY, mail varchar(200), phone varchar(40), fax varchar(40), visits integer, nick text);
CREATE TABLE settings (id integer PRIMARY KEY, value text, word text);
CREATE TABLE people (id integer PRIMARY KEY, mail varchar(200));
CREATE TABLE teams (id integer PRIMARY KEY, name varchar(100), code char(9));
-- range
-- Two of one type go, one comes: nobody knows which.
ALTER TABLE users ADD COLUMN mobile varchar(40);
ALTER TABLE users DROP COLUMN phone; -- expect: drop-column
ALTER TABLE users DROP COLUMN fax; -- expect: drop-column
-- One goes, one comes, of the same type.
ALTER TABLE users ADD COLUMN email varchar(200);
ALTER TABLE users DROP COLUMN mail; -- expect: drop-column
-- Another type, the same name.
ALTER TABLE users DROP COLUMN visits; -- expect: drop-then-add-same-column
ALTER TABLE users ADD COLUMN visits bigint;
-- Another table.
ALTER TABLE people ADD COLUMN nick text;
ALTER TABLE users DROP COLUMN nick; -- expect: drop-column
-- One that was copied.
ALTER TABLE people ADD COLUMN email varchar(200);
UPDATE people SET email = lower(mail) WHERE email IS NULL;
ALTER TABLE people DROP COLUMN mail; -- expect: expand-contract-same-bundle, drop-column
-- Filled when the values are gone.
ALTER TABLE teams ADD COLUMN title varchar(100);
ALTER TABLE teams DROP COLUMN name; -- expect: drop-column
UPDATE teams SET title = 'none' WHERE title IS NULL;
UPDATE teams SET code = 'x' WHERE code IS NULL;
ALTER TABLE teams DROP COLUMN code; -- expect: drop-then-add-same-column
ALTER TABLE teams ADD COLUMN code char(12);
-- Added again, and dropped for good.
ALTER TABLE teams DROP COLUMN id; -- expect: drop-column
ALTER TABLE teams ADD COLUMN id integer;
ALTER TABLE teams DROP COLUMN id;
-- Copied into a column that takes the old one's name then.
ALTER TABLE settings ADD COLUMN value2 varchar(900);
UPDATE settings SET value2 = value;
ALTER TABLE settings DROP COLUMN value; -- expect: expand-contract-same-bundle
ALTER TABLE settings RENAME COLUMN value2 TO value;
-- Filled when the old values are gone.
ALTER TABLE settings ADD COLUMN word2 varchar(900);
ALTER TABLE settings DROP COLUMN word; -- expect: drop-then-add-same-column
UPDATE settings SET word2 = 'none';
ALTER TABLE settings RENAME COLUMN word2 TO word;
