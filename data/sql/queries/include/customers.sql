-- The customers that the filters leave by what customers bear, and what they are grouped by.
customers as (
    select
        *,
        case $by
            when 'area' then coalesce(tg_no, '')
            when 'collector' then coalesce(collector, '')
            when 'owner' then coalesce(owner, '')
        end as customer_key
    from dim_customer
    where
        (len($areas::varchar[]) = 0 or list_contains($areas::varchar[], tg_no))
        and (len($collectors::varchar[]) = 0 or list_contains($collectors::varchar[], collector))
        and (len($owners::varchar[]) = 0 or list_contains($owners::varchar[], owner))
        and (len($customers::varchar[]) = 0 or list_contains($customers::varchar[], cons_no))
),
