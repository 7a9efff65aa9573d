-- dialect: sqlite
-- about: unnamed-constraint
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer REFERENCES users (id), total integer CHECK (total > 0));
-- range
CREATE TABLE _alembic_tmp_orders (id integer PRIMARY KEY, user_id integer REFERENCES users (id), total integer CHECK (total > 0));
CREATE TABLE _alembic_tmp_orders2 (id integer PRIMARY KEY, total integer CHECK (total > 0)); -- expect: unnamed-constraint
ALTER TABLE orders ADD COLUMN parent_id integer REFERENCES orders (id); -- expect: unnamed-constraint
ALTER TABLE orders ADD COLUMN other_id integer CONSTRAINT fk_orders_other REFERENCES orders (id);
CREATE TEMPORARY TABLE t (id integer UNIQUE);
CREATE TABLE u (id integer UNIQUE); -- expect: unnamed-constraint
