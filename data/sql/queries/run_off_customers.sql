-- What the customers $cons_nos held of closed months on each of $days, one row per (customer, org_no, day, cell): fen.
with
-- include: who
-- include: run_off
,

-- include: run_off_keyed
select
    dim_customer.cons_no as key,
    dim_segment.org_no,
    keyed.day,
    keyed.is_closed,
    keyed.lag_band,
    keyed.is_due,
    keyed.slow_band,
    dim_segment.class,
    keyed.size_band,
    sum(keyed.open)::bigint as open,
    sum(keyed.open::double * keyed.open)::double as squares
from keyed
inner join dim_segment on keyed.segment_key = dim_segment.segment_key
inner join dim_customer on keyed.cons_key = dim_customer.cons_key
where list_contains($cons_nos::varchar[], dim_customer.cons_no)
group by all
order by all;
