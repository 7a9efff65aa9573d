-- dialect: oracle
-- runs: alembic
-- about: oracle-drop-column-rewrite oracle-ddl-wait add-column-volatile-default alter-column-type-rewrite
CREATE TABLE t (id NUMBER(10) NOT NULL PRIMARY KEY, a VARCHAR2(10), b CHAR(4), c NUMBER(5), d NUMBER(5));
-- range
CREATE TABLE made (id NUMBER(10));
ALTER TABLE made ADD (x NUMBER);
ALTER TABLE made DROP COLUMN x;
INSERT INTO t (id) VALUES (1);
ALTER TABLE t ADD e RAW(16) DEFAULT SYS_GUID(); -- expect: add-column-volatile-default, oracle-ddl-wait
ALTER TABLE t MODIFY a VARCHAR2(20);
ALTER TABLE t MODIFY b CHAR(8); -- expect: alter-column-type-rewrite
ALTER TABLE t DROP COLUMN c; -- expect: oracle-drop-column-rewrite
ALTER TABLE t SET UNUSED (d);
ALTER TABLE t ADD f NUMBER DEFAULT 0;
