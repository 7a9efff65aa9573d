-- dialect: mariadb mysql
-- runs: file
-- about: executable-comment update-without-where
-- What stands in a comment inside a statement is judged too.
CREATE TABLE users (id integer PRIMARY KEY, a integer);
-- range
UPDATE users SET a = 1 /*!99999999 WHERE id = 1 */; -- expect: update-without-where
UPDATE users SET a = 1 /*! , id = 2 */ WHERE id = 1; -- expect: executable-comment
