CREATE TABLE roles (
	id INTEGER NOT NULL AUTO_INCREMENT, 
	name VARCHAR(50) NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
)ENGINE=InnoDB CHARSET=utf8mb4;

CREATE TABLE users (
	id INTEGER NOT NULL AUTO_INCREMENT, 
	email VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'it''s; unique', 
	mood ENUM('sad','ok','happy','已付款') NOT NULL DEFAULT 'ok', 
	role_id INTEGER, 
	balance NUMERIC(10, 2) NOT NULL DEFAULT 0.00, 
	created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), 
	CONSTRAINT pk_users PRIMARY KEY (id), 
	CONSTRAINT fk_users_role_id_roles FOREIGN KEY(role_id) REFERENCES roles (id) ON DELETE CASCADE, 
	CHECK (balance > -100 AND balance < 1000000)
)COMMENT='Who may log in' ENGINE=InnoDB;

CREATE UNIQUE INDEX ix_users_email ON users (email);

ALTER TABLE users ADD COLUMN nickname VARCHAR(50);

ALTER TABLE users MODIFY nickname TEXT NULL;

ALTER TABLE users CHANGE nickname nick VARCHAR(60) NOT NULL DEFAULT '\'';

ALTER TABLE users ADD CONSTRAINT fk_users_manager_id_of_another_role_roles FOREIGN KEY(role_id) REFERENCES roles (id) ON UPDATE CASCADE ON DELETE SET NULL;

INSERT INTO roles (id, name) VALUES (1, 'admin'), (2, 'it\'s -- not; a comment'), (3, '用户'), (4, '𠮷');

ALTER TABLE users DROP FOREIGN KEY fk_users_role_id_roles;

DROP INDEX ix_users_email ON users;
