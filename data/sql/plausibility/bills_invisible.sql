-- Bills of one load that are said to be invisible: how many, with the first of them, one row each.
with of_load as (
    select
        file.file,
        bill.line,
        bill.cons_no,
        bill.rcvbl_ym as month,
        bill.amount
    from stg_bill as bill
    inner join meta_file as file on bill.file_no = file.file_no
    where bill.invisible and file.load_id = $load
)

select
    count(*) over () as found,
    *
from of_load
order by file, line
limit $examples
