late_bills as (
    select
        cons_key,
        max(least(to_on, $as_of::date) - due_on) as days_late
    from fct_balance
    where
        is_owed
        and from_on <= $as_of::date
        and due_on < $as_of::date
        and to_on > due_on
        and due_on + 1 > ($as_of::date - interval 1 year)::date
    group by cons_key, bill_key
),

credit_late as (
    select
        cons_key,
        max(days_late) as late_days_max,
        sum(days_late)::bigint as late_days_sum
    from late_bills
    group by cons_key
),

credit_balance as (
    select
        cons_key,
        sum(open)::bigint as balance,
        coalesce(sum(open) filter (where due_on < $as_of::date), 0)::bigint as overdue,
        $as_of::date - min(due_on) filter (where due_on < $as_of::date) as overdue_days
    from fct_balance
    where is_owed and from_on <= $as_of::date and to_on > $as_of::date
    group by cons_key
)
