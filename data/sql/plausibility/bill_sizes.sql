-- The bills asked about by class of customers and bill month, and fen that four fifths of them are of no more than, one
-- row each. Those of nothing count where there are no others: in some months many have none.
select
    dim_segment.class,
    bill.rcvbl_ym as month,
    coalesce(nullif(count(*) filter (where bill.amount <> 0), 0), count(*)) as bills,
    coalesce(quantile_disc(abs(bill.amount), 0.8) filter (where bill.amount <> 0), 0)::bigint as each
from query_table($bills) as bill
inner join dim_segment on bill.segment_key = dim_segment.segment_key
where bill.is_billed
group by dim_segment.class, bill.rcvbl_ym
order by dim_segment.class, month
