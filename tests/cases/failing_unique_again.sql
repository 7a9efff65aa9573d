-- dialect: sqlite
-- about: add-unique-existing-data
-- What a rebuild drops and makes again was unique all the time.
CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(20), name VARCHAR(20), code VARCHAR(20), CONSTRAINT uq_code UNIQUE (code));
CREATE UNIQUE INDEX ix_email ON users (email);
CREATE UNIQUE INDEX ix_name ON users (name) WHERE name > 'a';
-- range
CREATE TABLE _alembic_tmp_users (id INTEGER PRIMARY KEY, email VARCHAR(40), name VARCHAR(20), code VARCHAR(20));
INSERT INTO _alembic_tmp_users (id, email, name, code) SELECT id, email, name, code FROM users;
DROP TABLE users;
ALTER TABLE _alembic_tmp_users RENAME TO users;
CREATE UNIQUE INDEX ix_email ON users (email);
CREATE UNIQUE INDEX ix_code ON users (code);
CREATE UNIQUE INDEX ix_name ON users (name); -- expect: add-unique-existing-data
