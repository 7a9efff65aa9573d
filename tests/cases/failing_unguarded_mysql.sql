-- dialect: mysql mariadb
-- about: unguarded-drop
-- Where sqlgen's script runs it, what the history made is there.
CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer, CONSTRAINT uq_a UNIQUE (a));
CREATE INDEX ix_b ON t (b);
-- range
ALTER TABLE t DROP INDEX uq_a;
ALTER TABLE t DROP INDEX ix_b;
ALTER TABLE t DROP PRIMARY KEY;
ALTER TABLE t DROP INDEX ix_by_hand; -- expect: unguarded-drop
ALTER TABLE u DROP PRIMARY KEY; -- expect: unguarded-drop
