-- dialect: mysql mariadb
-- server: 11.0
-- about: fk-type-mismatch unnamed-constraint
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (id integer PRIMARY KEY, Bad integer);
-- range
CREATE TABLE d (id integer PRIMARY KEY, p_id bigint REFERENCES p (id)); -- expect: fk-type-mismatch, unnamed-constraint
ALTER TABLE c ADD COLUMN p_id bigint REFERENCES p (id); -- expect: fk-type-mismatch, unnamed-constraint
ALTER TABLE c MODIFY Bad bigint;
ALTER TABLE c ADD FOREIGN KEY (id) REFERENCES p (id); -- expect: unnamed-constraint
