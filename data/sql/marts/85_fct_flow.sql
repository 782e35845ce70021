-- Everything that moves a figure, one row per event: issue, receipt, due day, write-off, household month.
create or replace view fct_flow as
select
    'issue' as kind,
    issued_on as event_on,
    bill_key,
    cons_key,
    segment_key,
    rcvbl_ym,
    bill_year,
    amount as billed,
    least(amount, 0) as collected,
    if(issued_on > due_on, least(amount, 0), 0) as collected_late,
    if(issued_on > cut_on, least(amount, 0), 0) as collected_after_cutoff,
    if(is_owed, greatest(amount, 0), 0) as owed_open,
    is_pair::integer as pair_billed,
    1 as bills,
    kwh
from fct_bill
where is_billed
union all by name
select
    'receipt' as kind,
    effective_on as event_on,
    bill_key,
    cons_key,
    segment_key,
    rcvbl_ym,
    bill_year,
    collected,
    if(effective_on > due_on, collected, 0) as collected_late,
    if(effective_on > cut_on, collected, 0) as collected_after_cutoff,
    if(is_set_off, collected, 0) as collected_set_off,
    if(is_owed, -collected, 0) as owed_open,
    recovered_after,
    excess as credit,
    settles as pair_settled
from fct_receipt
where is_billed
union all by name
select
    'due' as kind,
    due_counted_on as event_on,
    bill_key,
    cons_key,
    segment_key,
    rcvbl_ym,
    bill_year,
    amount as due_billed,
    collected_by_due as due_collected
from fct_bill
where is_billed
union all by name
select
    'write_off' as kind,
    written_off_on as event_on,
    bill_key,
    cons_key,
    segment_key,
    rcvbl_ym,
    bill_year,
    open as written_off,
    1 as written_off_bills,
    if(is_owed, -open, 0) as owed_open
from fct_written_off
union all by name
select
    'household' as kind,
    event_on,
    cons_key,
    segment_key,
    rcvbl_ym,
    bill_year,
    billed as pair_billed,
    settled as pair_settled
from fct_household_event;
