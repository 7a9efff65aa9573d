-- dialect: postgresql
-- about: index-create-blocking index-drop-blocking index-drop-constraint-backed partitioned-index-build primary-key-inline unique-constraint-inline exclusion-constraint reindex-blocking vacuum-full-cluster refresh-matview-blocking attach-partition-scan detach-partition-blocking
CREATE TABLE users (id integer NOT NULL, email text, code text NOT NULL, during tsrange, CONSTRAINT uq_code UNIQUE (code));
CREATE INDEX ix_email ON users (email);
CREATE INDEX ix_mail ON users (email);
CREATE INDEX ix_other ON users (id);
CREATE TABLE events (id integer, day date) PARTITION BY RANGE (day);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_2 (id integer, day date NOT NULL, CHECK (id > 0));
CREATE TABLE events_3 (id integer, day date NOT NULL, CHECK (day >= '2027-01-01' AND day < '2028-01-01'));
CREATE TABLE events_4 (id integer, day date NOT NULL);
CREATE INDEX ix_events_id ON events (id);
CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS n FROM users;
-- range
CREATE INDEX ix_1 ON users (email); -- expect: index-create-blocking
CREATE INDEX ON users (email); -- expect: index-create-blocking
CREATE INDEX CONCURRENTLY ix_2 ON users (email);
CREATE INDEX ix_totals ON totals (n);
CREATE UNIQUE INDEX ix_3 ON elsewhere (email); -- expect: index-create-blocking

-- A partitioned table.
CREATE INDEX ix_day_1 ON events (day); -- expect: partitioned-index-build
CREATE INDEX CONCURRENTLY ix_day_2 ON events (day); -- expect: partitioned-index-build
CREATE INDEX ON events (day); -- expect: partitioned-index-build
CREATE INDEX ix_day ON ONLY events (day);
CREATE INDEX CONCURRENTLY ix_1_day ON events_1 (day);
ALTER INDEX ix_day ATTACH PARTITION ix_1_day;
CREATE INDEX ix_4 ON events_1 (id); -- expect: index-create-blocking
DROP INDEX ix_events_id;
CREATE TABLE logs (day date) PARTITION BY RANGE (day);
CREATE INDEX ix_logs ON logs (day);
CREATE INDEX CONCURRENTLY ix_logs_2 ON logs (day); -- expect: partitioned-index-build

-- Dropping.
BEGIN;
ALTER TABLE users ADD COLUMN a text;
DROP INDEX ix_email;
COMMIT;
DROP INDEX ix_mail; -- expect: index-drop-blocking
DROP INDEX CONCURRENTLY ix_2;
DROP INDEX ix_other;
DROP INDEX uq_code; -- expect: index-drop-constraint-backed
DROP INDEX ix_1;
CREATE TABLE fresh (id integer CONSTRAINT uq_fresh UNIQUE);
DROP INDEX uq_fresh; -- expect: index-drop-constraint-backed

-- Primary keys.
ALTER TABLE users ADD PRIMARY KEY (id); -- expect: primary-key-inline
ALTER TABLE users ADD COLUMN nr integer PRIMARY KEY; -- expect: primary-key-inline
CREATE UNIQUE INDEX CONCURRENTLY pk_id ON users (id);
ALTER TABLE users ADD CONSTRAINT pk_id PRIMARY KEY USING INDEX pk_id;
CREATE UNIQUE INDEX CONCURRENTLY pk_email ON users (email);
ALTER TABLE users ADD CONSTRAINT pk_email PRIMARY KEY USING INDEX pk_email; -- expect: primary-key-inline
ALTER TABLE users ADD CONSTRAINT pk_other PRIMARY KEY USING INDEX not_seen;
ALTER TABLE elsewhere ADD CONSTRAINT pk_unknown PRIMARY KEY USING INDEX pk_unknown;
ALTER TABLE fresh ADD PRIMARY KEY (id);

-- A constraint that excludes.
ALTER TABLE users ADD CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&); -- expect: exclusion-constraint
ALTER TABLE users ADD EXCLUDE USING gist (during WITH &&); -- expect: exclusion-constraint
ALTER TABLE fresh ADD CONSTRAINT one EXCLUDE USING gist (id WITH =);
ALTER TABLE users ADD CONSTRAINT uq_email UNIQUE (email); -- expect: unique-constraint-inline

-- Maintenance.
REINDEX INDEX uq_code; -- expect: reindex-blocking
REINDEX INDEX CONCURRENTLY uq_code;
REINDEX TABLE users; -- expect: reindex-blocking
REINDEX TABLE fresh;
REINDEX SCHEMA public; -- expect: reindex-blocking
REINDEX SYSTEM shop;
VACUUM users;
VACUUM FULL users; -- expect: vacuum-full-cluster
VACUUM FULL fresh;
VACUUM FULL; -- expect: vacuum-full-cluster
CLUSTER users USING uq_code; -- expect: vacuum-full-cluster
ALTER TABLE users CLUSTER ON uq_code;
ANALYZE users;
REFRESH MATERIALIZED VIEW totals; -- expect: refresh-matview-blocking
REFRESH MATERIALIZED VIEW CONCURRENTLY totals;
CREATE MATERIALIZED VIEW sums AS SELECT 1 AS n WITH NO DATA;
REFRESH MATERIALIZED VIEW sums;

-- Partitions.
ALTER TABLE events ATTACH PARTITION events_2 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01'); -- expect: attach-partition-scan
ALTER TABLE events ATTACH PARTITION events_3 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
ALTER TABLE events_4 ADD CONSTRAINT in_range CHECK (day >= '2028-01-01' AND day < '2029-01-01') NOT VALID;
ALTER TABLE events ATTACH PARTITION events_4 FOR VALUES FROM ('2028-01-01') TO ('2029-01-01'); -- expect: attach-partition-scan
ALTER TABLE unseen ATTACH PARTITION events_2 FOR VALUES FROM (1) TO (2);
ALTER TABLE events ATTACH PARTITION unseen_2 FOR VALUES FROM ('2030-01-01') TO ('2031-01-01'); -- expect: attach-partition-scan
CREATE TABLE events_5 (id integer, day date);
ALTER TABLE events ATTACH PARTITION events_5 FOR VALUES FROM ('2029-01-01') TO ('2030-01-01');
ALTER TABLE events DETACH PARTITION events_1; -- expect: detach-partition-blocking
ALTER TABLE events DETACH PARTITION events_2 CONCURRENTLY;
ALTER TABLE logs DETACH PARTITION logs_1;
