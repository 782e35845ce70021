-- Bills and yuan billed without the largest and the smallest hundredth of them, at least one each, one row per class and
-- bill month: what one bill that cannot be right does to a sum is gone.
with ranked as (
    select
        dim_segment.class,
        fct_bill.rcvbl_ym as month,
        fct_bill.amount,
        count(*) over (partition by dim_segment.class, fct_bill.rcvbl_ym) as among,
        row_number() over (partition by dim_segment.class, fct_bill.rcvbl_ym order by fct_bill.amount) as place
    from fct_bill
    inner join dim_segment on fct_bill.segment_key = dim_segment.segment_key
    where fct_bill.is_billed
)

select
    class,
    month,
    count(*) as bills,
    sum(amount)::bigint as billed
from ranked
where place > greatest(among // 100, 1) and place <= among - greatest(among // 100, 1)
group by class, month
order by class, month
