-- Customers of a list of keys ($picked: cons_key and what is said of them), one row each, most overdue first; names masked.
select
    dim_customer.cons_no,
-- include: shown_name
    as name,
    coalesce(dim_org.org_name, dim_customer.org_no) as org_name,
    picked.* exclude (cons_key)
from picked
inner join dim_customer on picked.cons_key = dim_customer.cons_key
left join dim_org on dim_customer.org_no = dim_org.org_no
order by picked.overdue desc, picked.balance desc, picked.cons_key asc
limit $limit;
