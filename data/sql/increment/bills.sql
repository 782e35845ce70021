-- The bills of the last snapshot as staging calls them, one row per bill: for receipts, and for judging a load. Whose
-- they are, and their calculation, nobody asks of bills that did not come.
create or replace view staging.stg_bill as
select
    bill_key,
    other_no,
    has_number,
    null::varchar as cons_no,
    null::varchar as org_no,
    rcvbl_ym,
    amt_type,
    amount,
    received_by_extract,
    if(issue_filled, null, issued_on) as released_on,
    if(due_filled, null, due_on + 1) as penalty_from,
    false as invisible,
    null::bigint as calc_id,
    null::date as extract_on,
    null::integer as file_no,
    null::bigint as line
from snap.main.fct_bill_row;
