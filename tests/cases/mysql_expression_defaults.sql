-- dialect: mysql
-- about: add-column-volatile-default add-column-serial-identity add-column-stored-generated
CREATE TABLE t (id int PRIMARY KEY);
-- range
ALTER TABLE t ADD COLUMN a int DEFAULT (1 + 1); -- expect: add-column-volatile-default
ALTER TABLE t ADD COLUMN b int DEFAULT 2;
ALTER TABLE t ADD COLUMN c json DEFAULT (json_array()); -- expect: add-column-volatile-default
ALTER TABLE t ADD COLUMN d bigint NOT NULL AUTO_INCREMENT UNIQUE; -- expect: add-column-serial-identity
ALTER TABLE t ADD COLUMN e int AS (id * 2) STORED; -- expect: add-column-stored-generated
ALTER TABLE t ADD COLUMN f int AS (id * 2) VIRTUAL;
CREATE TABLE made (id int);
ALTER TABLE made ADD COLUMN a varchar(36) DEFAULT (uuid());
ALTER TABLE made ADD COLUMN d bigint NOT NULL AUTO_INCREMENT UNIQUE;
ALTER TABLE made ADD COLUMN e int AS (id * 2) STORED;
CREATE TEMPORARY TABLE draft (id int);
ALTER TABLE draft ADD COLUMN e int AS (id * 2) STORED;
