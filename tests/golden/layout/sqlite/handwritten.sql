.bail on
begin immediate;
create table t(id integer primary key autoincrement, name text not null default 'x', [weird name] int, `b t` blob, "key" text, desc text, "date" text, replace int, -- names that look like keywords
check (length(name) > 0 and desc <> ''), unique(name, "key")) strict;
create table u(key text, value any, primary key (key)) without rowid;
create trigger trg after update on t begin update t set name = case when new.name = '' then 'x' else new.name end; select 1; end;
insert into t (name, replace) values ('a', 1), ('b', 2);
insert or replace into u values (1, 2) returning *;
alter table t rename column replace to title;
alter table u rename to date;
create unique index if not exists ix on t (name desc, lower("key") collate nocase) where name is not null and length(name) > 3 or title is null;
delete from t where id in (select id from t) and name like 'a%' and name glob '*x';
with recursive n(i) as (select 1 union all select i + 1 from n where i < 10) select i, i * 2 as key, case when i > 5 then 'big' else 'small' end desc from n where i between 2 and 8 order by i desc;
commit;
select 1
go
.quit
