-- dialect: mysql mariadb
-- about: unnamed-constraint
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer);
-- range
ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES orders (id); -- expect: unnamed-constraint
ALTER TABLE orders ADD CHECK (user_id > 0); -- expect: unnamed-constraint
ALTER TABLE orders ADD UNIQUE (user_id);
ALTER TABLE orders ADD CONSTRAINT ck CHECK (user_id > 0);
