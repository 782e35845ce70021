-- The bills of a period by what customers have in common, counted by a load: all of the period's months, less those that
-- the day did not know, which are few. One row per sum and bill; `items` is how many bills it stands for.
cores as (
    select distinct
        core_key,
        key
    from segments
),

places as (
    select
        agg_bill_place.*,
        case $by
            when 'area' then coalesce(tg_no, '')
            when 'collector' then coalesce(collector, '')
        end as customer_key
    from agg_bill_place
    where
        rcvbl_ym <= $of_last_month and (bill_year = $of_year or rcvbl_ym = $of_month)
        and (len($areas::varchar[]) = 0 or list_contains($areas::varchar[], tg_no))
        and (len($collectors::varchar[]) = 0 or list_contains($collectors::varchar[], collector))
),

counted as (
    select
        coalesce(places.customer_key, cores.key) as key,
        places.bill_year = $of_year as is_current,
        places.rcvbl_ym = $of_month as is_month,
        places.bills as items,
        places.billed,
        places.pairs,
        places.billed as due_billed,
        places.collected_by_due as due_collected
    from places
    inner join cores on places.core_key = cores.core_key
    union all by name
    select
        coalesce(customers.customer_key, segments.key) as key,
        fct_bill.bill_year = $of_year as is_current,
        fct_bill.rcvbl_ym = $of_month as is_month,
        -(fct_bill.issued_on > $of_as_of)::integer as items,
        if(fct_bill.issued_on > $of_as_of, -fct_bill.amount, 0) as billed,
        -(fct_bill.issued_on > $of_as_of and fct_bill.is_pair)::integer as pairs,
        -fct_bill.amount as due_billed,
        -fct_bill.collected_by_due as due_collected
    from fct_bill
    inner join customers on fct_bill.cons_key = customers.cons_key
    inner join segments on fct_bill.segment_key = segments.segment_key
    where
        fct_bill.is_billed and fct_bill.due_counted_on > $of_as_of -- never before the day of issue
        and fct_bill.rcvbl_ym <= $of_last_month
        and (fct_bill.bill_year = $of_year or fct_bill.rcvbl_ym = $of_month)
),
