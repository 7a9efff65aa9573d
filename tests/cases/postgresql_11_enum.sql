-- dialect: postgresql
-- server: 11
-- about: enum-value-used-same-tx
CREATE TYPE mood AS ENUM ('sad', 'ok');
-- range
ALTER TYPE mood ADD VALUE 'glad';
BEGIN;
ALTER TYPE mood ADD VALUE 'mad'; -- expect: enum-value-used-same-tx
CREATE TYPE size AS ENUM ('s');
ALTER TYPE size ADD VALUE 'm';
COMMIT;
