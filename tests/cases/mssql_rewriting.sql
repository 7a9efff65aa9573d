-- dialect: mssql
-- about: add-column-volatile-default add-column-serial-identity add-column-stored-generated alter-column-type-rewrite
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT NULL, b VARCHAR(10) NULL, c INT NULL, d INT NULL);
-- range
ALTER TABLE t ADD e UNIQUEIDENTIFIER NOT NULL DEFAULT NEWID(); -- expect: add-column-volatile-default
ALTER TABLE t ADD f UNIQUEIDENTIFIER NULL DEFAULT NEWID();
ALTER TABLE t ADD g INT NOT NULL DEFAULT 0;
ALTER TABLE t ADD h INT NOT NULL DEFAULT dbo.ours(); -- expect: add-column-volatile-default
ALTER TABLE t ADD i INT NULL DEFAULT dbo.ours();
ALTER TABLE t ADD j INT NOT NULL IDENTITY(1, 1); -- expect: add-column-serial-identity
ALTER TABLE t ADD k AS (a * 2) PERSISTED; -- expect: add-column-stored-generated
ALTER TABLE t ALTER COLUMN a BIGINT NULL; -- expect: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN b VARCHAR(20) NULL;
ALTER TABLE t ALTER COLUMN c BIGINT NULL WITH (ONLINE = ON);
ALTER TABLE t ALTER COLUMN d BIGINT NULL WITH (ONLINE = OFF); -- expect: alter-column-type-rewrite
