-- The bills of the registered table `picked` (bill_key, effect), one row per bill, most moved first; fen.
select
    fct_bill.bill_key,
    fct_bill.bill_no,
    dim_customer.cons_no,
    dim_segment.org_no,
    coalesce(dim_org.org_name, dim_segment.org_no) as org_name,
    fct_bill.rcvbl_ym,
    fct_bill.bill_year,
    fct_bill.amt_type,
    fct_bill.issued_on,
    fct_bill.due_on,
    fct_bill.amount,
    fct_bill.written_off_on,
    fct_bill.receipts,
    picked.effect
from picked
inner join fct_bill on picked.bill_key = fct_bill.bill_key
inner join dim_customer on fct_bill.cons_key = dim_customer.cons_key
inner join dim_segment on fct_bill.segment_key = dim_segment.segment_key
left join dim_org on dim_segment.org_no = dim_org.org_no
order by abs(picked.effect) desc, fct_bill.bill_key asc
