-- Records that gave way were loaded of their files, and are merged now, one row per file.
update reconciliation
set
    loaded = reconciliation.loaded - merged.records,
    merged = reconciliation.merged + merged.records,
    yuan_loaded = reconciliation.yuan_loaded - merged.fen,
    yuan_merged = reconciliation.yuan_merged + merged.fen
from (
    select
        file_no,
        count(*) as records,
        coalesce(sum(amount), 0)::bigint as fen
    from gave_way
    group by file_no
) as merged
where reconciliation.file_no = merged.file_no;
