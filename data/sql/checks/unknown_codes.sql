-- Codes that a dictionary of the extract does not have, one row per list and code.
with used as (
    select
        code_of.list,
        code_of.code,
        count(*) as customers
    from stg_customer as customer
    cross join
        lateral (
            values
            ('CONS_SORT_CODE', customer.cons_sort),
            ('ELEC_TYPE_CODE', customer.elec_type),
            ('VOLT_CODE', customer.volt),
            ('TRADE_CODE', customer.trade_code)
        ) as code_of (list, code)
    group by code_of.list, code_of.code
    union all
    select distinct
        'PAY_MODE',
        pay_mode,
        0
    from dim_segment
)

select
    used.list,
    used.code,
    sum(used.customers)::bigint as customers
from used
anti join dim_code as named on used.list = named.list and used.code = named.code
where used.code <> '' and used.list in (select list from dim_code)
group by used.list, used.code
order by used.list, used.code
