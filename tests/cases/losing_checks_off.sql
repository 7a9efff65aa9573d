-- dialect: mysql mariadb
-- about: integrity-check-disabled
-- range
SET @OLD_FOREIGN_KEY_CHECKS = @@FOREIGN_KEY_CHECKS;
SET FOREIGN_KEY_CHECKS = 0;
INSERT INTO t (id) VALUES (1);
SET FOREIGN_KEY_CHECKS = @OLD_FOREIGN_KEY_CHECKS;
SET SESSION unique_checks = OFF; -- expect: integrity-check-disabled
SET GLOBAL foreign_key_checks = 1;
SET foreign_key_checks = 1;
