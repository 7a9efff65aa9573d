-- dialect: mysql mariadb
-- from: empty
-- about: apply-simulation-failed
-- range
CREATE TABLE a (id integer PRIMARY KEY, b_id integer, FOREIGN KEY (b_id) REFERENCES b (id)); -- expect: apply-simulation-failed
SET foreign_key_checks = 0;
CREATE TABLE c (id integer PRIMARY KEY, d_id integer, FOREIGN KEY (d_id) REFERENCES d (id));
ALTER TABLE c ADD CONSTRAINT fk_e FOREIGN KEY (d_id) REFERENCES e (id);
