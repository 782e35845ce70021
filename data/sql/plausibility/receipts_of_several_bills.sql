-- Receipts of one load that several bills may be meant by, and no amount tells which: how many, with the first of them, one row each.
with of_load as (
    select
        file.file,
        receipt.line,
        receipt.cons_no,
        receipt.rcvbl_ym as month,
        receipt.amount
    from fct_of_several as several
    inner join stg_receipt as receipt on several.receipt_key = receipt.receipt_key
    inner join meta_file as file on receipt.file_no = file.file_no
    where file.load_id = $load and not several.is_told
)

select
    count(*) over () as found,
    *
from of_load
order by file, line
limit $examples
