-- Receipts by calendar month up to the as-of date, whether or not there is a bill, one row per event_ym (null: all); fen.
with
-- include: who
kept as (
    select
        fct_receipt.cons_key,
        fct_receipt.amount,
        (year(fct_receipt.received_on) * 100 + month(fct_receipt.received_on))::integer as event_ym
    from fct_receipt
    inner join dim_customer as items on fct_receipt.cons_key = items.cons_key
    inner join segments on items.segment_key = segments.segment_key
    -- include: customer_filter
    where fct_receipt.received_on <= $as_of
)

select
    event_ym,
    coalesce(sum(amount), 0)::bigint as amount,
    count(*) as receipts,
    count(distinct cons_key) as customers
from kept
group by grouping sets ((event_ym), ())
order by event_ym nulls first;
