-- Keys that occur twice among the good records, one row per key.
create or replace temp table twice as
select id_key
from query_table($typed)
where bad is null
group by id_key
having count(*) > 1;

select count(*) from twice;
