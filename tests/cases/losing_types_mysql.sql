-- dialect: mysql mariadb
-- about: column-type-narrowing
CREATE TABLE t (id integer PRIMARY KEY, a varchar(50), b bigint, c decimal(10, 4), d integer unsigned, e text);
-- range
ALTER TABLE t MODIFY a varchar(60);
ALTER TABLE t MODIFY a varchar(30); -- expect: column-type-narrowing
ALTER TABLE t MODIFY b integer; -- expect: column-type-narrowing
ALTER TABLE t CHANGE c price decimal(10, 2); -- expect: column-type-narrowing
ALTER TABLE t MODIFY d bigint unsigned;
ALTER TABLE t MODIFY e varchar(100); -- expect: column-type-narrowing
ALTER TABLE unknown MODIFY x varchar(20);
