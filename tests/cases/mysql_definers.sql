-- dialect: mysql mariadb
-- about: mysql-definer mysql-inline-references-ignored
-- server: 10.6
CREATE TABLE t (id int PRIMARY KEY, a int);
-- range
CREATE DEFINER = CURRENT_USER() VIEW v1 AS SELECT id FROM t;
CREATE DEFINER = 'root'@'localhost' SQL SECURITY INVOKER VIEW v2 AS SELECT id FROM t;
CREATE DEFINER = 'root'@'localhost' SQL SECURITY DEFINER VIEW v3 AS SELECT id FROM t; -- expect: mysql-definer
CREATE DEFINER = 'root'@'localhost' TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1; -- expect: mysql-definer
CREATE DEFINER = root PROCEDURE p1() SQL SECURITY INVOKER SELECT 1;
CREATE DEFINER = root PROCEDURE p2() SELECT 1; -- expect: mysql-definer
CREATE TRIGGER h BEFORE UPDATE ON t FOR EACH ROW SET NEW.a = 1;
-- MySQL 9 and MariaDB 10.5 make the key.
CREATE TABLE o (id int PRIMARY KEY, t_id int REFERENCES t (id));
