-- dialect: mysql
-- about: mysql-inline-references-ignored
-- server: 8.4
CREATE TABLE t (id int PRIMARY KEY, a int);
-- range
CREATE TABLE o (id int PRIMARY KEY, t_id int REFERENCES t (id)); -- expect: mysql-inline-references-ignored
CREATE TABLE p (id int PRIMARY KEY, t_id int UNIQUE, FOREIGN KEY (t_id) REFERENCES t (id));
ALTER TABLE t MODIFY a int REFERENCES t (id); -- expect: mysql-inline-references-ignored
ALTER TABLE t ADD COLUMN b int REFERENCES t (id), ADD COLUMN c int UNIQUE; -- expect: mysql-inline-references-ignored
