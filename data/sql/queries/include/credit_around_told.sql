credit_industry as (
    select
        left(industry, 2) as industry,
        0 as industry_due,
        0 as industry_on_time
    from credit_bill
    where industry <> ''
),

credit_area as (
    select
        area_key,
        0 as area_due,
        0 as area_on_time
    from dim_customer
)
