-- In about how many blocks of 1,024 neighbouring keys the good records lie, and how many they are, one row.
select
    approx_count_distinct(id_key >> 10) as blocks,
    count(*) as records
from query_table($typed)
where bad is null;
