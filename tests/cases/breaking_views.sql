-- dialect: postgresql
-- about: dependent-objects-break dependent-view-column
CREATE TABLE users (id integer PRIMARY KEY, name text, phone text);
CREATE TABLE teams (id integer PRIMARY KEY, name text);
CREATE TABLE logs (id integer PRIMARY KEY, name text);
CREATE VIEW names AS SELECT name FROM users JOIN teams USING (id);
CREATE MATERIALIZED VIEW log_names AS SELECT name FROM logs;
-- range
DROP TABLE teams; -- expect: dependent-objects-break
ALTER TABLE users RENAME TO people;
ALTER TABLE people RENAME COLUMN name TO full_name;
ALTER TABLE people DROP COLUMN phone; -- expect: dependent-view-column
ALTER TABLE people ALTER COLUMN id TYPE bigint; -- expect: dependent-view-column
DROP VIEW names;
ALTER TABLE people DROP COLUMN full_name;
DROP TABLE people;
ALTER TABLE logs ALTER COLUMN name TYPE varchar(10); -- expect: dependent-view-column
DROP TABLE logs CASCADE;
