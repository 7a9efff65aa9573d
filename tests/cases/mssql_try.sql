-- dialect: mssql
-- runs: file
-- about: mssql-xact-abort
CREATE TABLE w (id INT NOT NULL PRIMARY KEY, a INT NULL);
-- range
BEGIN TRY
BEGIN TRANSACTION;
UPDATE w SET a = 2 WHERE id = 1;
UPDATE w SET a = 3 WHERE id = 1;
COMMIT;
END TRY
BEGIN CATCH
ROLLBACK;
END CATCH;
