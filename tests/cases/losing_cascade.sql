-- dialect: postgresql
-- about: drop-cascade truncate drop-database
CREATE TABLE users (id integer PRIMARY KEY, name text);
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer REFERENCES users (id));
CREATE VIEW names AS SELECT name FROM users;
CREATE VIEW short_names AS SELECT name FROM names;
CREATE TYPE mood AS ENUM ('sad', 'ok');
-- range
DROP VIEW names CASCADE; -- expect: drop-cascade
DROP TYPE mood CASCADE; -- expect: drop-cascade
DROP TYPE mood;
ALTER TABLE users DROP COLUMN name CASCADE; -- expect: drop-cascade
TRUNCATE users CASCADE; -- expect: truncate
TRUNCATE orders; -- expect: truncate
DROP TABLE users CASCADE; -- expect: drop-cascade
DROP EXTENSION hstore CASCADE; -- expect: drop-cascade
DROP DATABASE shop; -- expect: drop-database

-- What was made in the range may go in any way.
CREATE TABLE teams (id integer PRIMARY KEY);
CREATE VIEW team_ids AS SELECT id FROM teams;
TRUNCATE teams CASCADE;
ALTER TABLE teams ADD COLUMN name text;
ALTER TABLE teams DROP COLUMN name CASCADE;
DROP TABLE teams CASCADE;
