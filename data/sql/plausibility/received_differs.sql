-- Bills of one load whose received amount is not the sum of their receipts: how many, with the first of them, one row each.
with astray as (
    select
        bill_key,
        rcvbl_ym as month,
        received_by_extract as claimed,
        coalesce(received, 0) as amount
    from fct_bill
    where received_by_extract <> coalesce(received, 0)
),

of_load as (
    select
        file.file,
        stg_bill.line,
        stg_bill.cons_no,
        astray.* exclude (bill_key)
    from astray
    inner join stg_bill on astray.bill_key = stg_bill.bill_key
    inner join meta_file as file on stg_bill.file_no = file.file_no
    where file.load_id = $load
)

select
    count(*) over () as found,
    count(*) filter (where claimed = 0) over () as unclaimed,
    *
from of_load
order by file, line
limit $examples
