,

page as (
    select
        told.*,
        -- include: shown_name
        -- include: shown_contact
        dim_customer.tg_name
    from told
    inner join dim_customer on told.cons_key = dim_customer.cons_key
)
