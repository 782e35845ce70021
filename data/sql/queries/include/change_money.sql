bills as (
    select
        cons_key,
        segment_key,
        issued_on <= $as_of
        and rcvbl_ym between $now_from and $now_to
        and bill_year between $now_low and $now_high as is_now,
        issued_on <= $then
        and rcvbl_ym between $then_from and $then_to
        and bill_year between $then_low and $then_high as is_then,
        amount
    from fct_bill
    where
        is_billed
        and (bill_year between $now_low and $now_high or bill_year between $then_low and $then_high)
        and (rcvbl_ym between $now_from and $now_to or rcvbl_ym between $then_from and $then_to)
),

-- What was open on the two days, and when their years began (of old debt).
spells_of as (
    select
        cons_key,
        segment_key,
        rcvbl_ym between $now_from and $now_to and bill_year between $now_low and $now_high as is_now,
        rcvbl_ym between $then_from and $then_to and bill_year between $then_low and $then_high as is_then,
        bill_year < $now_old and rcvbl_ym <= $now_to as is_old_now,
        bill_year < $then_old and rcvbl_ym <= $then_to as is_old_then,
        if(from_on <= $as_of and to_on > $as_of, open, 0) as at_now,
        if(from_on <= $then and to_on > $then, open, 0) as at_then,
        if(from_on < make_date($now_old, 1, 1) and to_on >= make_date($now_old, 1, 1), open, 0) as at_now_base,
        if(from_on < make_date($then_old, 1, 1) and to_on >= make_date($then_old, 1, 1), open, 0) as at_then_base
    from fct_balance
    where
        (from_on <= $as_of and to_on > $as_of)
        or (from_on <= $then and to_on > $then)
        or (from_on < make_date($now_old, 1, 1) and to_on >= make_date($now_old, 1, 1))
        or (from_on < make_date($then_old, 1, 1) and to_on >= make_date($then_old, 1, 1))
    union all
    -- what is written off is never collected: open for good, and no more of the base once it is
    select
        cons_key,
        segment_key,
        rcvbl_ym between $now_from and $now_to and bill_year between $now_low and $now_high as is_now,
        rcvbl_ym between $then_from and $then_to and bill_year between $then_low and $then_high as is_then,
        bill_year < $now_old and rcvbl_ym <= $now_to and written_off_on >= make_date($now_old, 1, 1) as is_old_now,
        bill_year < $then_old and rcvbl_ym <= $then_to and written_off_on >= make_date($then_old, 1, 1) as is_old_then,
        if(written_off_on <= $as_of, open, 0) as at_now,
        if(written_off_on <= $then, open, 0) as at_then,
        0 as at_now_base,
        0 as at_then_base
    from fct_written_off
),

counted as (
    select
        cons_key,
        segment_key,
        if(is_now, amount, 0) as whole_now,
        if(is_now, amount, 0) as part_now,
        if(is_then, amount, 0) as whole_then,
        if(is_then, amount, 0) as part_then
    from bills
    union all
    select
        cons_key,
        segment_key,
        if(is_old_now, at_now_base, 0) as whole_now,
        if(is_old_now, at_now_base, 0) - if(is_now or is_old_now, at_now, 0) as part_now,
        if(is_old_then, at_then_base, 0) as whole_then,
        if(is_old_then, at_then_base, 0) - if(is_then or is_old_then, at_then, 0) as part_then
    from spells_of
)
