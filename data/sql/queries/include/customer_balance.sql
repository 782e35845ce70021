measure_balance as (
    select
        cons_key,
        sum(open)::bigint as balance,
        count(*)::integer as balance_bills,
        coalesce(sum(open) filter (where due_on < $as_of::date), 0)::bigint as overdue,
        (count(*) filter (where due_on < $as_of::date))::integer as overdue_bills,
        count(distinct rcvbl_ym) filter (where due_on < $as_of::date)::integer as months_late,
        coalesce(
            sum(open) filter (where rcvbl_ym < year($as_of::date) * 100 + month($as_of::date)), 0
        )::bigint as past_months,
        coalesce(sum(open) filter (where bill_year < year($as_of::date)), 0)::bigint as old_debt,
        min(due_on) as oldest_due_on,
        min(rcvbl_ym) as oldest_ym
    from held.alive
    where
        as_of = $as_of::date
        and cons_key >= $first_key::integer
        and cons_key < $end_key::integer
    group by cons_key
),

measure_late as (
    select
        cons_key,
        max(least(to_on, $as_of::date) - due_on)::integer as late_days_max_12m
    from fct_balance
    where
        is_owed
        and from_on <= $as_of::date
        and due_on < $as_of::date
        and due_on >= ($as_of::date - interval 1 year)::date
        and to_on > due_on + 1
        and cons_key >= $first_key::integer
        and cons_key < $end_key::integer
    group by cons_key
),
