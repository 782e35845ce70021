-- Receipt lines of bills with several of them, and of no bill at all, one row each, by effective day.
create or replace table fct_receipt_line as
with unmatched as (
    select work_receipt.*
    from work_receipt
    left join work_unmatched on work_receipt.bill_key = work_unmatched.bill_key
    where work_receipt.bill_key is null or work_unmatched.bill_key is not null
)

select
    work_multi.receipt_key,
    work_multi.bill_key,
    work_multi.cons_key,
    work_multi.segment_key,
    work_multi.rcvbl_ym,
    work_multi.bill_year,
    work_multi.is_billed,
    work_multi.is_owed,
    work_multi.due_on,
    work_multi.received_on,
    work_multi.received_filled,
    work_multi.effective_on,
    work_multi.issued_on,
    work_multi.amount,
    if(work_multi.is_after_write_off, 0, work_multi.applied)::bigint as collected,
    if(work_multi.is_after_write_off, work_multi.applied, 0)::bigint as recovered_after,
    work_multi.excess::bigint as excess,
    work_multi.is_set_off,
    work_multi.cut_on,
    if(work_multi.is_pair and not work_multi.is_after_write_off, work_multi.settles, 0) as settles
from work_multi
union all by name
select
    unmatched.receipt_key,
    work_customer.cons_key,
    unmatched.received_on,
    unmatched.received_filled,
    unmatched.received_on as effective_on,
    unmatched.amount,
    unmatched.is_set_off,
    false as is_billed,
    false as is_owed,
    0 as collected,
    0 as recovered_after,
    0 as excess,
    0 as settles
from unmatched
left join work_customer on unmatched.cons_no = work_customer.cons_no
order by effective_on;
