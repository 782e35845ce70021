-- The last good former receipt of each number that came again, one row each.
create or replace temp table gave_way as
select
    typed.id_key as receipt_key,
    typed.* exclude (id_key)
from staging.typed_receipt as typed
semi join stg_receipt on typed.id_key = stg_receipt.receipt_key
where typed.bad is null
qualify row_number() over (partition by typed.id_key order by typed.file_no desc, typed.line desc) = 1;

insert into replaced by name
select
    receipt_key,
    bill_key,
    cons_no,
    org_no,
    rcvbl_ym,
    calc_id
from gave_way;
