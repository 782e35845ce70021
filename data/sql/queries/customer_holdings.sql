-- What the customers of the scope owe by the measures of a day, one row per customer, by number; fen, names masked.
with
-- include: customers

asked as (
    select
        dim_customer.cons_key,
        dim_customer.cons_no,
        -- include: shown_name
        dim_customer.org_no
    from customers as dim_customer
    -- include: in_scope
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
