-- dialect: mysql mariadb
CREATE TABLE t (
    id integer PRIMARY KEY, a varchar(10), b varchar(100), c integer, d enum('x', 'y'), e decimal(10, 2), f datetime,
    g varchar(20) CHARACTER SET latin1, h text, i varchar(40), j integer
);
CREATE TABLE p (id bigint PRIMARY KEY);
-- range
ALTER TABLE t MODIFY a varchar(20);
ALTER TABLE t MODIFY a varchar(20) NOT NULL; -- expect: nullable-to-not-null-data, mysql-not-instant
ALTER TABLE t MODIFY b varchar(50); -- expect: alter-column-type-rewrite, column-type-narrowing
ALTER TABLE t MODIFY c integer NOT NULL; -- expect: nullable-to-not-null-data, mysql-not-instant
ALTER TABLE t MODIFY c int(11); -- expect: mysql-not-instant
ALTER TABLE t MODIFY c bigint; -- expect: alter-column-type-rewrite
ALTER TABLE t MODIFY d enum('x', 'y', 'z');
ALTER TABLE t MODIFY d enum('z', 'x', 'y'); -- expect: alter-column-type-rewrite, mysql-enum-unsafe-change
ALTER TABLE t MODIFY e decimal(12, 2); -- expect: alter-column-type-rewrite
ALTER TABLE t MODIFY f datetime DEFAULT CURRENT_TIMESTAMP;
ALTER TABLE t MODIFY g varchar(200) CHARACTER SET latin1;
ALTER TABLE t MODIFY g varchar(200) CHARACTER SET utf8mb4; -- expect: alter-column-type-rewrite
ALTER TABLE t MODIFY h mediumtext; -- expect: alter-column-type-rewrite
ALTER TABLE t MODIFY i varchar(100); -- expect: alter-column-type-rewrite
ALTER TABLE t CHANGE j j2 integer; -- expect: rename-column
ALTER TABLE t ADD COLUMN k integer NOT NULL DEFAULT 1;
ALTER TABLE t ADD COLUMN l integer NOT NULL; -- expect: add-required-column
ALTER TABLE t ADD COLUMN m datetime NOT NULL DEFAULT CURRENT_TIMESTAMP;
ALTER TABLE t ADD COLUMN n varchar(36) DEFAULT (uuid()); -- expect: add-column-volatile-default
CREATE INDEX ix_t_a ON t (a);
CREATE UNIQUE INDEX uq_t_a ON t (a); -- expect: add-unique-existing-data
ALTER TABLE t ADD CONSTRAINT uq_t_c UNIQUE (c); -- expect: add-unique-existing-data
ALTER TABLE t ADD FULLTEXT INDEX ft_t_h (h); -- expect: index-create-blocking
ALTER TABLE t ADD CONSTRAINT fk_t_p FOREIGN KEY (c) REFERENCES p (id); -- expect: fk-add-validating
ALTER TABLE t ADD CONSTRAINT ck_t_c CHECK (c > 0); -- expect: check-add-validating
ALTER TABLE t DROP FOREIGN KEY fk_t_p;
ALTER TABLE t DROP FOREIGN KEY fk_older; -- expect: unguarded-drop, apply-simulation-failed
ALTER TABLE t DROP INDEX ix_t_a;
DROP TABLE IF EXISTS p; -- expect: drop-table
