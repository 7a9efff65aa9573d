-- dialect: sqlite
-- about: fk-missing-index index-redundant primary-key-missing
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (id integer, p_id integer, q_id integer, CONSTRAINT f FOREIGN KEY (p_id) REFERENCES p (id));
CREATE INDEX ix_c_id ON c (id);
CREATE INDEX ix_c_id_p ON c (id, p_id);
-- range
CREATE TABLE _alembic_tmp_c (
    id integer, p_id integer, q_id integer, r_id integer,
    CONSTRAINT f FOREIGN KEY (p_id) REFERENCES p (id),
    CONSTRAINT g FOREIGN KEY (q_id) REFERENCES p (id)
); -- expect: fk-missing-index
INSERT INTO _alembic_tmp_c (id, p_id, q_id) SELECT id, p_id, q_id FROM c;
DROP TABLE c;
ALTER TABLE _alembic_tmp_c RENAME TO c;
CREATE INDEX ix_c_id ON c (id);
CREATE INDEX ix_c_id_p ON c (id, p_id);
CREATE INDEX ix_c_r ON c (r_id);
CREATE INDEX ix_c_r2 ON c (r_id); -- expect: index-redundant
