-- dialect: postgresql
-- about: fk-add-validating check-add-validating unique-constraint-inline
CREATE TABLE users (id integer PRIMARY KEY, email text);
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer, amount integer);
-- range
ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT fk;
ALTER TABLE orders ADD CONSTRAINT fk2 FOREIGN KEY (user_id) REFERENCES users (id); -- expect: fk-add-validating
ALTER TABLE orders ADD COLUMN buyer_id integer REFERENCES users (id);
ALTER TABLE orders ADD COLUMN seller_id integer DEFAULT 1 REFERENCES users (id); -- expect: fk-add-validating
ALTER TABLE orders ADD CONSTRAINT ck CHECK (amount > 0) NOT VALID;
ALTER TABLE orders ADD CONSTRAINT ck2 CHECK (amount > 0); -- expect: check-add-validating
ALTER TABLE orders ADD COLUMN state text CHECK (state <> ''); -- expect: check-add-validating
CREATE UNIQUE INDEX CONCURRENTLY uq_email ON users (email);
ALTER TABLE users ADD CONSTRAINT uq_email UNIQUE USING INDEX uq_email;
ALTER TABLE users ADD CONSTRAINT uq_other UNIQUE (email, id); -- expect: unique-constraint-inline
ALTER TABLE users ADD COLUMN handle text UNIQUE; -- expect: unique-constraint-inline
-- A new table that refers to an old one checks nothing.
CREATE TABLE invoices (id integer PRIMARY KEY, order_id integer REFERENCES orders (id), CHECK (id > 0), UNIQUE (order_id));
