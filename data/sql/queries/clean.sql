-- Customers billed in a year and those of them with a bill of it open (written off or not), one row.
with
-- include: who
billed as (
    select
        items.cons_key,
        items.is_only
    from fct_customer_year as items
    inner join segments on items.segment_key = segments.segment_key
    -- include: customer_filter
    where items.bill_year = $year and items.rcvbl_ym <= $last_month and items.issued_on <= $as_of
),

unpaid as (
    select
        cons_key,
        segment_key,
        rcvbl_ym,
        bill_year
    from fct_balance_short
    where from_on <= $as_of and from_on > $as_of::date - 62 and to_on > $as_of
    union all
    select
        cons_key,
        segment_key,
        rcvbl_ym,
        bill_year
    from fct_balance_long
    where from_on <= $as_of and to_on > $as_of
    union all
    select
        cons_key,
        segment_key,
        rcvbl_ym,
        bill_year
    from fct_written_off
    where written_off_on <= $as_of and open > 0
),

open as (
    select distinct items.cons_key
    from unpaid as items
    inner join segments on items.segment_key = segments.segment_key
    semi join billed on items.cons_key = billed.cons_key
    where items.bill_year = $year and items.rcvbl_ym <= $last_month
)

select
    count(*) filter (where is_only) + count(distinct case when not is_only then cons_key end) as billed_customers,
    (select count(*) from open) as open_customers
from billed;
