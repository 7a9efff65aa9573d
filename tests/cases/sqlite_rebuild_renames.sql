-- dialect: sqlite
-- about: add-required-column rename-column drop-column
CREATE TABLE users (id integer PRIMARY KEY, mail varchar(200) NOT NULL);
CREATE TABLE teams (id integer PRIMARY KEY, name varchar(200) NOT NULL);
-- range
-- A rename, which the copy fills.
CREATE TABLE _alembic_tmp_users (id integer PRIMARY KEY, email varchar(200) NOT NULL);
INSERT INTO _alembic_tmp_users (id, email) SELECT users.id, users.mail FROM users;
DROP TABLE users; -- expect: rename-column
ALTER TABLE _alembic_tmp_users RENAME TO users;
-- A column that nothing fills.
CREATE TABLE _alembic_tmp_teams (id integer PRIMARY KEY, name varchar(200) NOT NULL, code char(9) NOT NULL);
INSERT INTO _alembic_tmp_teams (id, name) SELECT teams.id, teams.name FROM teams;
DROP TABLE teams; -- expect: add-required-column
ALTER TABLE _alembic_tmp_teams RENAME TO teams;
