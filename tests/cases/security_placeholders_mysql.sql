-- dialect: mysql mariadb
-- about: unbound-parameter client-metacommand executable-comment
CREATE TABLE t (id integer PRIMARY KEY, name text);
-- range
SELECT id FROM t WHERE id = @id;
CREATE PROCEDURE p() again: LOOP LEAVE again; END LOOP;
\u other
SELECT 1; -- expect: client-metacommand
\W
SELECT 1;
tee /tmp/x
SELECT 1; -- expect: client-metacommand
SELECT 'DROP TABLE t' \G
/*!40101 SET NAMES utf8 */; -- expect: executable-comment
SELECT 2;
