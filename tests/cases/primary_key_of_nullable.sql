-- dialect: postgresql mysql mariadb
-- about: nullable-to-not-null-data
CREATE TABLE users (id integer, name varchar(40) NOT NULL);
CREATE TABLE teams (id integer PRIMARY KEY, code char(9) NOT NULL, title varchar(40));
CREATE TABLE words (word varchar(40));
CREATE TABLE pairs (a integer, b integer);
-- range
ALTER TABLE users ADD PRIMARY KEY (name, id); -- expect: nullable-to-not-null-data
ALTER TABLE teams ADD CONSTRAINT uq_teams UNIQUE (title);
UPDATE words SET word = 'none' WHERE word IS NULL;
ALTER TABLE words ADD PRIMARY KEY (word);
CREATE TABLE fresh (id integer);
ALTER TABLE fresh ADD PRIMARY KEY (id);
ALTER TABLE pairs ADD PRIMARY KEY (nowhere);
