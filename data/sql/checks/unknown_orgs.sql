-- Supply units that occur on bills or customers but are not in the list of units, one row per unit.
select
    org_no,
    parent_no
from dim_org
where not is_listed and exists (select 1 from dim_org as listed where listed.is_listed)
order by org_no
