-- Open amounts over time, one row per spell (from_on <= day < to_on) of a billed bill with something open.
create or replace temp view work_spell as
with days as (
    select
        bill_key,
        effective_on,
        max_by(applied_in_all, receipt_key) as applied,
        any_value(issued_on) as issued_on
    from work_multi
    where owed > 0
    group by bill_key, effective_on
),

steps as (
    select
        bill_key,
        effective_on as from_on,
        applied
    from days
    union all
    select
        bill_key,
        any_value(issued_on) as from_on,
        0 as applied
    from days
    group by bill_key
    having min(effective_on) > any_value(issued_on)
),

several as (
    select
        bill_key,
        from_on,
        applied,
        lead(from_on) over (partition by bill_key order by from_on) as next_on
    from steps
)

select
    fct_bill.bill_key,
    several.from_on,
    least(several.next_on, fct_bill.written_off_on, date '9999-12-31') as to_on,
    fct_bill.amount - several.applied as open
from several
inner join fct_bill on several.bill_key = fct_bill.bill_key
union all
select
    bill_key,
    issued_on as from_on,
    least(effective_on, written_off_on, date '9999-12-31') as to_on,
    amount as open
from fct_bill
where receipts < 2 and is_billed and amount > 0
union all
select
    bill_key,
    effective_on as from_on,
    least(written_off_on, date '9999-12-31') as to_on,
    amount - received as open
from fct_bill
where receipts = 1 and is_billed and amount > received;
