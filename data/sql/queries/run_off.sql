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
    keyed.is_closed,
    keyed.lag_band,
    keyed.is_due,
    keyed.slow_band,
    dim_segment.class,
    keyed.size_band,
    count(*) as customers,
    sum((keyed.kept > 0)::integer)::bigint as kept_customers,
    sum(keyed.open)::bigint as open,
    sum(keyed.kept)::bigint as kept,
    sum(if(keyed.kept > 0, keyed.open, 0))::bigint as open_of_kept,
    sum(keyed.open::double * keyed.open)::double as squares
from keyed
inner join dim_segment on keyed.segment_key = dim_segment.segment_key
group by all
order by all;
