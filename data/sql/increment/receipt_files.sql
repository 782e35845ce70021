-- Former files in which a receipt that came was read before, one row each.
with former as (
    select
        file_no,
        bare(rcved_amt_id) as rcved_amt_id
    from staging.text_a_rcved_flow
)

select distinct former.file_no
from former
semi join number_receipt on former.rcved_amt_id = number_receipt.rcved_amt_id
order by former.file_no;
