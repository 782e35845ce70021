-- In about how many blocks of 64 neighbouring keys the good records lie, how many they are, and how many are faulty, one row.
select
    approx_count_distinct(id_key >> 6) filter (where bad is null) as blocks,
    count(*) filter (where bad is null) as records,
    count(bad) as faulty
from query_table($typed);
