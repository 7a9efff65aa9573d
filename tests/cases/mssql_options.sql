-- dialect: mssql
-- runs: file
-- about: mssql-set-options
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT NULL, twice AS (a * 2));
CREATE TABLE w (id INT NOT NULL PRIMARY KEY, a INT NULL);
CREATE INDEX w_a ON w (a);
-- range
INSERT INTO w (id) VALUES (1);
INSERT INTO unknown (id) VALUES (1);
CREATE INDEX w_b ON w (id, a);
CREATE INDEX t_twice ON t (twice); -- expect: mssql-set-options
