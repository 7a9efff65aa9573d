-- dialect: mysql mariadb
-- about: index-drop-constraint-backed
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE one (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, KEY i (a), KEY j (b), KEY k (b, a), FULLTEXT KEY l (a),
  CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id));
CREATE TABLE two (id INTEGER PRIMARY KEY, a INTEGER, KEY i (a), UNIQUE KEY j (a),
  CONSTRAINT g FOREIGN KEY (a) REFERENCES p (id));
CREATE TABLE three (id INTEGER PRIMARY KEY, a INTEGER, CONSTRAINT h FOREIGN KEY (a) REFERENCES p (id));
CREATE TABLE four (id INTEGER PRIMARY KEY, a INTEGER, KEY i (A), CONSTRAINT m FOREIGN KEY (a) REFERENCES p (id));
-- range
DROP INDEX i ON one; -- expect: index-drop-constraint-backed
DROP INDEX j ON one;
DROP INDEX i ON two;
DROP INDEX j ON two; -- expect: index-drop-constraint-backed
DROP INDEX h ON three; -- expect: index-drop-constraint-backed
ALTER TABLE four DROP INDEX i, ADD INDEX n (a, id);
ALTER TABLE four DROP INDEX n, ADD UNIQUE KEY o (a);
ALTER TABLE four DROP INDEX o, DROP FOREIGN KEY m;
DROP INDEX i ON unknown;
