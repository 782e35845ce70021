-- The customers that the filters leave, in the order asked, one row per customer; names, addresses and phones masked.
with
-- include: customer_filtered
-- include: standing
-- include: page
select
    page.* exclude (masked_name, masked_address, masked_mobile, tg_name),
    coalesce(dim_org.org_name, page.org_no) as org_name,
    coalesce(collectors.emp_name, page.collector) as collector_name,
    coalesce(readers.emp_name, page.reader) as reader_name,
    page.masked_name,
    page.masked_address,
    page.masked_mobile,
    page.tg_name
from page
left join dim_org on page.org_no = dim_org.org_no
left join dim_employee as collectors on page.collector = collectors.emp_no
left join dim_employee as readers on page.reader = readers.emp_no
order by page.sort_column asc nulls last, page.cons_key asc;
