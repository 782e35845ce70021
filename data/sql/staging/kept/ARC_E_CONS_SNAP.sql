-- Customers' class at billing, one row per calc_id.
delete from staging.typed_billing_snapshot where bad is not null;

delete from staging.typed_billing_snapshot using dropped
where
    typed_billing_snapshot.file_no = dropped.file_no
    and typed_billing_snapshot.line = dropped.line
    and typed_billing_snapshot.id_key = dropped.id_key;

create or replace view staging.stg_billing_snapshot as
select
    id_key as calc_id,
    cons_sort,
    elec_type,
    trade_code,
    volt,
    file_no,
    line
from staging.typed_billing_snapshot;
