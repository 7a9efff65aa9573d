-- dialect: postgresql
-- about: concurrently-in-transaction enum-value-used-same-tx statement-timeout-on-long-build constraint-never-validated trigger-left-disabled lock-timeout-unsafe-value lock-timeout-missing set-not-null-drop-check-same-statement
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE users (id integer PRIMARY KEY, state mood, name text, town text, CONSTRAINT named CHECK (name IS NOT NULL), CONSTRAINT placed CHECK (town IS NOT NULL), CONSTRAINT short CHECK (length(name) < 9));
CREATE TABLE plain (id integer PRIMARY KEY, word text);
-- range
-- The proof is dropped too early.
ALTER TABLE users ALTER COLUMN name SET NOT NULL, DROP CONSTRAINT short;
ALTER TABLE users ALTER COLUMN name SET NOT NULL, DROP CONSTRAINT named;
ALTER TABLE users ALTER COLUMN town SET NOT NULL, DROP CONSTRAINT placed; -- expect: set-not-null-drop-check-same-statement

BEGIN;
ALTER TABLE users DETACH PARTITION u1 CONCURRENTLY; -- expect: concurrently-in-transaction
ALTER TABLE users DETACH PARTITION u2;
CREATE INDEX CONCURRENTLY ON users (name); -- expect: concurrently-in-transaction
COMMIT;

CREATE TABLE fresh (id integer, state mood);

-- A new value of an enum.
BEGIN;
ALTER TYPE mood ADD VALUE 'glad';
ALTER TYPE mood ADD VALUE 'mad' AFTER 'glad';
UPDATE users SET name = 'x' WHERE state = 'glad'; -- expect: enum-value-used-same-tx
UPDATE users SET state = 'sad';
UPDATE plain SET word = 'glad';
UPDATE users SET name = 'glad' WHERE state = 'sad';
UPDATE users SET state = 'glad'; -- expect: enum-value-used-same-tx
UPDATE plain SET word = 'x' WHERE word = 'glad';
INSERT INTO users (id, name) VALUES (1, 'glad');
INSERT INTO users (id, state) VALUES (1, 'glad'); -- expect: enum-value-used-same-tx
INSERT INTO users VALUES (1, 'glad'); -- expect: enum-value-used-same-tx
DELETE FROM users WHERE state = 'glad'; -- expect: enum-value-used-same-tx
COMMENT ON TYPE mood IS 'glad';
CREATE FUNCTION cheer() RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE users SET state = 'glad'; END $$;
CREATE FUNCTION cheers() RETURNS void LANGUAGE sql AS $$ UPDATE users SET state = 'glad' $$; -- expect: enum-value-used-same-tx
CREATE VIEW merry AS SELECT * FROM users WHERE state = 'glad'; -- expect: enum-value-used-same-tx
ALTER TABLE plain ADD COLUMN state mood DEFAULT 'glad'; -- expect: enum-value-used-same-tx
ALTER TABLE plain ADD COLUMN other text DEFAULT 'glad';
CREATE TABLE moods (id integer, state mood DEFAULT 'glad'); -- expect: enum-value-used-same-tx
CREATE TABLE words (id integer, word text DEFAULT 'glad');
ALTER TABLE words ALTER COLUMN word TYPE mood USING 'glad'; -- expect: enum-value-used-same-tx
ALTER TABLE words ALTER COLUMN id TYPE text USING 'glad';
INSERT INTO elsewhere VALUES ('glad'); -- expect: enum-value-used-same-tx
DO $do$
BEGIN
    UPDATE users SET state = 'glad'; -- expect: enum-value-used-same-tx
END
$do$;
COMMIT;
UPDATE users SET state = 'glad';
BEGIN;
CREATE TYPE size AS ENUM ('s');
ALTER TYPE size ADD VALUE 'm';
CREATE TABLE shirts (size size DEFAULT 'm'); -- expect: enum-value-used-same-tx
COMMIT;

-- A limit for long builds.
SET statement_timeout = '30s';
CREATE INDEX CONCURRENTLY ix_5 ON users (name); -- expect: statement-timeout-on-long-build
CREATE INDEX CONCURRENTLY ON users (name); -- expect: statement-timeout-on-long-build
CREATE INDEX ix_6 ON users (name);
CREATE INDEX CONCURRENTLY ix_7 ON fresh (id);
REINDEX INDEX CONCURRENTLY ix_5; -- expect: statement-timeout-on-long-build
REINDEX INDEX ix_5;
REFRESH MATERIALIZED VIEW CONCURRENTLY totals;
ALTER TABLE users VALIDATE CONSTRAINT short; -- expect: statement-timeout-on-long-build
ALTER TABLE fresh VALIDATE CONSTRAINT any;
SET statement_timeout = '2h';
CREATE INDEX CONCURRENTLY ix_8 ON users (name);
SET statement_timeout = 0;
CREATE INDEX CONCURRENTLY ix_9 ON users (name);
RESET statement_timeout;
CREATE INDEX CONCURRENTLY ix_10 ON users (name);

-- NOT VALID for ever.
ALTER TABLE users ADD CONSTRAINT v1 CHECK (id > 0) NOT VALID; -- expect: constraint-never-validated
ALTER TABLE users ADD CONSTRAINT v2 CHECK (id > 0) NOT VALID;
ALTER TABLE users ADD CONSTRAINT v3 CHECK (id > 0) NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT v2;
ALTER TABLE users DROP CONSTRAINT v3;
ALTER TABLE users ADD CONSTRAINT v4 CHECK (id > 0);
ALTER TABLE plain ADD CONSTRAINT v5 CHECK (id > 0) NOT VALID;
ALTER TABLE plain ADD CHECK (id > 1) NOT VALID;
DROP TABLE plain;
ALTER TABLE elsewhere ADD CHECK (id > 1) NOT VALID;
ALTER TABLE elsewhere VALIDATE CONSTRAINT elsewhere_id_check;

-- Triggers.
ALTER TABLE users DISABLE TRIGGER t1; -- expect: trigger-left-disabled
ALTER TABLE users DISABLE TRIGGER t2;
ALTER TABLE users ENABLE ALWAYS TRIGGER t2;
ALTER TABLE users DISABLE TRIGGER "T3";
DROP TRIGGER "T3" ON users;
ALTER TABLE users DISABLE RULE r1;
ALTER TABLE fresh DISABLE TRIGGER ALL; -- expect: trigger-left-disabled
ALTER TABLE words DISABLE TRIGGER t1;
ALTER TABLE words DISABLE TRIGGER USER;
ALTER TABLE words ENABLE TRIGGER ALL;

-- Limits for locks.
SET lock_timeout = '2min';
SELECT 1;
ALTER TABLE fresh ADD COLUMN a text;
ALTER TABLE users ADD COLUMN a text; -- expect: lock-timeout-unsafe-value
ALTER TABLE users ADD COLUMN b text;
