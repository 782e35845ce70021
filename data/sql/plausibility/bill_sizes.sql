-- Bills, yuan billed and yuan received for them, one row per class of customers and bill month.
select
    dim_segment.class,
    agg_flow.rcvbl_ym as month,
    sum(agg_flow.bills)::bigint as bills,
    sum(agg_flow.billed)::bigint as billed,
    sum(agg_flow.collected + agg_flow.credit + agg_flow.recovered_after)::bigint as received
from agg_flow
inner join dim_segment on agg_flow.segment_key = dim_segment.segment_key
group by dim_segment.class, agg_flow.rcvbl_ym
having sum(agg_flow.bills) > 0
order by dim_segment.class, month
