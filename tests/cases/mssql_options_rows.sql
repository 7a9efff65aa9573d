-- dialect: mssql
-- about: mssql-set-options
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT NULL, b INT NULL);
CREATE INDEX t_id ON t (id, a);
CREATE INDEX t_set ON t (a) WHERE a IS NOT NULL;
-- range
UPDATE t SET b = 1 WHERE id = 1;
SET ANSI_NULLS ON;
SET NUMERIC_ROUNDABORT OFF;
UPDATE t SET b = 2 WHERE id = 1;
SET NUMERIC_ROUNDABORT ON;
UPDATE t SET b = 3 WHERE id = 1; -- expect: mssql-set-options
