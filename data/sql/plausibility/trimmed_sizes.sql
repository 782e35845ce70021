-- Bills, and yuan billed as if all were like those that are neither of the largest nor of the smallest tenth, one row per
-- class and bill month: what a few bills that cannot be right do to a sum is gone.
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
    any_value(among) as bills,
    round(avg(amount) * any_value(among))::bigint as billed
from ranked
where place > among // 10 and place <= among - among // 10
group by class, month
order by class, month
