-- When a customer was first billed in a year, one row per (cons_key, segment_key, bill_year); more where the bill of the
-- earliest month was not issued first. Day and month are packed into one number to be compared together.
-- `is_only` where the customer has no other row of the year: such rows are counted, the others are told apart.
create or replace table fct_customer_year as
with firsts as (
    select
        cons_key,
        segment_key,
        bill_year,
        min((issued_on - date '1900-01-01') * 1000000 + rcvbl_ym) as by_issue,
        min(rcvbl_ym) as first_ym
    from fct_bill
    where is_billed
    group by cons_key, segment_key, bill_year
),

billed as (
    select
        cons_key,
        segment_key,
        bill_year,
        date '1900-01-01' + (by_issue // 1000000)::integer as issued_on,
        (by_issue % 1000000)::integer as rcvbl_ym
    from firsts
    where by_issue % 1000000 = first_ym
    union all
    select
        fct_bill.cons_key,
        fct_bill.segment_key,
        fct_bill.bill_year,
        fct_bill.issued_on,
        fct_bill.rcvbl_ym
    from fct_bill
    inner join firsts using (cons_key, segment_key, bill_year)
    where fct_bill.is_billed and firsts.by_issue % 1000000 > firsts.first_ym
),

several as (
    select
        cons_key,
        bill_year
    from billed
    group by cons_key, bill_year
    having count(*) > 1
)

select
    billed.*,
    several.cons_key is null as is_only
from billed
left join several on billed.cons_key = several.cons_key and billed.bill_year = several.bill_year;
