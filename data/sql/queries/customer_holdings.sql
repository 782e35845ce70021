-- What the customers of the scope owe by the measures of a day, one row per customer, by number; fen, names masked.
with listed as (
    select
        dim_customer.cons_key,
        dim_customer.cons_no,
        dim_customer.name,
        dim_customer.org_no,
        dim_customer.tg_no,
        dim_customer.collector,
        dim_customer.owner,
        dim_segment.class,
        dim_segment.elec_type,
        dim_segment.volt,
        dim_segment.industry,
        dim_segment.pay_mode
    from dim_customer
    left join dim_segment on dim_customer.segment_key = dim_segment.segment_key
),

asked as (
    select
        cons_key,
        cons_no,
        -- include: shown_name
        org_no
    from listed
    where
    -- include: customer_where_scope
)

select
    asked.cons_no,
    asked.masked_name as name,
    coalesce(dim_org.org_name, asked.org_no) as org_name,
    coalesce(measures.balance, 0)::bigint as balance,
    coalesce(measures.overdue, 0)::bigint as overdue
from asked
left join read_parquet($measures::varchar) as measures on asked.cons_key = measures.cons_key
left join dim_org on asked.org_no = dim_org.org_no
order by asked.cons_no;
