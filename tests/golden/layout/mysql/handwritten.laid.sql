/*!40101 SET NAMES utf8mb4 */;
# a comment
CREATE TABLE IF NOT EXISTS `order items` (
    id bigint UNSIGNED NOT NULL auto_increment,
    `key` varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL
        DEFAULT 'it''s \'quoted\'',
    status enum('new', 'paid') NOT NULL DEFAULT 'new',
    type tinyint(1),
    value decimal(10, 2),
    Event datetime, -- keeps its E
    PRIMARY KEY (id),
    UNIQUE KEY uq_key (`key`, id),
    KEY ix_status_type (status, type)
) engine=InnoDB DEFAULT charset=utf8mb4 comment='items of an order'
PARTITION BY range (id) (
    PARTITION p0 VALUES LESS THAN (1000),
    PARTITION p1 VALUES LESS THAN maxvalue
);
CREATE TABLE Role (
    id int PRIMARY KEY,
    name varchar(20),
    date date,
    user varchar(20),
    count int
);
ALTER TABLE `order items`
    ADD COLUMN note text NULL after status,
    ADD INDEX ix_note (note(20)),
    algorithm=copy,
    LOCK=shared;
INSERT INTO Role (id, name)
VALUES
    (1, "a;b"),
    (2, 'it\'s -- no comment')
ON DUPLICATE KEY UPDATE name = VALUES(name);
UPDATE Role
SET date = '2024-01-01', count = if(count > 0, count - 1, 0)
WHERE date BETWEEN '2020-01-01' AND '2021-01-01'
    AND user = 'x'
    OR replace(name, 'a', 'b') = 'b'
    AND name LIKE 'x%';
SELECT count(*), count(DISTINCT id), left(name, 3)
FROM Role
WHERE id--1 > 3 # done
LIMIT 3;
SELECT /*+ no_index(Role) */ 1 /*! + 1 */ FROM Role;
DELIMITER //
create procedure p()
begin
  select 1; select 2;
end//
CREATE TRIGGER t BEFORE INSERT ON Role FOR EACH ROW SET new.count = 1//
create trigger t2 before update on Role for each row begin if new.id > 1 then set new.id = 1; end if; end//
DELIMITER ;
create view tally as select count(distinct name), date from Role;
CREATE OR REPLACE VIEW v AS SELECT name, user FROM Role WHERE name = 'x';
SET @x := 1, @names = 3;
DELETE FROM Role
WHERE id IN (SELECT id FROM (SELECT id FROM Role WHERE name IS NULL) AS gone)
ORDER BY id DESC
LIMIT 10;
DROP TABLE IF EXISTS Role, `order items`;
