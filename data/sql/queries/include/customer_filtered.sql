-- include: customers

listed as not materialized (
    select
        -- include: listed_columns
    from customers as dim_customer
    -- include: in_scope
),

filtered as not materialized (
    select
        listed.* exclude (name, tg_name, masked_name, masked_address, masked_mobile),
        measures.* exclude (cons_key)
    from listed
    inner join read_parquet($measures::varchar) as measures on listed.cons_key = measures.cons_key
    where
