-- What is known of one customer today, one row; name, address and phone masked.
with
-- include: customer_reached

select
    dim_customer.cons_key,
    dim_customer.cons_no,
    dim_customer.org_no,
    coalesce(dim_org.org_name, dim_customer.org_no) as org_name,
    -- include: shown_name
    -- include: shown_contact
    dim_segment.class,
    dim_segment.elec_type,
    dim_segment.volt,
    dim_segment.industry,
    dim_segment.pay_mode,
    dim_customer.tg_no,
    dim_customer.tg_name,
    dim_customer.collector,
    collectors.emp_name as collector_name,
    dim_customer.reader,
    readers.emp_name as reader_name,
    dim_customer.owner,
    coalesce(dim_customer.run_cap, dim_customer.contract_cap) as capacity,
    dim_customer.built_on,
    dim_customer.cancelled_on,
    dim_customer.status_code,
    dim_customer.notify_mode,
    dim_customer.urban_rural,
    dim_customer.exists_in_extract,
    measures.* exclude (cons_key)
from reached as dim_customer
inner join read_parquet($measures::varchar) as measures on dim_customer.cons_key = measures.cons_key
left join dim_segment on dim_customer.segment_key = dim_segment.segment_key
left join dim_org on dim_customer.org_no = dim_org.org_no
left join dim_employee as collectors on dim_customer.collector = collectors.emp_no
left join dim_employee as readers on dim_customer.reader = readers.emp_no;
