-- dialect: mssql
-- about: mssql-set-options
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT NULL);
CREATE VIEW v WITH SCHEMABINDING AS SELECT id, a FROM dbo.t;
-- range
SET QUOTED_IDENTIFIER OFF;
CREATE UNIQUE CLUSTERED INDEX v_id ON v (id); -- expect: mssql-set-options
