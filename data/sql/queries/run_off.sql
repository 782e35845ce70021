-- What was open of closed months on each of $days and what was left of it on the day's deadline, one row per
-- (key, org_no, day, cell): customers, those of them that had something left, fen, squares of fen.
with
-- include: who
-- include: run_off
,

-- include: run_off_keyed
select
    keyed.key,
    dim_segment.org_no,
    keyed.day,
    coalesce(dim_customer.cancelled_on <= keyed.day, false) as is_closed,
    len(list_filter($lag_edges::integer[], lambda e: keyed.oldest >= e))::integer as lag_band,
    dim_segment.class,
    len(list_filter($size_edges::bigint[], lambda e: keyed.held >= e))::integer as size_band,
    count(*) as customers,
    sum((keyed.kept > 0)::integer)::bigint as kept_customers,
    sum(keyed.open)::bigint as open,
    sum(keyed.kept)::bigint as kept,
    sum(if(keyed.kept > 0, keyed.open, 0))::bigint as open_of_kept,
    sum(keyed.open::double * keyed.open)::double as squares
from keyed
inner join dim_segment on keyed.segment_key = dim_segment.segment_key
inner join dim_customer on keyed.cons_key = dim_customer.cons_key
group by all
order by all;
