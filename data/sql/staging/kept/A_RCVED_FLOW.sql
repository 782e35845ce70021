-- Receipt lines to build on, one row per receipt_key: no faults, no duplicates.
delete from staging.typed_receipt where bad is not null;

delete from staging.typed_receipt using dropped
where
    typed_receipt.file_no = dropped.file_no
    and typed_receipt.line = dropped.line
    and typed_receipt.id_key = dropped.id_key;

update staging.typed_receipt set id_key = repeated.new_key
from repeated
where
    typed_receipt.file_no = repeated.file_no
    and typed_receipt.line = repeated.line
    and typed_receipt.id_key = repeated.id_key;

create or replace view staging.stg_receipt as
select
    id_key as receipt_key,
    bill_key,
    charge_key,
    cons_no,
    org_no,
    rcved_ym,
    received_on,
    amount,
    rcvbl_ym,
    file_no,
    line
from staging.typed_receipt;
