-- dialect: oracle
-- runs: alembic
-- about: oracle-ddl-wait
CREATE TABLE t (id NUMBER(10) NOT NULL PRIMARY KEY, a VARCHAR2(10));
-- range
ALTER SESSION SET ddl_lock_timeout = 10;
ALTER TABLE t ADD f NUMBER DEFAULT 0;
