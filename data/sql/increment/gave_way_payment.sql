-- The last good former payment of each number that came again, one row each.
create or replace temp table gave_way as
select
    typed.file_no,
    typed.amount
from staging.typed_payment as typed
semi join stg_payment on typed.id_key = stg_payment.charge_key
where typed.bad is null
qualify row_number() over (partition by typed.id_key order by typed.file_no desc, typed.line desc) = 1;
