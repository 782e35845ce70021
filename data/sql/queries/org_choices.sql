-- Units within the allowed ones, one row per org_no, with the customers under it, in code order.
with counted as (
    select
        dim_org_path.ancestor_no as org_no,
        count(*) as customers
    from dim_customer
    inner join dim_org_path on dim_customer.org_no = dim_org_path.org_no
    group by dim_org_path.ancestor_no
)

select
    dim_org.org_no as key,
    coalesce(dim_org.org_name, dim_org.org_no) as name,
    dim_org.parent_no as parent,
    dim_org.depth,
    coalesce(counted.customers, 0) as customers
from dim_org
left join counted on dim_org.org_no = counted.org_no
where
    len($allowed_orgs::varchar[]) = 0
    or len(list_filter($allowed_orgs::varchar[], lambda c: starts_with(dim_org.org_no, c))) > 0
order by dim_org.org_no;
