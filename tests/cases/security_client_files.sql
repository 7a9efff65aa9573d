-- dialect: postgresql
-- runs: file
-- about: client-metacommand client-variable-substitution unbound-parameter
CREATE TABLE t (id integer PRIMARY KEY, a integer[]);
-- range
\restrict abc
\set ON_ERROR_STOP on
\set limit 10
\echo `date`
SELECT 1; -- expect: client-metacommand
SELECT :limit;
SELECT :other; -- expect: client-variable-substitution
SELECT a[1:other], 'x'::text FROM t;
SELECT a[1:2] + :other FROM t; -- expect: client-variable-substitution
COPY t FROM STDIN;
1	{\N}
\copy	2
\.
SELECT 2;
SELECT 3 \g
SELECT 4 \g out.txt -- expect: client-metacommand
SELECT 5 AS other \gset
SELECT :other;
SELECT id FROM t WHERE id %s = 0;
SELECT id FROM t WHERE id = %s; -- expect: unbound-parameter
SELECT id FROM t WHERE id IN (%(ids)s); -- expect: unbound-parameter
SELECT id FROM t WHERE data ? 'a' AND data ?| ARRAY['a'];
SELECT id FROM t WHERE data = ? AND id = 1; -- expect: unbound-parameter
SELECT id FROM t WHERE id BETWEEN $1 AND 3; -- expect: unbound-parameter
PREPARE q AS SELECT id FROM t WHERE id = $1;
SELECT id FROM t LIMIT %s; -- expect: unbound-parameter
CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT $1; END;
SELECT 'datetime.date(2026, 1, 1)'; -- expect: unbound-parameter
SELECT ' STDIN ';
\! ls
SELECT 6; -- expect: client-metacommand
COPY t TO STDOUT;
\! ls
SELECT 7; -- expect: client-metacommand
