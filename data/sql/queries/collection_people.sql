-- Who is called, as a list may show them: masked name, address and phone, and the unit's name; one row per customer
-- of the table `wanted` (cons_key).
select
    dim_customer.cons_key,
    dim_segment.class as class_of_name,
    -- include: shown_name
    -- include: shown_contact
    coalesce(dim_org.org_name, dim_customer.org_no) as org_name
from wanted
inner join dim_customer on wanted.cons_key = dim_customer.cons_key
left join dim_segment on dim_customer.segment_key = dim_segment.segment_key
left join dim_org on dim_customer.org_no = dim_org.org_no
order by dim_customer.cons_key;
