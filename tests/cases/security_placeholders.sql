-- dialect: sqlite mysql mariadb
-- about: unbound-parameter client-metacommand
CREATE TABLE t (id integer PRIMARY KEY, name text);
-- range
SELECT id FROM t WHERE id = :id; -- expect: unbound-parameter
SELECT id FROM t WHERE id %3 = 1;
SELECT id FROM t WHERE id %s = 1;
SELECT (1) %s FROM t;
SELECT id FROM t WHERE name = '?';
SELECT id FROM t WHERE name = ? /* what */; -- expect: unbound-parameter
