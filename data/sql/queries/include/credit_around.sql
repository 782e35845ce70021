credit_industry as (
    select
        left(industry, 2) as industry,
        sum(due_amount)::bigint as industry_due,
        sum(on_time)::bigint as industry_on_time
    from credit_bill
    where industry <> ''
    group by left(industry, 2)
),

credit_area as (
    select
        dim_customer.area_key,
        sum(credit_bill.due_amount)::bigint as area_due,
        sum(credit_bill.on_time)::bigint as area_on_time
    from credit_bill
    inner join dim_customer on credit_bill.cons_key = dim_customer.cons_key
    where dim_customer.area_key is not null
    group by dim_customer.area_key
)
