-- dialect: postgresql
-- runs: file
-- about: version-precondition-missing client-error-stop-missing
-- range
BEGIN;
CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
CREATE TABLE t (id integer);
INSERT INTO alembic_version (version_num) VALUES ('a');
COMMIT;
