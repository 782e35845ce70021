-- Units of the tree, one row per org_no, in code order.
select
    org_no,
    coalesce(org_name, org_no) as org_name,
    parent_no,
    org_type,
    depth
from dim_org
order by org_no;
