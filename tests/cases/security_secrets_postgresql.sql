-- dialect: postgresql
-- about: secret-literal grant-to-public unicode-bidi-invisible
-- range
CREATE ROLE app LOGIN PASSWORD 'SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy';
CREATE USER MAPPING FOR app SERVER other OPTIONS (user 'app', password 'correct horse'); -- expect: secret-literal
COMMENT ON TABLE users IS 'by correct horse';
GRANT app TO PUBLIC; -- expect: grant-to-public
-- na​me
SELECT 1; -- expect: unicode-bidi-invisible
SELECT 'a‌b'; -- expect: unicode-bidi-invisible
SELECT 'می‌شود', '№';
SELECT "aа"; -- expect: unicode-bidi-invisible
SELECT "cал";
