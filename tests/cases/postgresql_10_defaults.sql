-- dialect: postgresql
-- server: 10
CREATE TABLE users (id integer PRIMARY KEY, email text, CONSTRAINT e CHECK (email IS NOT NULL));
-- range
ALTER TABLE users ADD COLUMN a integer DEFAULT 0; -- expect: add-column-volatile-default
ALTER TABLE users ADD COLUMN b integer NOT NULL DEFAULT 0; -- expect: add-required-column, add-column-volatile-default
ALTER TABLE users ADD COLUMN c integer;
-- Only PostgreSQL 12 takes the word of a CHECK.
ALTER TABLE users ALTER COLUMN email SET NOT NULL; -- expect: set-not-null-scan
