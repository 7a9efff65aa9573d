-- dialect: postgresql
-- server: 18
-- about: set-not-null-scan constraint-never-validated constraint-validate-same-tx
CREATE TABLE users (id integer PRIMARY KEY, email text, name text, town text);
-- range
-- A NOT NULL constraint can be added NOT VALID, and checked later under a weak lock.
ALTER TABLE users ADD CONSTRAINT email_there NOT NULL email NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT email_there;
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
ALTER TABLE users ADD CONSTRAINT name_there NOT NULL name; -- expect: set-not-null-scan
ALTER TABLE users ADD CONSTRAINT town_there NOT NULL town NOT VALID; -- expect: constraint-never-validated
