-- dialect: postgresql
CREATE TABLE t (
    id integer PRIMARY KEY, a varchar(50), b varchar(50), c numeric(10, 2), d numeric(10, 2), e timestamp(3), f integer,
    g timestamp, h text, i varchar(50)[], j char(5), k varchar(50), l cidr, m varchar(20), n varchar(20), o json
);
-- range
ALTER TABLE t ALTER COLUMN a TYPE varchar(50);
ALTER TABLE t ALTER COLUMN a TYPE character varying(200);
ALTER TABLE t ALTER COLUMN a TYPE varchar;
ALTER TABLE t ALTER COLUMN a TYPE text;
ALTER TABLE t ALTER COLUMN a TYPE varchar(10); -- expect: alter-column-type-rewrite, column-type-narrowing
ALTER TABLE t ALTER COLUMN b TYPE varchar(40); -- expect: alter-column-type-rewrite, column-type-narrowing
ALTER TABLE t ALTER COLUMN c TYPE numeric(14, 2);
ALTER TABLE t ALTER COLUMN c TYPE numeric;
ALTER TABLE t ALTER COLUMN d TYPE decimal(14, 3); -- expect: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN e TYPE timestamp;
ALTER TABLE t ALTER COLUMN f TYPE int4;
ALTER TABLE t ALTER COLUMN f TYPE bigint; -- expect: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN g TYPE timestamptz; -- expect: alter-column-type-rewrite, alter-type-timezone-dependent
ALTER TABLE t ALTER COLUMN i TYPE varchar(90)[]; -- expect: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN j TYPE char(9); -- expect: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN k TYPE text USING k::text;
ALTER TABLE t ALTER COLUMN l TYPE inet;
ALTER TABLE t ALTER COLUMN m TYPE text USING upper(m); -- expect: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN n TYPE varchar(40) USING n::varchar(10); -- expect: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN o TYPE jsonb USING o::jsonb; -- expect: alter-column-type-rewrite
ALTER TABLE unknown ALTER COLUMN x TYPE text; -- expect: alter-column-type-rewrite
