-- What collection asks of customers as they are today, one row per customer. `zero_use`: bills of the last three months
-- and no kWh on them.
with
-- include: who
used as (
    select
        cons_key,
        sum(kwh) as kwh
    from fct_bill
    where
        issued_on <= $as_of::date
        and issued_on > ($as_of::date - interval 3 month)::date
        and kwh is not null
    group by cons_key
),

told as (
    select
        cons_key,
        arg_max(value, fact_on) as value
    from fct_customer_fact
    where fact = 'weak_household' and fact_on <= $as_of::date
    group by cons_key
),

reached as (
    select distinct cons_key
    from fct_contact
)

select
    items.cons_key,
    items.cons_no,
    items.org_no,
    dim_segment.class,
    dim_segment.elec_type,
    dim_segment.industry,
    coalesce(items.collector, items.reader, '') as person,
    coalesce(stg_prepaid_control.is_prepaid, false) as fee_control,
    coalesce(used.kwh = 0, false) as zero_use,
    coalesce(ltrim(items.importance, '0') != '', false) as important,
    coalesce(told.value > 0, false) or coalesce(items.low_income, false) as weak,
    reached.cons_key is not null as has_phone,
    coalesce(items.closed_on <= $as_of::date, false) as closed
from dim_customer as items
inner join segments on items.segment_key = segments.segment_key
-- include: customer_filter
left join dim_segment on items.segment_key = dim_segment.segment_key
left join stg_prepaid_control on items.cons_no = stg_prepaid_control.cons_no
left join used on items.cons_key = used.cons_key
left join told on items.cons_key = told.cons_key
left join reached on items.cons_key = reached.cons_key
order by items.cons_no;
