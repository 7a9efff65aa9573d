-- dialect: mariadb
-- about: mysql-modify-drops-attributes
CREATE TABLE t (id int PRIMARY KEY, j int CHECK (j > 0), k int CONSTRAINT positive CHECK (k > 0), l int CHECK (l > 0));
-- range
-- MariaDB keeps a CHECK without a name with its column, and loses it with its definition.
ALTER TABLE t MODIFY j bigint; -- expect: mysql-modify-drops-attributes
ALTER TABLE t MODIFY j bigint COMMENT 'no check any more';
ALTER TABLE t MODIFY k bigint;
ALTER TABLE t MODIFY l bigint CHECK (l > 1);
ALTER TABLE t MODIFY id bigint;
