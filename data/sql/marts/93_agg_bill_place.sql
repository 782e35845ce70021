-- What was billed of customers of one area and one collector, one row per (tg_no, collector, core_key, rcvbl_ym,
-- bill_year): sums over all their bills, whichever day they were issued on; fen, counts.
create or replace table agg_bill_place as
with places as (
    select
        *,
        dense_rank() over (order by tg_no, collector) as place_key
    from (
        select distinct
            tg_no,
            collector
        from dim_customer
    )
),

placed as (
    select
        dim_customer.cons_key,
        places.place_key
    from dim_customer
    inner join places
        on
            dim_customer.tg_no is not distinct from places.tg_no
            and dim_customer.collector is not distinct from places.collector
),

sums as (
    select
        placed.place_key,
        dim_segment.core_key,
        fct_bill.rcvbl_ym,
        fct_bill.bill_year,
        count(*) as bills,
        sum(fct_bill.amount)::bigint as billed,
        sum(fct_bill.is_pair::integer)::bigint as pairs,
        sum(fct_bill.collected_by_due)::bigint as collected_by_due
    from fct_bill
    inner join placed on fct_bill.cons_key = placed.cons_key
    inner join dim_segment on fct_bill.segment_key = dim_segment.segment_key
    where fct_bill.is_billed
    group by placed.place_key, dim_segment.core_key, fct_bill.rcvbl_ym, fct_bill.bill_year
)

select
    places.tg_no,
    places.collector,
    sums.* exclude (place_key)
from sums
inner join places on sums.place_key = places.place_key
order by sums.rcvbl_ym, sums.place_key;
