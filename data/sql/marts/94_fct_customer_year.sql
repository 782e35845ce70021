-- When a customer was first billed in a year, one row per (cons_key, segment_key, bill_year); a second where the bill
-- of the earliest month was not issued first.
create or replace table fct_customer_year as
with firsts as (
    select
        cons_key,
        segment_key,
        bill_year,
        min(row(issued_on, rcvbl_ym)::struct(issued_on date, rcvbl_ym integer)) as by_issue,
        min(row(rcvbl_ym, issued_on)::struct(rcvbl_ym integer, issued_on date)) as by_month
    from fct_bill
    where is_billed
    group by cons_key, segment_key, bill_year
),

frontier as (
    select
        fct_bill.cons_key,
        fct_bill.segment_key,
        fct_bill.bill_year,
        fct_bill.issued_on,
        fct_bill.rcvbl_ym
    from fct_bill
    inner join firsts using (cons_key, segment_key, bill_year)
    where fct_bill.is_billed and firsts.by_issue.rcvbl_ym > firsts.by_month.rcvbl_ym
)

select
    cons_key,
    segment_key,
    bill_year,
    by_issue.issued_on as issued_on,
    by_issue.rcvbl_ym as rcvbl_ym
from firsts
where by_issue.rcvbl_ym = by_month.rcvbl_ym
union all
select * from frontier;
