-- dialect: postgresql
-- about: integrity-check-disabled
-- range
BEGIN;
SET LOCAL session_replication_role = replica;
INSERT INTO t (id) VALUES (1);
COMMIT;
SET session_replication_role = 'replica';
INSERT INTO t (id) VALUES (1);
RESET session_replication_role;
SET session_replication_role TO replica; -- expect: integrity-check-disabled
