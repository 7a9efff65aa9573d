-- dialect: postgresql sqlite
-- runs: file
-- about: transaction-unclosed
-- range
SELECT 1;
BEGIN;
