-- dialect: mssql
-- about: set-not-null-scan index-create-blocking fk-add-validating check-add-validating lock-timeout-missing trigger-left-disabled statement-after-exclusive-lock backfill-with-ddl-same-tx reindex-blocking
CREATE TABLE users (id INT NOT NULL PRIMARY KEY, code NVARCHAR(10) NOT NULL, note NVARCHAR(10));
CREATE TABLE orders (id INT NOT NULL PRIMARY KEY, user_id INT);
-- range
SET LOCK_TIMEOUT 5000;
ALTER TABLE users ALTER COLUMN note NVARCHAR(10) NOT NULL; -- expect: set-not-null-scan
ALTER TABLE users ALTER COLUMN code NVARCHAR(10) NOT NULL;
ALTER TABLE elsewhere ALTER COLUMN code NVARCHAR(10) NOT NULL; -- expect: set-not-null-scan
CREATE INDEX ix_1 ON users (note); -- expect: index-create-blocking
CREATE INDEX ix_2 ON users (note) WITH (ONLINE = ON);
CREATE CLUSTERED INDEX ix_3 ON elsewhere (note); -- expect: index-create-blocking
ALTER TABLE orders ADD CONSTRAINT f1 FOREIGN KEY (user_id) REFERENCES users (id); -- expect: fk-add-validating
ALTER TABLE orders WITH NOCHECK ADD CONSTRAINT f2 FOREIGN KEY (user_id) REFERENCES users (id);
ALTER TABLE orders ADD CONSTRAINT c1 CHECK (id > 0); -- expect: check-add-validating
ALTER TABLE orders WITH NOCHECK ADD CONSTRAINT c2 CHECK (id > 0);
ALTER INDEX ix_1 ON users REBUILD; -- expect: reindex-blocking
ALTER INDEX ix_1 ON users REORGANIZE;
ALTER INDEX ALL ON users REBUILD WITH (ONLINE = ON);
DISABLE TRIGGER t1 ON users; -- expect: trigger-left-disabled
DISABLE TRIGGER t2 ON users;
ENABLE TRIGGER t2 ON users;
BEGIN TRANSACTION;
ALTER TABLE users ADD a INT NULL;
UPDATE users SET a = 1; -- expect: backfill-with-ddl-same-tx
UPDATE orders SET user_id = 1; -- expect: statement-after-exclusive-lock
COMMIT;
UPDATE users SET a = 1;
SET LOCK_TIMEOUT -1;
ALTER TABLE users ADD b INT NULL; -- expect: lock-timeout-missing
