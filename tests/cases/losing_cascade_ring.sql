-- dialect: postgresql
-- about: drop-cascade
-- Views that read from each other, as only a script that can't run has them.
CREATE TABLE users (id integer PRIMARY KEY, name text);
CREATE VIEW names AS SELECT name FROM users;
CREATE VIEW short_names AS SELECT name FROM names;
CREATE OR REPLACE VIEW names AS SELECT users.name FROM users, short_names;
-- range
DROP TABLE users CASCADE; -- expect: drop-cascade
