-- What the snapshot holds, one row.
select
    meta_facts.*,
    (select max(extract_on) from meta_file) as extract_on
from meta_facts;
