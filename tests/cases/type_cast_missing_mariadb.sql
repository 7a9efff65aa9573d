-- dialect: mariadb
-- about: type-cast-missing alter-column-type-rewrite column-type-narrowing
CREATE TABLE users (id integer PRIMARY KEY, code uuid, price decimal(10, 4), name varchar(200));
-- range
ALTER TABLE users CHANGE code code2 uuid;
ALTER TABLE users MODIFY code2 integer; -- expect: type-cast-missing
ALTER TABLE users MODIFY price decimal(12, 2); -- expect: alter-column-type-rewrite, column-type-narrowing
ALTER TABLE users MODIFY name varchar(20); -- expect: alter-column-type-rewrite, column-type-narrowing
ALTER TABLE users MODIFY nowhere integer; -- expect: alter-column-type-rewrite
