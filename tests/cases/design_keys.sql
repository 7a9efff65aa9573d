-- dialect: postgresql
-- about: fk-missing-index index-redundant primary-key-missing replica-identity-break prefer-jsonb insert-without-columns
CREATE TABLE p (id bigint PRIMARY KEY, a bigint, b bigint, UNIQUE (a, b));
CREATE TABLE c (id bigint PRIMARY KEY, p1 bigint, p2 bigint, p3 bigint, p4 bigint, p5 bigint, p6 bigint);
CREATE INDEX ix_c_p2 ON c (p2);
CREATE INDEX ix_c_p6 ON c USING hash (p6);
CREATE TABLE j (id bigint PRIMARY KEY, a text);
-- range
ALTER TABLE c ADD CONSTRAINT f1 FOREIGN KEY (p1) REFERENCES p (id) NOT VALID; -- expect: fk-missing-index
ALTER TABLE c ADD CONSTRAINT f2 FOREIGN KEY (p2) REFERENCES p (id) NOT VALID;
ALTER TABLE c ADD CONSTRAINT f3 FOREIGN KEY (p3) REFERENCES p (id) NOT VALID; -- expect: fk-missing-index
CREATE INDEX CONCURRENTLY ix_c_p3 ON c USING brin (p3);
CREATE INDEX CONCURRENTLY ix_c_p1 ON c (p1) WHERE p1 > 5;
ALTER TABLE c ADD CONSTRAINT f4 FOREIGN KEY (p4) REFERENCES p (id) NOT VALID;
CREATE INDEX CONCURRENTLY ix_c_p4 ON c (p4) WHERE (p4 IS NOT NULL);
ALTER TABLE c ADD CONSTRAINT f5 FOREIGN KEY (p5, p6) REFERENCES p (a, b) NOT VALID;
CREATE INDEX CONCURRENTLY ix_c_p65 ON c (p6, p5, p1);
ALTER TABLE c ADD COLUMN p7 bigint REFERENCES p (id); -- expect: fk-missing-index
ALTER TABLE c ADD COLUMN p8 bigint UNIQUE REFERENCES p (id);
ALTER TABLE c ADD COLUMN p9 bigint CONSTRAINT f9 REFERENCES p (id);
ALTER TABLE c DROP CONSTRAINT f9;
ALTER TABLE unknown ADD CONSTRAINT f1 FOREIGN KEY (p1) REFERENCES p (id) NOT VALID;
CREATE TEMPORARY TABLE t (id bigint PRIMARY KEY, p_id bigint REFERENCES p (id));
CREATE TABLE old (id bigint PRIMARY KEY, p_id bigint REFERENCES p (id)); -- expect: fk-missing-index
ALTER TABLE old RENAME TO new;
CREATE INDEX CONCURRENTLY ix_c_p2b ON c (p2); -- expect: index-redundant
CREATE INDEX CONCURRENTLY ix_c_p6b ON c (p6); -- expect: index-redundant
CREATE UNIQUE INDEX CONCURRENTLY ix_c_id ON c (id); -- expect: index-redundant
CREATE INDEX CONCURRENTLY ix_c_p2e ON c USING btree (p2); -- expect: index-redundant
CREATE INDEX CONCURRENTLY ix_c_p2c ON c (p2 DESC);
CREATE INDEX CONCURRENTLY ix_c_p2d ON c (p2) INCLUDE (p1);
CREATE INDEX CONCURRENTLY ix_c_p2f ON c (p2, p3) INCLUDE (p1);
DROP INDEX CONCURRENTLY IF EXISTS ix_c_p2;
DROP INDEX CONCURRENTLY IF EXISTS ix_c_p2d;
CREATE INDEX CONCURRENTLY ix_c_h ON c USING hash (id);
CREATE UNIQUE INDEX CONCURRENTLY uq_p_a ON p (a);
CREATE INDEX CONCURRENTLY ix_p_b ON p (b); -- expect: index-redundant
CREATE UNIQUE INDEX CONCURRENTLY uq_p_b ON p (b);
CREATE UNIQUE INDEX CONCURRENTLY uq_p_b2 ON p (b) NULLS NOT DISTINCT;
ALTER TABLE p ADD CONSTRAINT uq_p_b UNIQUE USING INDEX uq_p_b;
CREATE TABLE u (id bigint PRIMARY KEY, v bigint UNIQUE);
CREATE INDEX ON u (v); -- expect: index-redundant
CREATE INDEX CONCURRENTLY ix_j_a ON j (a);
DROP INDEX CONCURRENTLY IF EXISTS ix_j_a;
CREATE TABLE nokey (id bigint); -- expect: primary-key-missing
CREATE TABLE key_later (id bigint);
ALTER TABLE key_later ADD PRIMARY KEY (id);
CREATE TABLE key_column_later (a bigint);
ALTER TABLE key_column_later ADD COLUMN id bigint PRIMARY KEY;
CREATE TABLE dropped (id bigint);
DROP TABLE dropped;
CREATE TABLE renamed (id bigint); -- expect: primary-key-missing
ALTER TABLE renamed RENAME TO renamed2;
CREATE TEMPORARY TABLE temp (id bigint);
CREATE TABLE copied AS SELECT * FROM nokey;
CREATE TABLE like_one (LIKE nokey INCLUDING ALL);
CREATE TABLE parts (id bigint) PARTITION BY HASH (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
ALTER TABLE j REPLICA IDENTITY NOTHING; -- expect: replica-identity-break
ALTER TABLE j SET (fillfactor = 70);
ALTER TABLE p REPLICA IDENTITY NOTHING;
ALTER TABLE p REPLICA IDENTITY FULL;
ALTER TABLE p SET (fillfactor = 70);
ALTER TABLE c DROP COLUMN p9;
ALTER TABLE j ALTER COLUMN a TYPE json USING a::json; -- expect: prefer-jsonb
COPY j FROM STDIN;
\.
MERGE INTO j USING p ON j.id = p.id WHEN NOT MATCHED THEN INSERT VALUES (1, 'a');
DO $$ BEGIN INSERT INTO j VALUES (1, '{}'); END $$; -- expect: insert-without-columns
