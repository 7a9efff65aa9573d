-- dialect: postgresql
-- about: fk-type-mismatch fk-parent-invalid
CREATE TABLE p (
    id integer PRIMARY KEY, b bigint UNIQUE, n numeric UNIQUE, r real UNIQUE, i interval UNIQUE, t text UNIQUE, a integer[] UNIQUE,
    d my_domain UNIQUE, x integer, y integer, UNIQUE (x, y)
);
CREATE TABLE nokey (id integer);
CREATE TABLE c (id bigint PRIMARY KEY, s smallint, i integer, n numeric, t text, ti time, ts timestamp, a integer[], d integer);
-- range
ALTER TABLE c ADD FOREIGN KEY (s) REFERENCES p (id) NOT VALID; -- expect: fk-type-mismatch
ALTER TABLE c ADD FOREIGN KEY (id) REFERENCES p (id) NOT VALID;
ALTER TABLE c ADD FOREIGN KEY (i) REFERENCES p (b) NOT VALID; -- expect: fk-type-mismatch
ALTER TABLE c ADD FOREIGN KEY (i) REFERENCES p (n) NOT VALID;
ALTER TABLE c ADD FOREIGN KEY (n) REFERENCES p (r) NOT VALID;
ALTER TABLE c ADD FOREIGN KEY (n) REFERENCES p (id) NOT VALID; -- expect: fk-type-mismatch
ALTER TABLE c ADD FOREIGN KEY (t) REFERENCES p (t) NOT VALID;
ALTER TABLE c ADD FOREIGN KEY (ti) REFERENCES p (i) NOT VALID;
ALTER TABLE c ADD FOREIGN KEY (ts) REFERENCES p (i) NOT VALID; -- expect: fk-type-mismatch
ALTER TABLE c ADD FOREIGN KEY (a) REFERENCES p (a) NOT VALID;
ALTER TABLE c ADD FOREIGN KEY (d) REFERENCES p (d) NOT VALID;
ALTER TABLE c ADD FOREIGN KEY (i) REFERENCES unknown (id) NOT VALID;
ALTER TABLE c ADD FOREIGN KEY (i) REFERENCES unknown NOT VALID;
ALTER TABLE c ADD FOREIGN KEY (unknown) REFERENCES p (id) NOT VALID;
ALTER TABLE c ADD FOREIGN KEY (i, d) REFERENCES p (y, x) NOT VALID;
ALTER TABLE c ADD FOREIGN KEY (d) REFERENCES p (x) NOT VALID; -- expect: fk-parent-invalid
ALTER TABLE c ADD FOREIGN KEY (d) REFERENCES nokey NOT VALID; -- expect: fk-parent-invalid
ALTER TABLE c ADD COLUMN p_id text REFERENCES p; -- expect: fk-type-mismatch
ALTER TABLE c ADD COLUMN p2_id integer REFERENCES p;
CREATE UNIQUE INDEX CONCURRENTLY uq_nokey ON nokey (id);
ALTER TABLE c ADD FOREIGN KEY (d) REFERENCES nokey (id) NOT VALID;
CREATE TABLE tree (id integer PRIMARY KEY, parent_id text REFERENCES tree (id)); -- expect: fk-type-mismatch
CREATE TABLE tree2 (id integer PRIMARY KEY, up integer, parent_id integer REFERENCES tree2 (up)); -- expect: fk-parent-invalid
CREATE TABLE tree3 (id integer PRIMARY KEY, up integer UNIQUE, parent_id integer REFERENCES tree3 (up));
ALTER TABLE tree3 ADD COLUMN key integer UNIQUE REFERENCES tree3 (key);
ALTER TABLE tree3 ADD CHECK (id > 0) NOT VALID;
