-- dialect: sqlite
-- about: sqlite-add-column-limits sqlite-fk-pragma-in-tx
CREATE TABLE t (id INTEGER PRIMARY KEY);
-- range
ALTER TABLE t ADD COLUMN a TEXT;
ALTER TABLE t ADD COLUMN b TEXT UNIQUE; -- expect: sqlite-add-column-limits
ALTER TABLE t ADD COLUMN c INTEGER PRIMARY KEY; -- expect: sqlite-add-column-limits
ALTER TABLE t ADD COLUMN d TEXT CHECK (d <> '');
ALTER TABLE t ADD COLUMN e TEXT DEFAULT CURRENT_TIMESTAMP; -- expect: sqlite-add-column-limits
ALTER TABLE t ADD COLUMN f INTEGER DEFAULT (1 + 1); -- expect: sqlite-add-column-limits
ALTER TABLE t ADD COLUMN g INTEGER DEFAULT (-7.5);
ALTER TABLE t ADD COLUMN h TEXT DEFAULT ('it''s');
ALTER TABLE t ADD COLUMN i TEXT DEFAULT ('a' || 'b'); -- expect: sqlite-add-column-limits
ALTER TABLE t ADD COLUMN j BOOLEAN DEFAULT (TRUE);
ALTER TABLE t ADD COLUMN k TEXT DEFAULT NULL;
ALTER TABLE t ADD COLUMN l BLOB DEFAULT (x'00');
ALTER TABLE t ADD COLUMN m INTEGER GENERATED ALWAYS AS (id) STORED; -- expect: sqlite-add-column-limits
ALTER TABLE t ADD COLUMN n INTEGER GENERATED ALWAYS AS (id) VIRTUAL;
ALTER TABLE t ADD COLUMN o INTEGER REFERENCES t (id);
ALTER TABLE t ADD COLUMN p INTEGER DEFAULT 1 REFERENCES t (id);
-- add-required-column tells of this one.
ALTER TABLE t ADD COLUMN q TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP;
PRAGMA foreign_keys = ON;
ALTER TABLE t ADD COLUMN r INTEGER DEFAULT 1 REFERENCES t (id); -- expect: sqlite-add-column-limits
ALTER TABLE t ADD COLUMN s INTEGER DEFAULT 1;
ALTER TABLE t ADD COLUMN t TEXT DEFAULT (lower('A')); -- expect: sqlite-add-column-limits
CREATE TABLE made (id INTEGER PRIMARY KEY);
ALTER TABLE made ADD COLUMN a TEXT DEFAULT CURRENT_TIMESTAMP;
ALTER TABLE made ADD COLUMN b TEXT UNIQUE; -- expect: sqlite-add-column-limits
BEGIN;
PRAGMA foreign_keys = OFF; -- expect: sqlite-fk-pragma-in-tx
PRAGMA defer_foreign_keys = ON;
COMMIT;
PRAGMA foreign_keys = OFF;
