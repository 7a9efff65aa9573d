-- dialect: postgresql
-- about: column-type-narrowing
CREATE TABLE t (id integer PRIMARY KEY, a varchar(50), b text, c numeric(10, 4), d bigint, e integer, f json, g text);
-- range
ALTER TABLE t ALTER COLUMN a TYPE varchar(60);
ALTER TABLE t ALTER COLUMN a TYPE text;
ALTER TABLE t ALTER COLUMN b TYPE varchar(20); -- expect: column-type-narrowing
ALTER TABLE t ALTER COLUMN c TYPE numeric(12, 4);
ALTER TABLE t ALTER COLUMN c TYPE numeric(12, 2); -- expect: column-type-narrowing
ALTER TABLE t ALTER COLUMN d TYPE integer; -- expect: column-type-narrowing
ALTER TABLE t ALTER COLUMN e TYPE bigint;
ALTER TABLE t ALTER COLUMN f TYPE jsonb USING f::jsonb;
ALTER TABLE t ALTER COLUMN g TYPE text USING upper(g);
-- The old type is not known.
ALTER TABLE unknown ALTER COLUMN x TYPE varchar(20);
-- A column of the range.
ALTER TABLE t ADD COLUMN h text;
ALTER TABLE t ALTER COLUMN h TYPE varchar(10);
