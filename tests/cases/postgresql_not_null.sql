-- dialect: postgresql
-- server: 14
-- about: set-not-null-scan
CREATE TABLE users (id integer PRIMARY KEY, email text, name text, phone text, code text NOT NULL, zip text, town text);
-- range
-- The way that the manual gives, over several transactions.
ALTER TABLE users ADD CONSTRAINT email_present CHECK (email IS NOT NULL) NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT email_present;
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
ALTER TABLE users DROP CONSTRAINT IF EXISTS email_present;

-- NOT VALID proves nothing.
ALTER TABLE users ADD CONSTRAINT name_present CHECK (name IS NOT NULL) NOT VALID;
ALTER TABLE users ALTER COLUMN name SET NOT NULL; -- expect: set-not-null-scan

-- Nor does the validation of another constraint of the table.
ALTER TABLE users ADD CONSTRAINT phone_long CHECK (length(phone) > 4) NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT phone_long;
ALTER TABLE users ALTER COLUMN phone SET NOT NULL; -- expect: set-not-null-scan

-- It is NOT NULL already, and the primary key too.
ALTER TABLE users ALTER COLUMN code SET NOT NULL;
ALTER TABLE users ALTER COLUMN id SET NOT NULL;

-- The CHECK was dropped before.
ALTER TABLE users ADD CONSTRAINT zip_present CHECK (zip IS NOT NULL) NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT zip_present;
ALTER TABLE users DROP CONSTRAINT IF EXISTS zip_present;
ALTER TABLE users ALTER COLUMN zip SET NOT NULL; -- expect: set-not-null-scan

-- A column that was added in the range has rows: those of its table.
ALTER TABLE users ADD COLUMN age integer;
ALTER TABLE users ALTER COLUMN age SET NOT NULL; -- expect: set-not-null-scan
