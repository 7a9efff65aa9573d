-- dialect: postgresql mysql mariadb sqlite
-- about: apply-simulation-failed
CREATE TABLE users (id integer PRIMARY KEY);
-- range
DROP TABLE logs;
INSERT INTO logs (id) VALUES (1); -- expect: apply-simulation-failed
DROP TABLE IF EXISTS logs;
CREATE TABLE logs (id integer PRIMARY KEY);
INSERT INTO logs (id) VALUES (1);
ALTER TABLE users RENAME TO people;
DELETE FROM users WHERE id = 1; -- expect: apply-simulation-failed
DELETE FROM people WHERE id = 1;
ALTER TABLE people RENAME TO users;
DELETE FROM users WHERE id = 1;
DROP TABLE notes;
CREATE VIEW notes AS SELECT id FROM users;
INSERT INTO notes (id) VALUES (1);
