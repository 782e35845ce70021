listed as (
    select
        dim_customer.cons_key,
        dim_customer.cons_no,
        dim_customer.org_no,
        dim_customer.tg_no,
        dim_customer.collector,
        dim_customer.owner,
        dim_customer.cancelled_on,
        least(dim_customer.built_on, dim_customer.first_issued_on) as began_on,
        dim_segment.class,
        dim_segment.elec_type,
        dim_segment.volt,
        dim_segment.industry,
        dim_segment.pay_mode
    from dim_customer
    left join dim_segment on dim_customer.segment_key = dim_segment.segment_key
),

scoped as (
    select *
    from listed
    where
        ($cons_key::integer is null or cons_key = $cons_key::integer) and
