-- Receipts of one load that belong to no bill, where there are bills: how many, with the first of them, one row each.
with astray as (
    select
        receipt.file_no,
        receipt.line,
        receipt.cons_no,
        receipt.rcvbl_ym as month,
        receipt.amount
    from fct_receipt_line as unmatched
    inner join stg_receipt as receipt on unmatched.receipt_key = receipt.receipt_key
    where unmatched.bill_key is null and exists (select 1 from stg_bill)
),

of_load as (
    select
        file.file,
        astray.* exclude (file_no)
    from astray
    inner join meta_file as file on astray.file_no = file.file_no
    where file.load_id = $load
)

select
    count(*) over () as found,
    *
from of_load
order by file, line
limit $examples
