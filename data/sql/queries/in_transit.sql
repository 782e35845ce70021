-- Money in transit on the as-of date, most first, one row per item; fen. Beside it what the customer owes past due.
with
-- include: who
-- include: spells
,

owing as (
    select
        cons_key,
        sum(open)::bigint as overdue
    from spells
    where days > 0
    group by cons_key
)

select
    fct_bill.bill_no,
    fct_bill.rcvbl_ym,
    items.amount,
    items.checked_on,
    ($as_of::date - items.checked_on)::integer as days_waiting,
    coalesce(owing.overdue, 0)::bigint as overdue,
    -- include: customer_columns
from fct_in_transit as items
inner join segments on items.segment_key = segments.segment_key
-- include: customer_filter
-- include: customer_joins
left join fct_bill on items.bill_key = fct_bill.bill_key
left join owing on items.cons_key = owing.cons_key
where items.checked_on <= $as_of and (items.disposed_on is null or items.disposed_on > $as_of)
order by items.amount desc, dim_customer.cons_no, items.transit_key;
