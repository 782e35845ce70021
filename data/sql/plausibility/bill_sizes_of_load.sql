-- The same as bill_sizes.sql of the bills that one load brings, one row per class of customers and bill month.
with of_load as (
    select stg_bill.bill_key
    from stg_bill
    inner join meta_file as file on stg_bill.file_no = file.file_no
    where file.load_id = $load
)

select
    dim_segment.class,
    fct_bill.rcvbl_ym as month,
    coalesce(nullif(count(*) filter (where fct_bill.amount <> 0), 0), count(*)) as bills,
    coalesce(quantile_disc(abs(fct_bill.amount), 0.8) filter (where fct_bill.amount <> 0), 0)::bigint as each
from fct_bill
inner join dim_segment on fct_bill.segment_key = dim_segment.segment_key
where fct_bill.is_billed and fct_bill.bill_key in (select of_load.bill_key from of_load)
group by dim_segment.class, fct_bill.rcvbl_ym
order by dim_segment.class, month
