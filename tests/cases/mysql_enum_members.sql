-- dialect: mysql mariadb
-- about: mysql-enum-unsafe-change
CREATE TABLE t (
    id int PRIMARY KEY, a enum('x', 'y', 'z'), b set('r', 'w', 'x'), c enum('x', 'y'), d enum('x', 'y', 'z'),
    e enum('x', 'y', 'z'), f varchar(10), g enum('x', 'y', 'z'), h enum('it''s', 'y')
);
CREATE TABLE other (id int PRIMARY KEY, a enum('x', 'y', 'z'));
-- range
ALTER TABLE t MODIFY a enum('x', 'y', 'z') NOT NULL;
ALTER TABLE t MODIFY a enum('x', 'y', 'z', 'zz');
ALTER TABLE t MODIFY a enum('x', 'y', 'zz', 'z'); -- expect: mysql-enum-unsafe-change
ALTER TABLE t MODIFY b set('r', 'w', 'x', 's');
ALTER TABLE t MODIFY b set('w', 'r', 'x', 's'); -- expect: mysql-enum-unsafe-change
ALTER TABLE t MODIFY c enum('y'); -- expect: mysql-enum-unsafe-change
ALTER TABLE t MODIFY c varchar(10);
ALTER TABLE t MODIFY f enum('x');
-- The rows that have it are changed first; members behind it move up, which can't be helped.
UPDATE t SET d = 'y' WHERE d = 'x';
ALTER TABLE t MODIFY d enum('y', 'z');
UPDATE other SET a = 'y' WHERE a = 'z';
ALTER TABLE t MODIFY e enum('x', 'y'); -- expect: mysql-enum-unsafe-change
DELETE FROM other WHERE a IN ("x", "y");
ALTER TABLE other MODIFY a enum('z');
DELETE FROM t WHERE h = 'it''s';
ALTER TABLE t MODIFY h enum('y');
-- It was defined anew here, and is an old column all the same.
ALTER TABLE t CHANGE g g2 enum('x', 'y', 'z', 'q');
ALTER TABLE t MODIFY g2 enum('x', 'y'); -- expect: mysql-enum-unsafe-change
-- New columns and tables have no rows of old.
ALTER TABLE t ADD COLUMN n enum('x', 'y');
ALTER TABLE t MODIFY n enum('y');
ALTER TABLE t MODIFY n enum('x');
CREATE TABLE made (id int PRIMARY KEY, a enum('x', 'y'));
ALTER TABLE made MODIFY a enum('x');
ALTER TABLE unknown MODIFY a enum('x');
