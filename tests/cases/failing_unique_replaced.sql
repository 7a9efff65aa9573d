-- dialect: postgresql
-- about: add-unique-existing-data
CREATE TABLE users (id integer PRIMARY KEY, email text, code text CONSTRAINT uq_code UNIQUE, name text);
CREATE UNIQUE INDEX ix_email ON users (email);
CREATE INDEX ix_name ON users (name);
-- range
DROP INDEX ix_email;
ALTER TABLE users DROP CONSTRAINT uq_code;
DROP INDEX ix_name;
ALTER TABLE users RENAME TO people;
ALTER TABLE people ADD CONSTRAINT uq_email UNIQUE (email);
CREATE UNIQUE INDEX ix_code ON people (code, name);
CREATE UNIQUE INDEX ix_name ON people (name); -- expect: add-unique-existing-data
