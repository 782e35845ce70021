-- How the open amount of bills with several receipts changed, one row per bill and day on which it did.
create or replace temp table work_step as
with days as (
    select
        bill_key,
        effective_on as from_on,
        max_by(applied_in_all, receipt_key) as applied,
        any_value(issued_on) as issued_on
    from work_multi
    where owed > 0
    group by bill_key, effective_on
),

steps as (
    select
        bill_key,
        from_on,
        applied
    from days
    union all
    select
        bill_key,
        any_value(issued_on) as from_on,
        0 as applied
    from days
    group by bill_key
    having min(from_on) > any_value(issued_on)
)

select
    bill_key,
    from_on,
    applied,
    lead(from_on) over (partition by bill_key order by from_on) as next_on
from steps;

-- Open amounts over time, one row per spell (from_on <= day < to_on) of a billed bill; of several or of no length too.
create or replace temp view work_spell as
select
    fct_bill.*,
    work_step.from_on,
    least(work_step.next_on, fct_bill.written_off_on, date '9999-12-31') as to_on,
    fct_bill.amount - work_step.applied as open
from work_step
inner join fct_bill on work_step.bill_key = fct_bill.bill_key
union all
select
    *,
    issued_on as from_on,
    least(effective_on, written_off_on, date '9999-12-31') as to_on,
    amount as open
from fct_bill
where receipts < 2 and is_billed and amount > 0
union all
select
    *,
    effective_on as from_on,
    least(written_off_on, date '9999-12-31') as to_on,
    amount - received as open
from fct_bill
where receipts = 1 and is_billed and amount > 0 and amount > received;
