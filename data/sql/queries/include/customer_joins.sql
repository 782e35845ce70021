inner join dim_customer on items.cons_key = dim_customer.cons_key
left join dim_segment on dim_customer.segment_key = dim_segment.segment_key
left join dim_org on dim_customer.org_no = dim_org.org_no
