-- dialect: postgresql
-- from: empty
-- about: apply-simulation-failed
CREATE EXTENSION postgis;
-- range
DELETE FROM spatial_ref_sys WHERE srid = 1;
