-- dialect: mssql
-- about: mssql-default-constraint-drop
CREATE TABLE p (id INT NOT NULL PRIMARY KEY);
CREATE TABLE t (
    id INT NOT NULL PRIMARY KEY, a INT NULL, b INT NOT NULL DEFAULT 0, c INT NULL CONSTRAINT c_set CHECK (c > 0),
    e INT NULL CONSTRAINT fk_e REFERENCES p (id), f INT NULL, h INT NULL DEFAULT 1 CONSTRAINT h_set CHECK (h > 0),
    k INT NULL CONSTRAINT k_one UNIQUE, CONSTRAINT ck_af CHECK (a > f)
);
-- range
ALTER TABLE t DROP COLUMN a;
ALTER TABLE t DROP COLUMN b; -- expect: mssql-default-constraint-drop
ALTER TABLE t DROP COLUMN c; -- expect: mssql-default-constraint-drop
ALTER TABLE t DROP COLUMN e; -- expect: mssql-default-constraint-drop
ALTER TABLE t DROP COLUMN h; -- expect: mssql-default-constraint-drop
ALTER TABLE t DROP COLUMN k;
ALTER TABLE unknown DROP COLUMN a;
