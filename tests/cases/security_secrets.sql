-- dialect: mysql mariadb
-- about: secret-literal grant-to-public unicode-bidi-invisible
-- range
SET PASSWORD FOR 'app'@'%' = PASSWORD('correct horse'); -- expect: secret-literal
SET PASSWORD FOR 'app'@'%' = 'correct horse'; -- expect: secret-literal
SET PASSWORD FOR 'app'@'%' = '***';
GRANT SELECT ON shop.* TO 'app'@'%' IDENTIFIED BY 'correct horse'; -- expect: secret-literal
CREATE USER IF NOT EXISTS 'app'@'%' IDENTIFIED BY PASSWORD '*54958E764CE10E50764C2EECBB71D01F08549980';
ALTER USER 'app'@'%' IDENTIFIED BY '';
ALTER USER 'app'@'%' IDENTIFIED BY '***';
CREATE USER 'app'@'%' IDENTIFIED WITH caching_sha2_password BY 'correct horse'; -- expect: secret-literal
UPDATE users SET password = 'correct horse' WHERE id = 1;
UPDATE settings SET value = 'postgresql://shop:${PASSWORD}@db/shop' WHERE id = 1;
UPDATE settings SET value = 'postgresql://shop:password@db/shop' WHERE id = 1;
UPDATE settings SET value = 'host=db password=<password>' WHERE id = 1;
UPDATE settings SET value = 'password=c0rrecth0rse' WHERE id = 1;
UPDATE settings SET value = 'Server=db;Database=shop;Pwd=c0rrecth0rse;' WHERE id = 1; -- expect: secret-literal
UPDATE settings SET value = 'glpat-nearly' WHERE id = 1;
-- key: -----BEGIN RSA PRIVATE KEY-----
SELECT 1; -- expect: secret-literal
