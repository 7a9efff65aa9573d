-- dialect: postgresql
CREATE TABLE users (id integer PRIMARY KEY, email text, phone text, name text CONSTRAINT named CHECK (name <> ''));
CREATE INDEX ix_users_email ON users (email);
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE SEQUENCE numbers;
CREATE SCHEMA attic;
CREATE VIEW mails AS SELECT email FROM users;
-- range
DROP INDEX ix_users_email; -- expect: index-drop-blocking
DROP INDEX IF EXISTS ix_users_email;
ALTER TABLE users DROP CONSTRAINT named;
ALTER TABLE users DROP CONSTRAINT IF EXISTS named;
DROP TYPE mood;
DROP TYPE IF EXISTS mood;
DROP SEQUENCE numbers;
DROP SCHEMA attic;
DROP VIEW mails; -- expect: drop-view
ALTER TABLE users ALTER COLUMN name DROP NOT NULL, ALTER COLUMN name DROP DEFAULT;
-- sqlgen: allow drop-column because "unmapped in 4.1"
ALTER TABLE users DROP COLUMN phone;
ALTER TABLE users DROP COLUMN IF EXISTS email; -- expect: drop-column
-- sqlgen: allow unguarded-drop because "made by hand in production, known to be there"
DROP VIEW ghosts; -- expect: drop-view
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_class WHERE relname = 'ix_users_email') THEN
        DROP INDEX ix_users_email;
    END IF;
END
$$;
DO $$
BEGIN
    DROP VIEW mails; -- expect: unguarded-drop, drop-view
END
$$;
-- DROP TABLE users;
SELECT 'DROP TABLE users';
