-- dialect: postgresql
-- runs: file
-- about: version-precondition-missing client-error-stop-missing
-- range
BEGIN;
CREATE TABLE IF NOT EXISTS t (id integer); -- expect: version-precondition-missing, client-error-stop-missing
COMMIT;
BEGIN;
UPDATE alembic_version SET version_num = 'b' WHERE version_num = 'a';
COMMIT;
