-- What was collected of one bill month by days since issue, one row per day; billed is on day 0.
with
-- include: who
moves as (
    select
        segment_key,
        cons_key,
        0 as day,
        amount as billed,
        least(amount, 0) as collected
    from fct_bill
    where rcvbl_ym = $month and is_billed and issued_on <= $as_of
    union all
    select
        segment_key,
        cons_key,
        (effective_on - issued_on)::integer as day,
        0 as billed,
        collected
    from fct_receipt
    where rcvbl_ym = $month and is_billed and effective_on <= $as_of
)

select
    items.day,
    sum(items.billed)::bigint as billed,
    sum(items.collected)::bigint as collected
from moves as items
inner join segments on items.segment_key = segments.segment_key
-- include: customer_filter
group by items.day
order by items.day;
