-- Household months of several bills: when the pair begins or ends to be billed (+1, -1) and to be settled (+1, -1).
-- A pair belongs to where its first bill was issued, so that units add up and later bills move nothing.
create or replace table fct_household_event as
with bills as (
    select fct_bill.*
    from fct_bill
    inner join work_pair
        on
            fct_bill.cons_key = work_pair.cons_key
            and fct_bill.rcvbl_ym = work_pair.rcvbl_ym
            and fct_bill.bill_year = work_pair.bill_year
    where fct_bill.is_billed
),

moves as (
    select
        bill_key,
        issued_on as event_on,
        amount,
        (amount > 0)::integer as opens
    from bills
    union all
    select
        bills.bill_key,
        bills.effective_on as event_on,
        0 as amount,
        -1 as opens
    from bills
    where
        bills.receipts = 1 and bills.amount > 0 and bills.received >= bills.amount
        and coalesce(bills.effective_on <= bills.written_off_on, true)
    union all
    select
        work_multi.bill_key,
        work_multi.effective_on as event_on,
        0 as amount,
        -work_multi.settles as opens
    from work_multi
    inner join bills on work_multi.bill_key = bills.bill_key
    where work_multi.settles <> 0 and not work_multi.is_after_write_off
),

days as (
    select
        bills.cons_key,
        bills.rcvbl_ym,
        bills.bill_year,
        moves.event_on,
        sum(moves.amount) as amount,
        sum(moves.opens) as opens
    from moves
    inner join bills on moves.bill_key = bills.bill_key
    group by bills.cons_key, bills.rcvbl_ym, bills.bill_year, moves.event_on
),

states as (
    select
        * exclude (amount, opens),
        sum(amount) over pair > 0 as is_billed,
        sum(amount) over pair > 0 and sum(opens) over pair = 0 as is_settled
    from days
    window pair as (partition by cons_key, rcvbl_ym, bill_year order by event_on)
),

homes as (
    select
        cons_key,
        rcvbl_ym,
        bill_year,
        arg_min(segment_key, (issued_on, -amount, bill_no)) as segment_key
    from bills
    group by cons_key, rcvbl_ym, bill_year
)

select
    states.cons_key,
    homes.segment_key,
    states.rcvbl_ym,
    states.bill_year,
    states.event_on,
    states.is_billed::integer - coalesce(lag(states.is_billed) over pair, false)::integer as billed,
    states.is_settled::integer - coalesce(lag(states.is_settled) over pair, false)::integer as settled
from states
inner join homes using (cons_key, rcvbl_ym, bill_year)
window pair as (partition by states.cons_key, states.rcvbl_ym, states.bill_year order by states.event_on);
