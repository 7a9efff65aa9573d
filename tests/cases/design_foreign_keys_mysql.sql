-- dialect: mysql mariadb
-- about: fk-type-mismatch fk-parent-invalid
CREATE TABLE p (
    id integer PRIMARY KEY, u integer unsigned, c varchar(20) character set latin1, b varbinary(10), x integer, y integer,
    UNIQUE KEY (u), UNIQUE KEY (c), UNIQUE KEY (b), KEY (x, y)
);
CREATE TABLE c (id bigint PRIMARY KEY, i integer, u integer unsigned, t varchar(20), t8 varchar(20) character set utf8mb4, b binary(10), d date);
-- range
ALTER TABLE c ADD CONSTRAINT f1 FOREIGN KEY (id) REFERENCES p (id); -- expect: fk-type-mismatch
ALTER TABLE c ADD CONSTRAINT f2 FOREIGN KEY (i) REFERENCES p (id);
ALTER TABLE c ADD CONSTRAINT f3 FOREIGN KEY (u) REFERENCES p (id); -- expect: fk-type-mismatch
ALTER TABLE c ADD CONSTRAINT f4 FOREIGN KEY (u) REFERENCES p (u);
ALTER TABLE c ADD CONSTRAINT f5 FOREIGN KEY (t) REFERENCES p (c);
ALTER TABLE c ADD CONSTRAINT f6 FOREIGN KEY (t8) REFERENCES p (c); -- expect: fk-type-mismatch
ALTER TABLE c ADD CONSTRAINT f7 FOREIGN KEY (b) REFERENCES p (b);
ALTER TABLE c ADD CONSTRAINT f8 FOREIGN KEY (d) REFERENCES p (b); -- expect: fk-type-mismatch
ALTER TABLE c ADD CONSTRAINT f9 FOREIGN KEY (i) REFERENCES p (x);
ALTER TABLE c ADD CONSTRAINT f10 FOREIGN KEY (i) REFERENCES p (y); -- expect: fk-parent-invalid
CREATE TABLE tree (id integer PRIMARY KEY, up integer, parent_id integer, KEY (up), CONSTRAINT f FOREIGN KEY (parent_id) REFERENCES tree (up));
CREATE TABLE tree2 (id integer PRIMARY KEY, parent_id integer, CONSTRAINT f FOREIGN KEY (parent_id) REFERENCES tree2 (parent_id));
