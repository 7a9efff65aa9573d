-- dialect: postgresql
-- What was made in the range holds no rows, and no code relies on it.
CREATE TABLE users (id integer PRIMARY KEY, email text, phone text, CONSTRAINT older CHECK (id > 0));
-- range
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer, amount integer, note varchar(10));
CREATE INDEX ix_orders_user ON orders (user_id);
ALTER TABLE orders ADD COLUMN state text NOT NULL;
ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();
ALTER TABLE orders ADD CONSTRAINT fk_orders_user FOREIGN KEY (user_id) REFERENCES users (id);
ALTER TABLE orders ADD CONSTRAINT ck_orders_amount CHECK (amount > 0);
ALTER TABLE orders ADD CONSTRAINT uq_orders_note UNIQUE (note);
ALTER TABLE orders ALTER COLUMN user_id SET NOT NULL;
ALTER TABLE orders ALTER COLUMN amount TYPE bigint;
ALTER TABLE orders RENAME COLUMN note TO remark;
UPDATE orders SET amount = 0;
DELETE FROM orders;
ALTER TABLE orders DROP COLUMN remark;
DROP INDEX ix_orders_user;
ALTER TABLE orders RENAME TO purchases;
DROP TABLE purchases;

-- A column that was added in the range may go again; its table may not.
ALTER TABLE users ADD COLUMN nickname text;
ALTER TABLE users RENAME COLUMN nickname TO handle;
ALTER TABLE users DROP COLUMN handle;
ALTER TABLE users DROP COLUMN phone; -- expect: drop-column

-- A constraint and an index of the range may go again.
ALTER TABLE users ADD CONSTRAINT present CHECK (email IS NOT NULL) NOT VALID;
ALTER TABLE users DROP CONSTRAINT present;
ALTER TABLE users DROP CONSTRAINT older;
CREATE INDEX CONCURRENTLY ix_new ON users (email);
DROP INDEX ix_new;

-- A temporary table is nobody else's.
CREATE TEMPORARY TABLE moved (id integer);
UPDATE moved SET id = id + 1;
DROP TABLE moved;

-- So may a function and a trigger, on their table only, and the sequence that came with a serial column.
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER stamped BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION stamp();
DROP TRIGGER stamped ON places; -- expect: unguarded-drop
DROP TRIGGER stamped ON users;
DROP FUNCTION stamp();
CREATE TABLE revision (id SERIAL NOT NULL, PRIMARY KEY (id));
ALTER TABLE revision ALTER COLUMN id DROP DEFAULT;
DROP SEQUENCE revision_id_seq;
DROP SEQUENCE users_id_seq; -- expect: unguarded-drop
DROP TABLE revision;

-- A table of the same name in another schema is another table.
CREATE TABLE archive.users (id integer);
CREATE INDEX ix_archive_users ON archive.users (id);
CREATE INDEX ix_users_email ON users (email); -- expect: index-create-blocking
DROP TABLE archive.users;
DROP TABLE users; -- expect: drop-table
