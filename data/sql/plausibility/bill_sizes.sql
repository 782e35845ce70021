-- Bills by class of customers and bill month, and fen that four fifths of them are of no more than, one row each. Those of
-- nothing count where there are no others: in some months many have none.
select
    dim_segment.class,
    fct_bill.rcvbl_ym as month,
    coalesce(nullif(count(*) filter (where fct_bill.amount <> 0), 0), count(*)) as bills,
    coalesce(quantile_disc(abs(fct_bill.amount), 0.8) filter (where fct_bill.amount <> 0), 0)::bigint as each
from fct_bill
inner join dim_segment on fct_bill.segment_key = dim_segment.segment_key
where fct_bill.is_billed
group by dim_segment.class, fct_bill.rcvbl_ym
order by dim_segment.class, month
