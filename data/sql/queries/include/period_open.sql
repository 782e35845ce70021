-- What is open on a period's day, written off for good, or was open when its year began, one row each; fen, pairs.
of_open as (
    select * exclude (due_on, is_owed, from_on, to_on)
    from fct_balance_short
    where from_on <= $of_as_of and from_on > $of_as_of::date - 62 and to_on > $of_as_of
    union all
    select * exclude (due_on, is_owed, from_on, to_on)
    from fct_balance_long
    where from_on <= $of_as_of and to_on > $of_as_of
    union all
    select * exclude (is_owed, written_off_on)
    from fct_written_off
    where written_off_on <= $of_as_of and open > 0 and (bill_year >= $of_year or written_off_on >= make_date($of_year, 1, 1))
),

of_frozen as (
    select * from fct_balance_short
    where from_on < make_date($of_year, 1, 1) and from_on >= make_date($of_year, 1, 1) - 62
    union all
    select * from fct_balance_long
    where from_on < make_date($of_year, 1, 1)
),

of_several as (
    select distinct
        cons_key,
        rcvbl_ym,
        bill_year
    from fct_household_event
),

of_missing as (
    select
        cons_key,
        segment_key,
        if(bill_year = $of_year and rcvbl_ym <= $of_last_month, -open, 0) as cy_collected,
        if(bill_year < $of_year and rcvbl_ym <= $of_last_month, -open, 0) as old_collected,
        if(rcvbl_ym = $of_month, -open, 0) as month_collected,
        -(bill_year = $of_year and rcvbl_ym <= $of_last_month and of_several.cons_key is null)::integer as hh_settled
    from of_open
    left join of_several using (cons_key, rcvbl_ym, bill_year)
    union all by name
    select
        cons_key,
        segment_key,
        open as old_billed,
        open as old_collected
    from of_frozen
    where to_on >= make_date($of_year, 1, 1) and bill_year < $of_year and rcvbl_ym <= $of_last_month
)
