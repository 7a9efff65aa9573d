-- dialect: sqlite
-- about: add-required-column
CREATE TABLE t (id integer PRIMARY KEY);
-- range
ALTER TABLE t ADD COLUMN a integer DEFAULT (1) NOT NULL;
ALTER TABLE t ADD COLUMN b text DEFAULT (('x')) NOT NULL;
ALTER TABLE t ADD COLUMN c text DEFAULT ('a' || 'b') NOT NULL; -- expect: add-required-column
ALTER TABLE t ADD COLUMN d text DEFAULT 'it''s' NOT NULL;
ALTER TABLE t ADD COLUMN e integer DEFAULT (1 + 1) NOT NULL; -- expect: add-required-column
ALTER TABLE t ADD COLUMN f text DEFAULT x'00' NOT NULL;
ALTER TABLE t ADD COLUMN g integer DEFAULT TRUE NOT NULL;
