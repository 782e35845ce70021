code_names as (
    -- a dictionary calls its lists CONS_SORT_CODE, cons_sort or consSortCode
    select
        case regexp_replace(lower(replace(list, '_', '')), 'code$', '')
            when 'conssort' then 'class'
            when 'electype' then 'elec_type'
            when 'volt' then 'volt'
            when 'trade' then 'industry'
            when 'paymode' then 'pay_mode'
        end as dimension,
        code,
        min(name) as name
    from dim_code
    group by 1, 2
)
