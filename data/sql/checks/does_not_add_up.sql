-- Files whose records or yuan do not add up, one row per file of one table.
select
    load_id,
    file,
    table_name,
    read,
    loaded,
    merged,
    quarantined
from reconciliation
where read <> loaded + merged + quarantined or yuan_read <> yuan_loaded + yuan_merged + yuan_quarantined
order by load_id, file
