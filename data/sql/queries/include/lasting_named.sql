-- The spells of the customers that are asked about: all of each, since a customer's cell is told by all that they hold.
lasting as (
    select *
    from held.lasting
    where
        cons_key in (
            select dim_customer.cons_key
            from dim_customer
            where list_contains($cons_nos::varchar[], dim_customer.cons_no)
        )
),
