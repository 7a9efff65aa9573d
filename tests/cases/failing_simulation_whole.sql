-- dialect: postgresql
-- from: empty
-- about: apply-simulation-failed
CREATE TABLE users (id integer PRIMARY KEY);
CREATE TABLE app.orders (id integer PRIMARY KEY);
CREATE VIEW names AS SELECT id FROM users;
CREATE FOREIGN TABLE remote (id integer) SERVER other;
-- range
DELETE FROM nowhere WHERE id = 1; -- expect: apply-simulation-failed
DELETE FROM orders WHERE id = 1;
DELETE FROM names WHERE id = 1;
DELETE FROM remote WHERE id = 1;
DELETE FROM pg_depend WHERE objid = 1;
DELETE FROM pg_catalog.depend WHERE objid = 1;
DELETE FROM users WHERE id = 1;
CREATE TABLE trees (id integer PRIMARY KEY, parent_id integer, FOREIGN KEY (parent_id) REFERENCES trees (id));
CREATE TABLE plants (id integer PRIMARY KEY, pot_id integer, FOREIGN KEY (pot_id) REFERENCES pots (id)); -- expect: apply-simulation-failed
ALTER TABLE plants ADD CONSTRAINT fk_shop FOREIGN KEY (pot_id) REFERENCES shops (id); -- expect: apply-simulation-failed
ALTER TABLE plants ADD CONSTRAINT fk_user FOREIGN KEY (pot_id) REFERENCES users (id);
ALTER TABLE plants ADD CONSTRAINT positive CHECK (id > 0);
CREATE TEMPORARY TABLE moved (id integer);
CREATE TABLE moved (id integer);
