-- Quarantined records with where they stood and why, one row per record, in the order of the files.
with
-- include: quarantined
select
    load_id,
    file,
    line,
    table_name,
    column_name,
    value,
    reason,
    amount,
    amount_text,
    cons_no,
    org_no,
    record::varchar as record
from quarantined
order by load_id asc, file asc, line asc
limit $limit::bigint offset $offset::bigint;
