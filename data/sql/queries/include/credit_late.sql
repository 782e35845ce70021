late_bills as (
    select
        cons_key,
        bill_key,
        max(least(to_on, $as_of::date) - due_on) as days_late,
        sum(open) filter (where to_on > $as_of::date) as open
    from fct_balance
    where is_owed and from_on <= $as_of::date and due_on < $as_of::date and to_on > due_on
    group by cons_key, bill_key, due_on
    having
        due_on + 1 > ($as_of::date - interval 1 year)::date
        or max(to_on) > $as_of::date
),

credit_late as (
    select
        late_bills.cons_key,
        max(late_bills.days_late) filter (
            where fct_bill.due_on + 1 > ($as_of::date - interval 1 year)::date
        ) as late_days_max,
        sum(late_bills.days_late) filter (
            where fct_bill.due_on + 1 > ($as_of::date - interval 1 year)::date
        ) as late_days_sum,
        sum(late_bills.open)::bigint as overdue
    from late_bills
    inner join fct_bill on late_bills.bill_key = fct_bill.bill_key
    group by late_bills.cons_key
),

credit_balance as (
    select
        cons_key,
        sum(open)::bigint as balance
    from fct_balance
    where is_owed and from_on <= $as_of::date and to_on > $as_of::date
    group by cons_key
)
