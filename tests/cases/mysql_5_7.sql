-- dialect: mysql
-- server: 5.7
-- about: add-required-column check-add-validating
CREATE TABLE t (id integer PRIMARY KEY, c integer);
-- range
ALTER TABLE t ADD COLUMN k integer NOT NULL DEFAULT 1; -- expect: add-required-column
ALTER TABLE t ADD CONSTRAINT ck_t_c CHECK (c > 0);
