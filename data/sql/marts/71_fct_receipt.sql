-- Every receipt line, one row each: the lines above and the only receipt of each other bill.
create or replace view fct_receipt as
with only_receipts as (
    select
        *,
        coalesce(effective_on > written_off_on, false) as is_after,
        if(is_billed and amount > 0, least(received, amount), 0) as applied
    from fct_bill
    where receipts = 1
)

select
    receipt_key,
    bill_key,
    cons_key,
    segment_key,
    rcvbl_ym,
    bill_year,
    is_billed,
    is_owed,
    due_on,
    received_on,
    received_filled,
    effective_on,
    issued_on,
    received as amount,
    if(is_after, 0, applied) as collected,
    if(is_after, applied, 0) as recovered_after,
    excess,
    is_set_off,
    cut_on,
    (is_pair and not is_after and received >= amount)::integer as settles
from only_receipts
union all by name
select * from fct_receipt_line;
