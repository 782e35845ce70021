-- Receivables to build on, one row per bill_key: no faults, no duplicates.
delete from staging.typed_bill where bad is not null;

delete from staging.typed_bill using dropped
where
    typed_bill.file_no = dropped.file_no
    and typed_bill.line = dropped.line
    and typed_bill.id_key = dropped.id_key;

update staging.typed_bill set id_key = repeated.new_key
from repeated
where
    typed_bill.file_no = repeated.file_no
    and typed_bill.line = repeated.line
    and typed_bill.id_key = repeated.id_key;

create or replace view staging.stg_bill as
select
    id_key as bill_key,
    other_no,
    has_number,
    cons_no,
    org_no,
    rcvbl_ym,
    amt_type,
    pay_mode,
    kwh,
    amount,
    received_by_extract,
    settle_flag,
    penalty_from,
    released_on,
    invisible,
    calc_id,
    cons_sort,
    elec_type,
    extract_on,
    file_no,
    line
from staging.typed_bill;
