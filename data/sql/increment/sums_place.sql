-- The sums by area and collector: what touched bills had and have collected by their due day, one row per cell in which
-- that changed. All else there is said of bills alone.
create or replace temp table moved_place as
with moves as (
    select
        cons_key,
        core_key,
        rcvbl_ym,
        bill_year,
        collected_by_due
    from part.main.fct_bill_row
    where is_billed
    union all
    select
        cons_key,
        core_key,
        rcvbl_ym,
        bill_year,
        -collected_by_due as collected_by_due
    from was.main.fct_bill_row
    where is_billed
)

select
    customer.tg_no,
    customer.collector,
    moves.core_key,
    moves.rcvbl_ym,
    moves.bill_year,
    sum(moves.collected_by_due)::bigint as collected_by_due
from moves
inner join dim_customer as customer on moves.cons_key = customer.cons_key
group by customer.tg_no, customer.collector, moves.core_key, moves.rcvbl_ym, moves.bill_year
having sum(moves.collected_by_due) <> 0;

update agg_bill_place
set collected_by_due = agg_bill_place.collected_by_due + moved.collected_by_due
from moved_place as moved
where
    agg_bill_place.core_key = moved.core_key
    and agg_bill_place.rcvbl_ym = moved.rcvbl_ym
    and agg_bill_place.bill_year = moved.bill_year
    and agg_bill_place.tg_no is not distinct from moved.tg_no
    and agg_bill_place.collector is not distinct from moved.collector;
