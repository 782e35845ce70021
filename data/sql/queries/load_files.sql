-- Files of the snapshot's loads with what became of their records and fen, one row per file of one table.
select
    meta_file.load_id,
    meta_file.file,
    meta_file.table_name,
    meta_file.extract_on,
    meta_file.same_as is not null as is_repeat,
    reconciliation.read,
    reconciliation.loaded,
    reconciliation.merged,
    reconciliation.quarantined,
    reconciliation.amount_unreadable,
    reconciliation.yuan_read,
    reconciliation.yuan_loaded,
    reconciliation.yuan_merged,
    reconciliation.yuan_quarantined
from meta_file
left join reconciliation on meta_file.file_no = reconciliation.file_no
order by meta_file.load_id desc, meta_file.table_name asc, meta_file.file asc;
