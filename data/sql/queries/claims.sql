-- Open owed bills whose limit of action is past or near on the as-of date, most yuan first, one row per bill.
with
-- include: who
-- include: spells
,

limited as (
    select
        bill_key,
        cons_key,
        rcvbl_ym,
        due_on,
        open,
        days,
        (due_on + to_years($limit_years))::date as limit_on
    from spells
    where due_on + to_years($limit_years) <= $as_of::date + $warn_days::integer
    order by open desc, bill_key
    limit $limit
)

select
    limited.bill_key,
    fct_bill.bill_no,
    dim_customer.cons_no,
    dim_customer.name,
    dim_customer.org_no,
    coalesce(dim_org.org_name, dim_customer.org_no) as org_name,
    dim_segment.class,
    dim_customer.tg_no,
    dim_customer.collector,
    limited.rcvbl_ym,
    limited.due_on,
    limited.days as days_overdue,
    limited.limit_on,
    (limited.limit_on - $as_of::date)::integer as days_left,
    limited.open
from limited
inner join dim_customer on limited.cons_key = dim_customer.cons_key
left join dim_segment on dim_customer.segment_key = dim_segment.segment_key
left join fct_bill on limited.bill_key = fct_bill.bill_key
left join dim_org on dim_customer.org_no = dim_org.org_no
order by limited.open desc, limited.bill_key;
