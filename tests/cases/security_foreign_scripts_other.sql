-- dialect: postgresql sqlite
-- runs: file
-- about: version-precondition-missing client-error-stop-missing
-- range
CREATE TABLE t (id integer);
INSERT INTO t (id) VALUES (1);
