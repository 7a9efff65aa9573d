-- dialect: mssql
-- runs: file
-- about: mssql-batch-visibility mssql-set-options mssql-xact-abort
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT NULL, twice AS (a * 2));
CREATE TABLE w (id INT NOT NULL PRIMARY KEY, a INT NULL);
CREATE INDEX t_set ON t (a) WHERE a IS NOT NULL;
CREATE VIEW v WITH SCHEMABINDING AS SELECT a FROM dbo.t;
-- range
SET QUOTED_IDENTIFIER ON;
ALTER TABLE t ADD b INT NULL;
SELECT id FROM t;
UPDATE t SET b = 1 WHERE id = 1; -- expect: mssql-batch-visibility
GO
UPDATE t SET b = 2 WHERE id = 2;
ALTER TABLE t ADD c INT NULL;
go
INSERT INTO t (id, c) VALUES (1, 2);
CREATE TABLE made (id INT NOT NULL PRIMARY KEY);
ALTER TABLE made ADD d INT NULL;
INSERT INTO made (id, d) VALUES (1, 2);
GO
ALTER TABLE t ADD e INT NULL;
EXEC('UPDATE t SET e = 1 WHERE id = 1');
EXEC sp_rename 't.e', 'f', 'COLUMN';
EXEC sp_rename 'made.d', 'g', 'COLUMN';
DELETE FROM t WHERE f = 1; -- expect: mssql-batch-visibility
CREATE TABLE more (id INT NOT NULL PRIMARY KEY, h INT NULL);
EXEC sp_rename 'more.h', 'i', 'COLUMN';
DELETE FROM more WHERE i = 1;
GO
BEGIN TRANSACTION;
UPDATE w SET a = 1 WHERE id = 1;
COMMIT;
SET XACT_ABORT ON;
BEGIN TRANSACTION;
UPDATE w SET a = 2 WHERE id = 1;
UPDATE w SET a = 3 WHERE id = 1;
COMMIT;
UPDATE w SET a = 4 WHERE id = 1;
SET XACT_ABORT OFF;
BEGIN TRANSACTION; -- expect: mssql-xact-abort
SELECT 1;
UPDATE w SET a = 5 WHERE id = 1;
UPDATE w SET a = 6 WHERE id = 1;
COMMIT;
