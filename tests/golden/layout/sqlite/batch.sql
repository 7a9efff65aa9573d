PRAGMA foreign_keys=OFF;

CREATE TABLE users (
	id INTEGER NOT NULL, 
	name VARCHAR(50), 
	email VARCHAR(255) NOT NULL, 
	role_id INTEGER, 
	created_at DATETIME DEFAULT (CURRENT_TIMESTAMP), 
	updated_at DATETIME, 
	PRIMARY KEY (id)
);

CREATE TABLE _alembic_tmp_users (
	id INTEGER NOT NULL, 
	name VARCHAR(50) NOT NULL, 
	email VARCHAR(255) NOT NULL, 
	role_id INTEGER, 
	created_at DATETIME DEFAULT (CURRENT_TIMESTAMP), 
	updated_at DATETIME, 
	PRIMARY KEY (id), 
	CONSTRAINT ck_name CHECK (length(name) > 0), 
	CONSTRAINT uq_email UNIQUE (email)
);

INSERT INTO _alembic_tmp_users (id, name, email, role_id, created_at, updated_at) SELECT users.id, users.name, users.email, users.role_id, users.created_at, users.updated_at 
FROM users;

DROP TABLE users;

ALTER TABLE _alembic_tmp_users RENAME TO users;

CREATE INDEX ix_users_name ON users (name);

INSERT INTO users (id, name, email) VALUES (1, 'it''s', 'a@example.com'), (2, '用户', 'b@example.com'), (3, 'a\', 'c@example.com');
