-- dialect: postgresql
-- server: 17
-- about: enum-value-used-same-tx
CREATE TYPE mood AS ENUM ('sad', 'ok');
-- range
BEGIN;
CREATE TYPE size AS ENUM ('s');
ALTER TYPE size ADD VALUE 'm';
ALTER TYPE mood ADD VALUE 'mad';
CREATE TABLE shirts (size size DEFAULT 'm');
CREATE TABLE faces (mood mood DEFAULT 'mad'); -- expect: enum-value-used-same-tx
COMMIT;
