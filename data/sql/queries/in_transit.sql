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
    dim_customer.cons_no,
    dim_customer.name,
    dim_customer.org_no,
    coalesce(dim_org.org_name, dim_customer.org_no) as org_name,
    dim_segment.class,
    dim_customer.tg_no,
    dim_customer.collector,
    fct_bill.bill_no,
    fct_bill.rcvbl_ym,
    items.amount,
    items.checked_on,
    ($as_of::date - items.checked_on)::integer as days_waiting,
    coalesce(owing.overdue, 0)::bigint as overdue
from fct_in_transit as items
inner join segments on items.segment_key = segments.segment_key
-- include: customer_filter
inner join dim_customer on items.cons_key = dim_customer.cons_key
left join dim_segment on dim_customer.segment_key = dim_segment.segment_key
left join dim_org on dim_customer.org_no = dim_org.org_no
left join fct_bill on items.bill_key = fct_bill.bill_key
left join owing on items.cons_key = owing.cons_key
where items.checked_on <= $as_of and (items.disposed_on is null or items.disposed_on > $as_of)
order by items.amount desc, dim_customer.cons_no, items.transit_key;
