-- dialect: mysql mariadb
-- about: dependent-objects-break dependent-view-column
CREATE TABLE users (id integer PRIMARY KEY, name varchar(40), phone varchar(40));
CREATE TABLE teams (id integer PRIMARY KEY, name varchar(40));
CREATE VIEW names AS SELECT u.name FROM users u;
CREATE VIEW team_names AS SELECT name FROM teams;
-- range
ALTER TABLE users DROP COLUMN phone; -- expect: dependent-view-column
ALTER TABLE users MODIFY name varchar(80);
ALTER TABLE users CHANGE name full_name varchar(80); -- expect: dependent-view-column
ALTER TABLE users RENAME TO people; -- expect: dependent-objects-break
ALTER TABLE teams RENAME TO groups_of_users;
CREATE OR REPLACE VIEW team_names AS SELECT name FROM groups_of_users;
