-- Units by number and name, one row per org_no.
select
    org_no,
    coalesce(org_name, org_no) as org_name
from dim_org
order by org_no
