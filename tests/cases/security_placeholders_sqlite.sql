-- dialect: sqlite
-- about: unbound-parameter
CREATE TABLE t (id integer PRIMARY KEY, name text);
-- range
SELECT id FROM t WHERE id = ?1; -- expect: unbound-parameter
SELECT id FROM t WHERE id = @id; -- expect: unbound-parameter
SELECT id FROM t WHERE id = $id; -- expect: unbound-parameter
