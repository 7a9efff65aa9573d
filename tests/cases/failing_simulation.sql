-- dialect: postgresql
-- about: apply-simulation-failed
CREATE TABLE users (id integer PRIMARY KEY, email text, CONSTRAINT uq_email UNIQUE (email));
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer CONSTRAINT fk_user REFERENCES users (id));
CREATE INDEX ix_email ON users (email);
-- range
ALTER TABLE users ADD COLUMN email text; -- expect: apply-simulation-failed
ALTER TABLE users ADD COLUMN IF NOT EXISTS email text;
ALTER TABLE users DROP COLUMN phone; -- expect: apply-simulation-failed
ALTER TABLE users DROP COLUMN IF EXISTS phone;
ALTER TABLE users RENAME COLUMN email TO id; -- expect: apply-simulation-failed
ALTER TABLE users ALTER COLUMN phone SET NOT NULL; -- expect: apply-simulation-failed
ALTER TABLE users ADD CONSTRAINT uq_email UNIQUE (id); -- expect: apply-simulation-failed
ALTER TABLE users DROP CONSTRAINT nowhere; -- expect: apply-simulation-failed
ALTER TABLE users DROP CONSTRAINT users_pkey;
ALTER TABLE orders DROP CONSTRAINT fk_user;
CREATE INDEX ix_email ON users (id); -- expect: apply-simulation-failed
CREATE INDEX ix_phone ON users (phone); -- expect: apply-simulation-failed
CREATE INDEX ix_lower ON users (lower(email));
CREATE TABLE users (id integer); -- expect: apply-simulation-failed
CREATE TEMPORARY TABLE orders (id integer);
INSERT INTO users (id, phone) VALUES (1, 'x'); -- expect: apply-simulation-failed
UPDATE users SET phone = 'x' WHERE id = 1; -- expect: apply-simulation-failed
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_attribute WHERE attname = 'email') THEN
        ALTER TABLE users ADD COLUMN email text;
    END IF;
END
$$;
-- What is not known may be there.
ALTER TABLE unknown DROP COLUMN phone;
DROP TABLE unknown;
SELECT frobnicate();
CREATE TABLE logs (id integer PRIMARY KEY);
DROP TABLE logs;
INSERT INTO logs (id) VALUES (1); -- expect: apply-simulation-failed
ALTER TABLE older RENAME TO newer;
DROP TABLE IF EXISTS older;
