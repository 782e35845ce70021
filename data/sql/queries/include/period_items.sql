-- What the rates of a period are made of, one row per bill, open amount and household month of several bills; fen, pairs.
-- Collected is what was billed but for what is open or written off on the day: no receipt is read.
of_bills as (
    select
        cons_key,
        segment_key,
        bill_year = $of_year and rcvbl_ym <= $of_last_month as is_current,
        rcvbl_ym = $of_month as is_month,
        due_counted_on <= $of_as_of as is_due,
        is_pair,
        amount,
        collected_by_due
    from fct_bill
    where
        is_billed and issued_on <= $of_as_of
        and rcvbl_ym <= $of_last_month and (bill_year = $of_year or rcvbl_ym = $of_month)
),

-- include: period_open
,

of_items as (
    select
        cons_key,
        segment_key,
        if(is_current, amount, 0) as cy_billed,
        if(is_current, amount, 0) as cy_collected,
        0 as old_billed,
        0 as old_collected,
        if(is_month, amount, 0) as month_billed,
        if(is_month, amount, 0) as month_collected,
        (is_current and is_pair)::integer as hh_billed,
        (is_current and is_pair)::integer as hh_settled,
        if(is_current and is_due, amount, 0) as due_billed,
        if(is_current and is_due, collected_by_due, 0) as due_collected
    from of_bills
    union all by name
    select * from of_missing
    union all by name
    select
        cons_key,
        segment_key,
        billed as hh_billed,
        settled as hh_settled
    from fct_household_event
    where event_on <= $of_as_of and bill_year = $of_year and rcvbl_ym <= $of_last_month
)
