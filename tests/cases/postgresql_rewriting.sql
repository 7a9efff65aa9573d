-- dialect: postgresql
-- about: alter-type-index-rebuild alter-type-timezone-dependent alter-column-type-rewrite add-column-serial-identity add-column-stored-generated add-column-volatile-default
CREATE TABLE t (
    id integer PRIMARY KEY, a varchar(10), b varchar(10) CHECK (b <> ''), c varchar(10), d varchar(10), e varchar(10) UNIQUE,
    f timestamp, g timestamptz, h text, i varchar(10), j varchar(10), CONSTRAINT both_set CHECK (i <> j)
);
CREATE INDEX t_lower ON t (lower(a));
CREATE INDEX t_part ON t (id) WHERE c <> '';
CREATE INDEX t_d ON t (d);
-- range
ALTER TABLE t ALTER COLUMN a TYPE varchar(20); -- expect: alter-type-index-rebuild
ALTER TABLE t ALTER COLUMN b TYPE varchar(20); -- expect: alter-type-index-rebuild
ALTER TABLE t ALTER COLUMN c TYPE varchar(20); -- expect: alter-type-index-rebuild
ALTER TABLE t ALTER COLUMN d TYPE varchar(20);
ALTER TABLE t ALTER COLUMN d TYPE varchar(30) COLLATE "C"; -- expect: alter-type-index-rebuild
ALTER TABLE t ALTER COLUMN e TYPE varchar(20) COLLATE "C"; -- expect: alter-type-index-rebuild
ALTER TABLE t ALTER COLUMN i TYPE varchar(20); -- expect: alter-type-index-rebuild
ALTER TABLE t ALTER COLUMN f TYPE timestamptz; -- expect: alter-type-timezone-dependent, alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN g TYPE timestamp USING timezone('UTC', g); -- expect: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN h TYPE citext;
ALTER TABLE unknown ALTER COLUMN f TYPE timestamptz; -- expect: alter-column-type-rewrite
ALTER TABLE t ADD COLUMN n varchar(10), ADD COLUMN o timestamp;
ALTER TABLE t ALTER COLUMN n TYPE varchar(5);
ALTER TABLE t ALTER COLUMN o TYPE timestamptz;
CREATE INDEX t_n ON t (upper(n));
ALTER TABLE t ALTER COLUMN n TYPE varchar(50);
CREATE TABLE made (id integer, a varchar(10));
CREATE INDEX made_lower ON made (lower(a));
ALTER TABLE made ALTER COLUMN a TYPE varchar(20);
ALTER TABLE made ADD COLUMN s serial, ADD COLUMN u integer GENERATED ALWAYS AS (id) STORED;
