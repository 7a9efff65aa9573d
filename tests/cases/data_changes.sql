-- dialect: postgresql mysql mariadb sqlite
CREATE TABLE users (id integer PRIMARY KEY, mail varchar(20), state varchar(20));
CREATE TABLE old_mails (id integer PRIMARY KEY, mail varchar(20));
-- range
UPDATE users SET state = 'new'; -- expect: update-without-where
UPDATE users SET state = 'new' WHERE state IS NULL;
UPDATE users SET mail = (SELECT mail FROM old_mails WHERE old_mails.id = users.id); -- expect: update-without-where
DELETE FROM old_mails; -- expect: delete-without-where
DELETE FROM old_mails WHERE id < 100;
DELETE FROM old_mails WHERE id IN (SELECT id FROM users);
CREATE TABLE states (name varchar(20) PRIMARY KEY);
INSERT INTO states (name) VALUES ('new'), ('paid');
UPDATE states SET name = upper(name);
DELETE FROM states;
