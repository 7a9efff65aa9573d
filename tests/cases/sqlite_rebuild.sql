-- dialect: sqlite
-- What Alembic's batch mode emits to alter a table.
CREATE TABLE users (id INTEGER NOT NULL, name VARCHAR(20), phone VARCHAR(20), PRIMARY KEY (id));
CREATE TABLE roles (id INTEGER NOT NULL, name VARCHAR(20), PRIMARY KEY (id));
CREATE TABLE teams (id INTEGER NOT NULL, name VARCHAR(20), PRIMARY KEY (id));
-- range
DROP TABLE IF EXISTS _alembic_tmp_users;
CREATE TABLE _alembic_tmp_users (id INTEGER NOT NULL, name VARCHAR(40) NOT NULL, phone VARCHAR(20), PRIMARY KEY (id));
INSERT INTO _alembic_tmp_users (id, name, phone) SELECT users.id, users.name, users.phone FROM users;
DROP TABLE users; -- expect: nullable-to-not-null-data
ALTER TABLE _alembic_tmp_users RENAME TO users;
CREATE INDEX ix_users_name ON users (name);

-- The table is old: it has the rows of the one it replaced.
ALTER TABLE users ADD COLUMN email VARCHAR(20) NOT NULL; -- expect: add-required-column
UPDATE users SET name = ''; -- expect: update-without-where

-- A rebuild that leaves a column out.
CREATE TABLE _alembic_tmp_users (id INTEGER NOT NULL, name VARCHAR(40) NOT NULL, email VARCHAR(20), PRIMARY KEY (id));
INSERT INTO _alembic_tmp_users (id, name, email) SELECT users.id, users.name, users.email FROM users;
DROP TABLE users; -- expect: drop-column
ALTER TABLE _alembic_tmp_users RENAME TO users;

-- A rebuild that never fills its copy.
CREATE TABLE _alembic_tmp_roles (id INTEGER NOT NULL, name VARCHAR(20) NOT NULL, PRIMARY KEY (id));
DROP TABLE roles; -- expect: drop-table
ALTER TABLE _alembic_tmp_roles RENAME TO roles;

-- A copy that is filled, and then not put in place.
CREATE TABLE _alembic_tmp_teams (id INTEGER NOT NULL, name VARCHAR(20), PRIMARY KEY (id));
INSERT INTO _alembic_tmp_teams (id, name) SELECT teams.id, teams.name FROM teams;
DROP TABLE teams; -- expect: drop-table
DROP TABLE users; -- expect: drop-table
