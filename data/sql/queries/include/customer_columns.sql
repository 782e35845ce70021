dim_customer.cons_no,
dim_customer.name,
dim_customer.org_no,
coalesce(dim_org.org_name, dim_customer.org_no) as org_name,
dim_segment.class,
dim_customer.tg_no,
dim_customer.collector
