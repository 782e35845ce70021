-- Households' bills, those of less than `least` and of more than `most` fen, and the mean, one row; all bills where no bill has a class.
with billed as (
    select
        dim_segment.class,
        fct_bill.amount
    from fct_bill
    inner join dim_segment on fct_bill.segment_key = dim_segment.segment_key
    where fct_bill.is_billed and fct_bill.amount > 0
)

select
    count(*) as bills,
    count(*) filter (where amount < $least) as small,
    count(*) filter (where amount > $most) as large,
    coalesce(round(avg(amount)), 0)::bigint as mean
from billed
where class = $households or not exists (select 1 from billed as other where other.class <> '')
