-- dialect: postgresql
-- runs: file
-- about: lock-timeout-missing
-- pg_dump begins with no limit; the index of a new partition is waited for by nobody.
-- range
SET lock_timeout = 0;
CREATE TABLE app.ev (id bigint NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE app.ev_1 (id bigint NOT NULL, at date NOT NULL);
ALTER TABLE ONLY app.ev ATTACH PARTITION app.ev_1 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
ALTER TABLE ONLY app.ev ADD CONSTRAINT ev_pkey PRIMARY KEY (id, at);
ALTER TABLE ONLY app.ev_1 ADD CONSTRAINT ev_1_pkey PRIMARY KEY (id, at);
CREATE INDEX ev_at ON ONLY app.ev USING btree (at);
CREATE INDEX ev_1_at_idx ON app.ev_1 USING btree (at);
ALTER INDEX app.ev_at ATTACH PARTITION app.ev_1_at_idx;
ALTER INDEX app.ev_pkey ATTACH PARTITION app.ev_1_pkey;
ALTER INDEX app.old ATTACH PARTITION app.old_1; -- expect: lock-timeout-missing
