-- dialect: mysql mariadb
-- about: mysql-implicit-zero-fill
CREATE TABLE t (
    id int PRIMARY KEY, a int, b varchar(10), c date, d enum('x'), e int NOT NULL, f int, g text, h blob, i decimal(10, 2),
    j int
);
-- range
ALTER TABLE t MODIFY a int NOT NULL;
ALTER TABLE t MODIFY a int NULL;
SET sql_mode = 'ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO';
ALTER TABLE t MODIFY a int NOT NULL; -- expect: mysql-implicit-zero-fill
ALTER TABLE t MODIFY b varchar(10) NOT NULL; -- expect: mysql-implicit-zero-fill
ALTER TABLE t MODIFY c date NOT NULL; -- expect: mysql-implicit-zero-fill
ALTER TABLE t MODIFY d enum('x') NOT NULL; -- expect: mysql-implicit-zero-fill
ALTER TABLE t MODIFY e int NOT NULL COMMENT 'it was before';
ALTER TABLE t MODIFY e int NULL;
ALTER TABLE t MODIFY f int GENERATED ALWAYS AS (id) STORED NOT NULL;
ALTER TABLE t ADD COLUMN n int;
ALTER TABLE t MODIFY n int NOT NULL;
ALTER TABLE unknown MODIFY a int NOT NULL; -- expect: mysql-implicit-zero-fill
SET sql_mode = '';
ALTER TABLE t MODIFY g text NOT NULL; -- expect: mysql-implicit-zero-fill
SET sql_mode = REPLACE(@@sql_mode, 'NO_ZERO_DATE', '');
ALTER TABLE t MODIFY h blob NOT NULL;
SET sql_mode = '';
UPDATE t SET j = 1 WHERE j IS NULL;
ALTER TABLE t MODIFY j int NOT NULL;
SET sql_mode = 'TRADITIONAL';
ALTER TABLE t MODIFY i decimal(10, 2) NOT NULL;
