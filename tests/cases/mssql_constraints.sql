-- dialect: mssql
-- about: mssql-nocheck-untrusted mssql-default-constraint-drop mssql-alter-column-drops-not-null
CREATE TABLE p (id INT NOT NULL PRIMARY KEY);
CREATE TABLE t (
    id INT NOT NULL PRIMARY KEY, a INT NULL, b INT NOT NULL DEFAULT 0, c INT NULL CHECK (c > 0), d VARCHAR(10) NOT NULL,
    e INT NULL CONSTRAINT fk_e REFERENCES p (id), f INT NULL, g INT NOT NULL DEFAULT 1, h INT NULL DEFAULT 1 CHECK (h > 0),
    CONSTRAINT ck_af CHECK (a > f)
);
CREATE TABLE u (id INT NOT NULL PRIMARY KEY, a INT NOT NULL DEFAULT 0);
-- range
ALTER TABLE t WITH NOCHECK ADD CONSTRAINT ck_1 CHECK (a > 1); -- expect: mssql-nocheck-untrusted
ALTER TABLE t WITH NOCHECK ADD CONSTRAINT ck_2 CHECK (a > 2);
ALTER TABLE t WITH NOCHECK ADD CHECK (a > 3); -- expect: mssql-nocheck-untrusted
ALTER TABLE t ADD CONSTRAINT ck_4 CHECK (a > 4);
ALTER TABLE t WITH NOCHECK ADD CONSTRAINT ck_5 CHECK (a > 5);
ALTER TABLE u WITH NOCHECK ADD CONSTRAINT ck_2 CHECK (a > 2); -- expect: mssql-nocheck-untrusted
ALTER TABLE t WITH CHECK CHECK CONSTRAINT ck_2;
ALTER TABLE t DROP CONSTRAINT ck_5;
ALTER TABLE p NOCHECK CONSTRAINT ALL;
ALTER TABLE p WITH CHECK CHECK CONSTRAINT ALL;
ALTER TABLE t REBUILD;
ALTER TABLE t NOCHECK CONSTRAINT fk_e;
ALTER TABLE t CHECK CONSTRAINT fk_e; -- expect: mssql-nocheck-untrusted
ALTER TABLE u NOCHECK CONSTRAINT ck_9; -- expect: mssql-nocheck-untrusted

ALTER TABLE t ALTER COLUMN d VARCHAR(20); -- expect: mssql-alter-column-drops-not-null
ALTER TABLE t ALTER COLUMN d VARCHAR(30) NOT NULL;
ALTER TABLE t ALTER COLUMN a BIGINT;
ALTER TABLE unknown ALTER COLUMN a BIGINT;
GO
-- What depends on a column is dropped before it, or the column stays.
ALTER TABLE u DROP COLUMN a; -- expect: mssql-default-constraint-drop
GO
ALTER TABLE u DROP CONSTRAINT DF__u__a__1234;
ALTER TABLE u DROP COLUMN IF EXISTS a;
