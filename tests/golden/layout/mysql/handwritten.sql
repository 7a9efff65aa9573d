/*!40101 SET NAMES utf8mb4 */;
# a comment
create table if not exists `order items` (id bigint unsigned not null auto_increment, `key` varchar(20) character set utf8mb4 collate utf8mb4_bin not null default 'it''s \'quoted\'', status enum('new','paid') not null default 'new', type tinyint(1), value decimal(10,2), Event datetime, -- keeps its E
 primary key (id), unique key uq_key (`key`, id), key ix_status_type (status, type)) engine=InnoDB default charset=utf8mb4 comment='items of an order' partition by range (id) (partition p0 values less than (1000), partition p1 values less than maxvalue);
create table Role (id int primary key, name varchar(20), date date, user varchar(20), count int);
alter table `order items` add column note text null after status, add index ix_note (note(20)), algorithm=copy, lock=shared;
insert into Role (id, name) values (1, "a;b"), (2, 'it\'s -- no comment') on duplicate key update name = values(name);
update Role set date = '2024-01-01', count = if(count > 0, count - 1, 0) where date between '2020-01-01' and '2021-01-01' and user = 'x' or replace(name, 'a', 'b') = 'b' and name like 'x%';
select count(*), count(distinct id), left(name, 3) from Role where id--1 > 3 # done
limit 3;
select /*+ no_index(Role) */ 1 /*! + 1 */ from Role;
DELIMITER //
create procedure p()
begin
  select 1; select 2;
end//
create trigger t before insert on Role for each row set new.count = 1//
create trigger t2 before update on Role for each row begin if new.id > 1 then set new.id = 1; end if; end//
DELIMITER ;
create view tally as select count(distinct name), date from Role;
create or replace view v as select name, user from Role where name = 'x';
set @x := 1, @names = 3;
delete from Role where id in (select id from (select id from Role where name is null) as gone) order by id desc limit 10;
drop table if exists Role, `order items`;
