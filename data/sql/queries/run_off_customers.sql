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
    coalesce(dim_customer.cancelled_on <= keyed.day, false) as is_closed,
    len(list_filter($lag_edges::integer[], lambda e: keyed.oldest >= e))::integer as lag_band,
    dim_segment.class,
    len(list_filter($size_edges::bigint[], lambda e: keyed.held >= e))::integer as size_band,
    sum(keyed.open)::bigint as open,
    sum(keyed.open::double * keyed.open)::double as squares
from keyed
inner join dim_segment on keyed.segment_key = dim_segment.segment_key
inner join dim_customer on keyed.cons_key = dim_customer.cons_key
where list_contains($cons_nos::varchar[], dim_customer.cons_no)
group by all
order by all;
