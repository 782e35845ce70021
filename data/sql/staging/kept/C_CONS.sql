-- Customers to build on: no faults, no duplicates.
create or replace table staging.kept_customer as
select
    typed.cons_id,
    typed.cons_no,
    typed.cust_id,
    typed.name,
    typed.address,
    typed.mobile,
    typed.org_no,
    typed.cons_sort,
    typed.elec_type,
    typed.trade_code,
    typed.hec_code,
    typed.volt,
    typed.contract_cap,
    typed.run_cap,
    typed.shift_no,
    typed.load_attr,
    typed.built_on,
    typed.cancelled_on,
    typed.notify_mode,
    typed.settle_mode,
    typed.status_code,
    typed.sect_no,
    typed.importance,
    typed.poweroff_code,
    typed.temporary,
    typed.urban_rural,
    typed.file_no,
    typed.line
from staging.typed_customer as typed
anti join dropped
    on typed.file_no = dropped.file_no and typed.line = dropped.line and typed.id_key = dropped.id_key
where typed.bad is null;
