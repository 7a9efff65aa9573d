-- dialect: postgresql
-- about: type-cast-missing alter-column-type-rewrite column-type-narrowing
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TYPE mood2 AS ENUM ('sad', 'ok', 'glad');
CREATE TABLE users (id integer PRIMARY KEY, state mood, age text, code varchar(20));
-- range
-- Refused: told once.
ALTER TABLE users ALTER COLUMN age TYPE integer; -- expect: type-cast-missing
ALTER TABLE users ALTER COLUMN state TYPE mood2; -- expect: type-cast-missing
ALTER TABLE users ALTER COLUMN state TYPE mood2 USING state::text::mood2; -- expect: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN code TYPE integer USING code::integer; -- expect: alter-column-type-rewrite, column-type-narrowing
ALTER TABLE users ALTER COLUMN nowhere TYPE integer; -- expect: alter-column-type-rewrite
