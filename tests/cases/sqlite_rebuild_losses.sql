-- dialect: sqlite
-- runs: alembic
-- about: sqlite-table-rebuild
CREATE TABLE a (
    id INTEGER PRIMARY KEY AUTOINCREMENT, age INTEGER CHECK (age > 0), size INTEGER, code TEXT COLLATE NOCASE,
    CONSTRAINT named CHECK (size > 0), CHECK ("size" < 100)
);
CREATE INDEX a_lower ON a (lower(code));
CREATE INDEX a_plain ON a (code);
CREATE INDEX a_part ON a (age) WHERE size > 5;
CREATE VIEW of_lone AS SELECT id FROM lone;
CREATE TABLE b (id INTEGER PRIMARY KEY, n INTEGER, CHECK (n > 0));
CREATE TABLE r (id INTEGER PRIMARY KEY, b_id INTEGER REFERENCES b (id), c_id INTEGER REFERENCES c (id) ON DELETE SET NULL);
CREATE TABLE c (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES c (id), code TEXT COLLATE RTRIM);
CREATE TABLE d (id INTEGER PRIMARY KEY, e_id INTEGER REFERENCES e (id) ON DELETE CASCADE);
CREATE TABLE e (id INTEGER PRIMARY KEY);
CREATE TABLE f (id INTEGER PRIMARY KEY, code TEXT COLLATE NOCASE, size INTEGER);
CREATE INDEX f_code ON f (lower(code));
CREATE INDEX f_size ON f (id) WHERE size > 5;
CREATE TABLE lone (id INTEGER PRIMARY KEY);
-- range
-- Everything goes.
CREATE TABLE a2 (id INTEGER PRIMARY KEY, age INTEGER, size INTEGER, code TEXT);
INSERT INTO a2 SELECT id, age, size, code FROM a;
DROP TABLE a; -- expect: sqlite-table-rebuild
ALTER TABLE a2 RENAME TO a;

-- The column is of another type, and its CHECK goes with the old one.
CREATE TABLE b2 (id INTEGER PRIMARY KEY, n TEXT);
INSERT INTO b2 SELECT id, n FROM b;
DROP TABLE b;
ALTER TABLE b2 RENAME TO b;

-- Foreign keys are off. In a transaction they can't be switched on.
BEGIN;
PRAGMA foreign_keys = ON;
PRAGMA legacy_alter_table = ON;
CREATE TABLE c2 (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES c (id), code TEXT COLLATE RTRIM);
INSERT INTO c2 SELECT id, parent, code FROM c;
DROP TABLE c;
ALTER TABLE c2 RENAME TO c;
COMMIT;

-- With the old way of RENAME the view is no hindrance.
CREATE TABLE lone2 (id INTEGER PRIMARY KEY);
INSERT INTO lone2 SELECT id FROM lone;
DROP TABLE lone;
ALTER TABLE lone2 RENAME TO lone;
PRAGMA legacy_alter_table = OFF;

PRAGMA foreign_keys = 1;
CREATE TABLE c3 (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES c (id), code TEXT COLLATE RTRIM);
INSERT INTO c3 SELECT id, parent, code FROM c;
DROP TABLE c; -- expect: sqlite-table-rebuild
ALTER TABLE c3 RENAME TO c;
CREATE TABLE e2 (id INTEGER PRIMARY KEY);
INSERT INTO e2 SELECT id FROM e;
DROP TABLE e; -- expect: sqlite-table-rebuild
ALTER TABLE e2 RENAME TO e;
CREATE TABLE b3 (id INTEGER PRIMARY KEY, n TEXT);
INSERT INTO b3 SELECT id, n FROM b;
DROP TABLE b; -- expect: sqlite-table-rebuild
PRAGMA cache_size = 1000;
ALTER TABLE b3 RENAME TO b;
CREATE TABLE lone3 (id INTEGER PRIMARY KEY);
INSERT INTO lone3 SELECT id FROM lone;
DROP TABLE lone; -- expect: sqlite-table-rebuild
ALTER TABLE lone3 RENAME TO lone;

-- What an index or COLLATE belongs to is dropped or changed, and so are they.
CREATE TABLE f2 (id INTEGER PRIMARY KEY);
INSERT INTO f2 SELECT id FROM f;
DROP TABLE f;
ALTER TABLE f2 RENAME TO f;

-- Made, and rebuilt.
CREATE TABLE g (id INTEGER PRIMARY KEY, n INTEGER CHECK (n > 0));
CREATE TABLE g2 (id INTEGER PRIMARY KEY, n INTEGER);
INSERT INTO g2 SELECT id, n FROM g;
DROP TABLE g;
ALTER TABLE g2 RENAME TO g;
DROP TABLE nowhere;
ALTER TABLE lone RENAME TO nowhere;
