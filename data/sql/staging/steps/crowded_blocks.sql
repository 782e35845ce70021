-- Blocks of neighbouring keys in which a key occurs twice, one row per block: as many bits as records where none does.
create or replace temp table crowded as
select id_key >> 6 as block
from query_table($typed)
where bad is null
group by id_key >> 6
having bit_count(bit_or(1::ubigint << (id_key & 63)::ubigint)) < count(*);

create or replace temp table twice as
select typed.id_key
from query_table($typed) as typed
semi join crowded on typed.id_key >> 6 = crowded.block
where typed.bad is null
group by typed.id_key
having count(*) > 1;

select count(*) from twice;
