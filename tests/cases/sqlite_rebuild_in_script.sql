-- dialect: sqlite
-- about: sqlite-table-rebuild
-- Our script is one transaction, with foreign keys off.
CREATE TABLE b (id INTEGER PRIMARY KEY);
CREATE TABLE r (id INTEGER PRIMARY KEY, b_id INTEGER REFERENCES b (id) ON DELETE CASCADE);
-- range
PRAGMA foreign_keys = ON;
CREATE TABLE b2 (id INTEGER PRIMARY KEY);
INSERT INTO b2 SELECT id FROM b;
DROP TABLE b;
ALTER TABLE b2 RENAME TO b;
