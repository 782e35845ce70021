-- The notes of the snapshot's loads, one row per load.
select
    load as load_id,
    note
from meta_load
order by load_id;
