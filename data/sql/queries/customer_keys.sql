-- The keys of the customers that the scope leaves, one row each, in order; by what is known of them today.
with listed as (
    select
        dim_customer.cons_key,
        dim_customer.cons_no,
        dim_customer.org_no,
        dim_customer.tg_no,
        dim_customer.collector,
        dim_customer.owner,
        dim_segment.class,
        dim_segment.elec_type,
        dim_segment.volt,
        dim_segment.industry,
        dim_segment.pay_mode
    from dim_customer
    left join dim_segment on dim_customer.segment_key = dim_segment.segment_key
)

select cons_key
from listed
where
-- include: customer_where_scope
order by cons_key;
