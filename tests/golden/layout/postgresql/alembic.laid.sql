CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

-- Running upgrade  -> 8c1d2e3f4a5b

CREATE TABLE roles (
    id SERIAL NOT NULL,
    name VARCHAR(50) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (name)
);

CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');

CREATE TABLE users (
    id SERIAL NOT NULL,
    email VARCHAR(255) NOT NULL,
    role_id INTEGER,
    mood mood DEFAULT 'ok' NOT NULL,
    balance NUMERIC(10, 2) DEFAULT 0.00 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_users PRIMARY KEY (id),
    CONSTRAINT fk_users_role_id_roles FOREIGN KEY (role_id) REFERENCES roles (id)
        ON DELETE CASCADE,
    CONSTRAINT ck_users_email_is_long_enough_and_has_an_at_sign CHECK (
        length(email) > 3
        AND position('@' IN email) > 0
        AND email NOT LIKE '% %'
        AND balance BETWEEN -100 AND 1000000
    )
);

COMMENT ON TABLE users IS 'Who may log in; not who may buy';

COMMENT ON COLUMN users.email IS 'A comment that is rather long and that stays on one line since it is a literal, 用户邮箱';

CREATE UNIQUE INDEX ix_users_email ON users (email);

CREATE INDEX CONCURRENTLY ix_users_role_id_created_at_of_those_with_balance
    ON users USING btree (role_id, created_at DESC)
    INCLUDE (balance)
    WHERE balance > 0;

ALTER TABLE users ADD COLUMN nickname VARCHAR(50);

ALTER TABLE users
    ALTER COLUMN nickname TYPE TEXT,
    ALTER COLUMN nickname SET DEFAULT '',
    ALTER COLUMN nickname SET NOT NULL;

ALTER TABLE users
    ADD CONSTRAINT fk_users_manager_id_users FOREIGN KEY (role_id) REFERENCES roles (id)
        ON UPDATE CASCADE ON DELETE SET NULL NOT VALID;

ALTER TABLE users VALIDATE CONSTRAINT fk_users_manager_id_users;

INSERT INTO roles (id, name) VALUES (1, 'admin');

INSERT INTO roles (id, name) VALUES (2, 'it''s -- not; a comment');

INSERT INTO roles (id, name)
VALUES
    (3, '用户'),
    (4, '𠮷'),
    (5, 'a\b'),
    (6, 'a role with a long name that'),
    (7, 'more');

UPDATE alembic_version
SET version_num='8c1d2e3f4a5b'
WHERE alembic_version.version_num = '0a1b2c3d4e5f';

DROP TABLE users;

DROP TYPE mood;
