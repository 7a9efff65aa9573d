-- dialect: mysql mariadb
CREATE TABLE images (id integer PRIMARY KEY, is_public bool);
CREATE TRIGGER older BEFORE UPDATE ON images FOR EACH ROW SET NEW.is_public = 0;
-- range
CREATE TRIGGER insert_visibility BEFORE INSERT ON images FOR EACH ROW SET NEW.is_public = 1;
DROP TRIGGER insert_visibility;
DROP TRIGGER insert_visibility; -- expect: unguarded-drop
DROP TRIGGER older;
