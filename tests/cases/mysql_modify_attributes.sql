-- dialect: mysql
-- about: mysql-modify-drops-attributes
CREATE TABLE t (
    id int AUTO_INCREMENT PRIMARY KEY,
    a varchar(10) NOT NULL DEFAULT 'a' COMMENT 'first',
    b varchar(10) NOT NULL,
    c varchar(10) CHARACTER SET latin1,
    d varchar(10) CHARACTER SET utf8mb4,
    e varchar(10) COLLATE utf8mb4_bin,
    f int DEFAULT NULL,
    g timestamp NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    h int INVISIBLE,
    i int GENERATED ALWAYS AS (id * 2) STORED,
    j int CHECK (j > 0),
    k datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    l enum('x', 'y') NOT NULL DEFAULT 'x',
    m int unsigned NOT NULL DEFAULT 7,
    n int NOT NULL COMMENT 'why',
    o varchar(20) NOT NULL DEFAULT 'it''s',
    p varchar(10) CHARACTER SET latin1 NOT NULL,
    q int NOT NULL DEFAULT 1,
    r int NOT NULL DEFAULT 1,
    s timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
    u varchar(10) NOT NULL COMMENT 'u',
    v varchar(10) CHARACTER SET latin1 COLLATE latin1_bin NOT NULL
) DEFAULT CHARSET = utf8mb4;
CREATE TABLE shop.away (id int PRIMARY KEY, a int NOT NULL);
-- range
-- AUTO_INCREMENT goes; NOT NULL does not, as it is in the primary key.
ALTER TABLE t MODIFY id bigint; -- expect: mysql-modify-drops-attributes
-- Just one thing changes: that is what the statement is for.
ALTER TABLE t MODIFY b varchar(10) NULL;
ALTER TABLE t MODIFY b varchar(10) NOT NULL DEFAULT 'b';
ALTER TABLE t MODIFY b varchar(10) NOT NULL;
-- nullable=True, and the default was forgotten.
ALTER TABLE t MODIFY m int unsigned NULL; -- expect: mysql-modify-drops-attributes
-- nullable=True alone.
ALTER TABLE t MODIFY n int NULL COMMENT 'why';
-- A type that changes, with everything else repeated.
ALTER TABLE t MODIFY a varchar(20) NOT NULL DEFAULT 'a' COMMENT 'first';
ALTER TABLE t MODIFY a varchar(30) NOT NULL DEFAULT 'a'; -- expect: mysql-modify-drops-attributes
-- A new comment, and nothing lost.
ALTER TABLE t MODIFY a varchar(30) NOT NULL DEFAULT 'a' COMMENT 'again';
-- A new comment without what was there.
ALTER TABLE t MODIFY a varchar(30) COMMENT 'and again'; -- expect: mysql-modify-drops-attributes
-- Another character set than the table's is lost; the table's own is not.
ALTER TABLE t MODIFY c varchar(20); -- expect: mysql-modify-drops-attributes
ALTER TABLE t MODIFY d varchar(20);
ALTER TABLE t MODIFY e varchar(20); -- expect: mysql-modify-drops-attributes
ALTER TABLE t MODIFY p varchar(10) NOT NULL;
ALTER TABLE t MODIFY p int NOT NULL;
ALTER TABLE t MODIFY v varchar(20) NOT NULL; -- expect: mysql-modify-drops-attributes
-- DEFAULT NULL is no default.
ALTER TABLE t MODIFY f bigint;
ALTER TABLE t MODIFY g timestamp NULL DEFAULT CURRENT_TIMESTAMP COMMENT 'when'; -- expect: mysql-modify-drops-attributes
ALTER TABLE t MODIFY h bigint; -- expect: mysql-modify-drops-attributes
ALTER TABLE t MODIFY i bigint; -- expect: mysql-modify-drops-attributes
-- MySQL makes a CHECK at a column one of the table's: it stays.
ALTER TABLE t MODIFY j bigint;
ALTER TABLE t MODIFY k datetime(6) NOT NULL; -- expect: mysql-modify-drops-attributes
ALTER TABLE t CHANGE l state enum('x', 'y') NOT NULL; -- expect: mysql-modify-drops-attributes
ALTER TABLE t CHANGE o o2 varchar(20) NOT NULL DEFAULT 'it''s';
ALTER TABLE t CHANGE o2 o3 varchar(20) DEFAULT 'it''s'; -- expect: mysql-modify-drops-attributes
-- Another default in its place.
ALTER TABLE t MODIFY q int NOT NULL DEFAULT 2;
ALTER TABLE t MODIFY q int DEFAULT 3; -- expect: mysql-modify-drops-attributes
ALTER TABLE t MODIFY r int; -- expect: mysql-modify-drops-attributes
-- NOT NULL that comes, a default that goes.
ALTER TABLE t MODIFY f bigint DEFAULT 5;
ALTER TABLE t MODIFY f bigint NOT NULL; -- expect: mysql-modify-drops-attributes
ALTER TABLE t MODIFY s timestamp NOT NULL;
ALTER TABLE t MODIFY u varchar(10) NOT NULL;
ALTER TABLE t MODIFY nowhere int;
ALTER TABLE shop.away MODIFY a bigint; -- expect: mysql-modify-drops-attributes
ALTER TABLE unknown MODIFY a bigint;
-- A table that is made here is as wrong afterwards.
CREATE TABLE made (id int PRIMARY KEY, a varchar(10) NOT NULL);
ALTER TABLE made MODIFY a varchar(20); -- expect: mysql-modify-drops-attributes
