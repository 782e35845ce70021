-- Customers of a list of keys ($picked: cons_key and what is said of them), one row each, most overdue first; names masked.
with listed as (
    select *
    from picked
    order by overdue desc, balance desc, cons_key asc
    limit $limit
),

named as (
    select
        dim_customer.cons_no,
        -- include: shown_name
        dim_customer.org_no,
        dim_segment.class,
        listed.*
    from listed
    inner join dim_customer on listed.cons_key = dim_customer.cons_key
    left join dim_segment on dim_customer.segment_key = dim_segment.segment_key
)

select
    named.cons_no,
    named.masked_name as name,
    coalesce(dim_org.org_name, named.org_no) as org_name,
    named.* exclude (cons_no, masked_name, org_no, class, cons_key)
from named
left join dim_org on named.org_no = dim_org.org_no
order by named.overdue desc, named.balance desc, named.cons_key asc;
