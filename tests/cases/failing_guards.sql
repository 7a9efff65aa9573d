-- dialect: postgresql sqlite
-- about: guard-masks-drift
CREATE TABLE users (id integer PRIMARY KEY, email varchar(200));
CREATE TABLE teams (id integer PRIMARY KEY, email varchar(200));
CREATE INDEX ix_email ON users (email);
-- range
CREATE INDEX IF NOT EXISTS ix_email ON users (email);
CREATE INDEX IF NOT EXISTS ix_email ON teams (email); -- expect: guard-masks-drift
CREATE UNIQUE INDEX IF NOT EXISTS ix_email ON users (email); -- expect: guard-masks-drift
CREATE INDEX IF NOT EXISTS ix_id ON teams (id);
