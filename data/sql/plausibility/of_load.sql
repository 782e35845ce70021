-- Bills that the load under judgement brings, and those that it brings or brings receipts of: two views, one row per bill.
create or replace temp view bill_of_load as
with of_load as (
    select stg_bill.bill_key
    from stg_bill
    inner join meta_file as file on stg_bill.file_no = file.file_no
    where file.load_id = getvariable('judged_load')
)

select *
from fct_bill
where bill_key in (select of_load.bill_key from of_load);

create or replace temp view bill_or_receipt_of_load as
with of_load as (
    select stg_bill.bill_key
    from stg_bill
    inner join meta_file as file on stg_bill.file_no = file.file_no
    where file.load_id = getvariable('judged_load')
    union all
    select fct_receipt.bill_key
    from stg_receipt
    inner join meta_file as file on stg_receipt.file_no = file.file_no
    inner join fct_receipt on stg_receipt.receipt_key = fct_receipt.receipt_key
    where file.load_id = getvariable('judged_load') and fct_receipt.bill_key is not null
)

select *
from fct_bill
where bill_key in (select of_load.bill_key from of_load);
