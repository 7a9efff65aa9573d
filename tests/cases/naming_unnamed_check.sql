-- dialect: mariadb
-- about: unnamed-constraint
-- range
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer CHECK (user_id > 0));
