-- What may be the bill of receipts without its number, one row per set of receipts that say the same of it and bill.
create or replace temp table work_candidate as
with sets as (
    select distinct
        by_calculation,
        cons_no,
        rcvbl_ym,
        calc_id,
        is_of_another,
        amt_type
    from work_loose
),

bills as (
    select
        bill_key,
        cons_no,
        rcvbl_ym,
        calc_id,
        ltrim(amt_type, '0') as amt_type,
        amount
    from stg_bill
    where exists (select 1 from sets)
),

found as (
    select
        sets.*,
        bills.bill_key,
        bills.amount,
        bills.amt_type as kind
    from sets
    inner join bills on sets.calc_id = bills.calc_id and sets.cons_no = bills.cons_no
    where sets.by_calculation
    union all
    select
        sets.*,
        bills.bill_key,
        bills.amount,
        bills.amt_type as kind
    from sets
    inner join bills on sets.cons_no = bills.cons_no and sets.rcvbl_ym = bills.rcvbl_ym
    where not sets.by_calculation and (not sets.is_of_another or bills.calc_id is null)
),

judged as (
    select
        * exclude (kind),
        coalesce(amt_type = kind, true) as is_of_kind,
        (by_calculation, cons_no, rcvbl_ym, calc_id, is_of_another, amt_type) as said
    from found
),

-- A kind that none of them has tells nothing.
keyed as (
    select *
    from judged
    qualify is_of_kind or not bool_or(is_of_kind) over (partition by said)
)

select
    said,
    bill_key,
    amount,
    row_number() over (partition by said, amount order by bill_key) as nth,
    row_number() over (partition by said order by amount desc, bill_key asc) as size_rank,
    count(*) over (partition by said) as bills,
    count(*) over (partition by said, amount) as of_amount
from keyed;
