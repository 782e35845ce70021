-- The bills named, one row per bill_key; amounts in fen.
with
wanted as (select unnest($bill_keys::bigint[]) as bill_key)

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
    fct_bill.receipts
from fct_bill
inner join wanted on fct_bill.bill_key = wanted.bill_key
inner join dim_customer on fct_bill.cons_key = dim_customer.cons_key
inner join dim_segment on fct_bill.segment_key = dim_segment.segment_key
left join dim_org on dim_segment.org_no = dim_org.org_no
