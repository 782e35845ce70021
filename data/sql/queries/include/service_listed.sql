-- include: customers

scoped as (
    select
        dim_customer.cons_key,
        dim_customer.cons_no,
        dim_customer.org_no,
        dim_customer.cancelled_on,
        least(dim_customer.built_on, dim_customer.first_issued_on) as began_on
    from customers as dim_customer
    -- include: in_scope
        and ($cons_key::integer is null or dim_customer.cons_key = $cons_key::integer)
