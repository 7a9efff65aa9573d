-- dialect: postgresql
-- runs: file
-- about: version-precondition-missing client-error-stop-missing
-- range
\set ON_ERROR_STOP off
SET lock_timeout = '5s';
SELECT 1;
CREATE TEMP TABLE s (id integer); -- expect: client-error-stop-missing
INSERT INTO s VALUES (1);
CREATE TABLE t (id integer); -- expect: version-precondition-missing
UPDATE alembic_version SET version_num = 'b' WHERE version_num = 'a';
INSERT INTO t VALUES (1);
