-- Files and sheets that lay in the folders of the snapshot's loads and were not read, one row per file or sheet.
select
    load_id,
    file,
    reason
from left_out
order by load_id desc, file asc;
