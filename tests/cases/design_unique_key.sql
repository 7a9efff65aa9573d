-- dialect: sqlite mysql mariadb
-- about: index-redundant
-- range
CREATE TABLE t (id integer, PRIMARY KEY (id), UNIQUE (id)); -- expect: index-redundant
ALTER TABLE t ADD COLUMN a integer;
CREATE INDEX ix_t_a ON t (a);
CREATE INDEX ix_t_a2 ON t (a); -- expect: index-redundant
CREATE TABLE gone (id integer PRIMARY KEY, a integer);
CREATE INDEX ix_gone_1 ON gone (a);
CREATE INDEX ix_gone_2 ON gone (a);
DROP TABLE gone;
