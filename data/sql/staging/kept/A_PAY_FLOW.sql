-- Payment events to build on, one row per event: no faults, no duplicates.
delete from staging.typed_payment where bad is not null;

delete from staging.typed_payment using dropped
where
    typed_payment.file_no = dropped.file_no
    and typed_payment.line = dropped.line
    and typed_payment.id_key = dropped.id_key;

create or replace view staging.stg_payment as
select
    charge_key,
    charged_on,
    type_code,
    amount,
    file_no,
    line
from staging.typed_payment;
