-- dialect: postgresql
-- about: default-dropped-after-add drop-primary-key
CREATE TABLE users (id integer CONSTRAINT users_pkey PRIMARY KEY, state text DEFAULT 'new' NOT NULL);
CREATE TABLE teams (id integer CONSTRAINT teams_pkey PRIMARY KEY, code text NOT NULL);
-- range
ALTER TABLE users ADD COLUMN a integer DEFAULT 0 NOT NULL;
ALTER TABLE users ALTER COLUMN a DROP DEFAULT; -- expect: default-dropped-after-add
ALTER TABLE users ADD COLUMN b integer DEFAULT 0;
ALTER TABLE users ALTER COLUMN b DROP DEFAULT;
ALTER TABLE users ADD COLUMN c integer DEFAULT 0 NOT NULL;
ALTER TABLE users ALTER COLUMN c SET DEFAULT 1;
ALTER TABLE users ALTER COLUMN state DROP DEFAULT;
CREATE TABLE logs (id integer CONSTRAINT logs_pkey PRIMARY KEY);
ALTER TABLE logs ADD COLUMN a integer DEFAULT 0 NOT NULL;
ALTER TABLE logs ALTER COLUMN a DROP DEFAULT;
ALTER TABLE logs DROP CONSTRAINT logs_pkey;
ALTER TABLE users DROP CONSTRAINT users_pkey; -- expect: drop-primary-key
ALTER TABLE teams DROP CONSTRAINT teams_pkey;
ALTER TABLE teams ADD CONSTRAINT teams_pkey PRIMARY KEY (code);
