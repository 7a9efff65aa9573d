-- dialect: mysql mariadb
-- about: mysql-algorithm-copy mysql-not-instant mysql-lock-clause-blocking charset-conversion
CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL, c varchar(40), z int) DEFAULT CHARSET = latin1;
CREATE TABLE f (id int PRIMARY KEY, note text, FULLTEXT KEY (note));
CREATE TABLE l (id int PRIMARY KEY, name varchar(10)) DEFAULT CHARSET = latin1;
-- range
ALTER TABLE t ADD COLUMN a int;
ALTER TABLE t ADD COLUMN b int, ALGORITHM=INSTANT;
ALTER TABLE t ADD COLUMN d int, ALGORITHM=COPY; -- expect: mysql-algorithm-copy
ALTER TABLE t MODIFY c int, ALGORITHM=COPY;
ALTER TABLE t ADD INDEX i (n), LOCK=NONE;
ALTER TABLE t ADD INDEX j (n), ALGORITHM=INPLACE, LOCK=SHARED; -- expect: mysql-lock-clause-blocking
ALTER TABLE t ADD INDEX k (n), ALGORITHM=INPLACE, LOCK=EXCLUSIVE; -- expect: mysql-lock-clause-blocking
ALTER TABLE t ADD INDEX l (n), ALGORITHM=COPY, LOCK=SHARED; -- expect: mysql-algorithm-copy
ALTER TABLE t ADD INDEX l2 (z), ADD COLUMN e int;
ALTER TABLE t DROP PRIMARY KEY; -- expect: mysql-algorithm-copy
ALTER TABLE t ADD PRIMARY KEY (id), ALGORITHM=INPLACE; -- expect: mysql-not-instant
ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (n), ALGORITHM=INPLACE; -- expect: mysql-not-instant
ALTER TABLE t DROP PRIMARY KEY, ADD UNIQUE (z), ALGORITHM=DEFAULT; -- expect: mysql-algorithm-copy
ALTER TABLE t MODIFY z int NOT NULL, ALGORITHM=INPLACE, LOCK=NONE; -- expect: mysql-not-instant
ALTER TABLE l CONVERT TO CHARACTER SET utf8mb4; -- expect: charset-conversion
ALTER TABLE t ENGINE=MyISAM; -- expect: mysql-algorithm-copy
-- Told by rules of their own.
ALTER TABLE f ADD FULLTEXT KEY other (note);
ALTER TABLE f ADD COLUMN x int AS (id * 2) STORED;
-- A FULLTEXT index makes rebuilds block.
ALTER TABLE f ADD COLUMN y int; -- expect: mysql-algorithm-copy
OPTIMIZE TABLE f; -- expect: mysql-algorithm-copy
UPDATE t SET n = 1 WHERE id = 2;
SET foreign_key_checks = 1;
CREATE TABLE made (id int PRIMARY KEY, n int);
ALTER TABLE made DROP PRIMARY KEY;
ALTER TABLE made MODIFY n int NOT NULL;
ALTER TABLE made ADD INDEX i (n), LOCK=SHARED;
ALTER TABLE made CONVERT TO CHARACTER SET utf8mb4;
OPTIMIZE TABLE made;
ALTER TABLE made ENGINE=MyISAM;
