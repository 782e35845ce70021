-- What a filter can offer within the allowed units, one row per code, in code order.
with allowed as (
    select dim_segment.*
    from dim_segment
    where
        len($allowed_orgs::varchar[]) = 0
        or len(list_filter($allowed_orgs::varchar[], lambda c: starts_with(dim_segment.org_no, c))) > 0
),

keyed as (
    select
        case $by
            when 'class' then allowed.class
            when 'elec_type' then allowed.elec_type
            when 'volt' then allowed.volt
            when 'industry' then allowed.industry
            when 'pay_mode' then allowed.pay_mode
            when 'area' then dim_customer.tg_no
            when 'collector' then dim_customer.collector
            when 'owner' then dim_customer.owner
        end as key
    from dim_customer
    inner join allowed on dim_customer.segment_key = allowed.segment_key
)

select
    key,
    count(*) as customers
from keyed
where key <> ''
group by key
order by key;
