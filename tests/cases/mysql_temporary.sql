-- dialect: mysql mariadb
-- DROP TEMPORARY TABLE leaves the table of the same name alone.
CREATE TABLE totals (id integer PRIMARY KEY);
-- range
DROP TEMPORARY TABLE IF EXISTS totals;
CREATE TEMPORARY TABLE totals (id integer PRIMARY KEY);
INSERT INTO totals (id) VALUES (1);
DROP TEMPORARY TABLE totals;
