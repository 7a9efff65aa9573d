-- dialect: mariadb
-- server: 11.4
-- about: mysql-algorithm-copy mysql-not-instant alter-column-type-rewrite charset-conversion add-column-volatile-default add-column-stored-generated
-- Since MariaDB 11.2 a copy lets writes go on.
CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL, c varchar(40)) DEFAULT CHARSET = latin1;
CREATE TABLE u (id int PRIMARY KEY, note varchar(20)) DEFAULT CHARSET = utf8mb3;
CREATE TABLE p (id int PRIMARY KEY);
-- range
ALTER TABLE t MODIFY n bigint NOT NULL; -- expect: mysql-not-instant
ALTER TABLE t ADD CONSTRAINT positive CHECK (n > 0);
ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4; -- expect: mysql-not-instant
ALTER TABLE t ADD COLUMN s int AS (n * 2) STORED; -- expect: mysql-not-instant
ALTER TABLE t ADD COLUMN v varchar(36) DEFAULT (uuid()); -- expect: mysql-not-instant
ALTER TABLE u CONVERT TO CHARACTER SET utf8mb4;
