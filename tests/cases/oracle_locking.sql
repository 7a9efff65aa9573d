-- dialect: oracle
-- about: set-not-null-scan index-create-blocking fk-add-validating check-add-validating unique-constraint-inline primary-key-inline reindex-blocking
CREATE TABLE users (id NUMBER PRIMARY KEY, code VARCHAR2(10) NOT NULL, note VARCHAR2(10));
CREATE TABLE orders (id NUMBER NOT NULL, user_id NUMBER);
CREATE INDEX ix_code ON users (code);
-- range
ALTER TABLE users MODIFY (note NOT NULL); -- expect: set-not-null-scan
CREATE INDEX ix_1 ON users (note); -- expect: index-create-blocking
CREATE INDEX ix_2 ON users (note) ONLINE;
ALTER TABLE orders ADD CONSTRAINT f1 FOREIGN KEY (user_id) REFERENCES users (id); -- expect: fk-add-validating
ALTER TABLE orders ADD CONSTRAINT f2 FOREIGN KEY (user_id) REFERENCES users (id) ENABLE NOVALIDATE;
ALTER TABLE orders MODIFY CONSTRAINT f2 VALIDATE;
ALTER TABLE orders ADD CONSTRAINT c1 CHECK (id > 0); -- expect: check-add-validating
ALTER TABLE orders ADD CONSTRAINT c2 CHECK (id > 0) ENABLE NOVALIDATE;
ALTER TABLE users ADD CONSTRAINT u1 UNIQUE (note); -- expect: unique-constraint-inline
ALTER TABLE orders ADD PRIMARY KEY (id); -- expect: primary-key-inline
ALTER INDEX ix_code REBUILD; -- expect: reindex-blocking
ALTER INDEX ix_1 REBUILD ONLINE;
CREATE TABLE fresh (id NUMBER);
ALTER TABLE fresh ADD PRIMARY KEY (id);
ALTER TABLE fresh MODIFY (id NOT NULL);
