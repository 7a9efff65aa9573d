-- dialect: postgresql
-- about: add-unique-existing-data nullable-to-not-null-data
CREATE TABLE users (id integer PRIMARY KEY, email text, phone text, code text NOT NULL, nick text UNIQUE, tag text);
CREATE UNIQUE INDEX ix_users_phone ON users (phone);
CREATE TABLE teams (id integer PRIMARY KEY, name text CONSTRAINT named CHECK (name IS NOT NULL));
-- range
CREATE UNIQUE INDEX ix_1 ON users (email); -- expect: add-unique-existing-data
CREATE UNIQUE INDEX ix_2 ON users (email, id);
CREATE UNIQUE INDEX ix_3 ON users (nick, tag);
CREATE UNIQUE INDEX ix_4 ON users (lower(email)); -- expect: add-unique-existing-data
CREATE UNIQUE INDEX ix_5 ON users (tag) WHERE code = 'x'; -- expect: add-unique-existing-data
ALTER TABLE users ADD CONSTRAINT uq_users_phone UNIQUE USING INDEX ix_users_phone;
CREATE INDEX ix_6 ON users (email);
ALTER TABLE users ADD COLUMN slug text;
CREATE UNIQUE INDEX ix_7 ON users (slug);
ALTER TABLE users ADD COLUMN slogan text;
UPDATE users SET slogan = 'x' WHERE slogan IS NULL;
CREATE UNIQUE INDEX ix_8 ON users (slogan); -- expect: add-unique-existing-data
ALTER TABLE users ADD COLUMN badge integer DEFAULT 0 UNIQUE; -- expect: add-unique-existing-data
ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid() UNIQUE;
CREATE TABLE new (id integer PRIMARY KEY, a text);
CREATE UNIQUE INDEX ix_new ON new (a);

ALTER TABLE users ALTER COLUMN email SET NOT NULL; -- expect: nullable-to-not-null-data
ALTER TABLE users ALTER COLUMN slug SET NOT NULL; -- expect: nullable-to-not-null-data
ALTER TABLE users ALTER COLUMN slogan SET NOT NULL;
ALTER TABLE users ALTER COLUMN badge SET NOT NULL;
ALTER TABLE users ALTER COLUMN code SET NOT NULL;
ALTER TABLE teams ALTER COLUMN name SET NOT NULL;
ALTER TABLE new ALTER COLUMN a SET NOT NULL;
UPDATE users SET tag = 'none' WHERE tag IS NULL AND id < 1000;
ALTER TABLE users ALTER COLUMN tag SET NOT NULL;

-- Of a table that is not known, only what the range says.
ALTER TABLE unknown ALTER COLUMN a SET NOT NULL; -- expect: nullable-to-not-null-data
ALTER TABLE unknown ADD CONSTRAINT b_set CHECK (b IS NOT NULL);
ALTER TABLE unknown ALTER COLUMN b SET NOT NULL;
