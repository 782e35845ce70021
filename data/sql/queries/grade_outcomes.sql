-- What became of each customer in ($as_of, $until], one row per customer that had a bill due or money overdue.
-- `overdue` was past due at $as_of (fen), `left_over` of it was never collected by $until: still open, or written off.
with
due as (
    select
        cons_key,
        count(distinct rcvbl_ym) as periods,
        count(distinct rcvbl_ym) filter (where open_after_due > 0) as arrears
    from fct_bill
    where
        is_owed
        and amount > 0
        and issued_on <= $until::date
        and due_on >= $as_of::date
        and due_on < $until::date
    group by cons_key
),

held as (
    select
        bill_key,
        cons_key,
        from_on,
        to_on,
        open
    from fct_balance
    where is_owed and due_on < $as_of::date and from_on <= $until::date and to_on > $as_of::date
),

later as (
    select
        held.cons_key,
        sum(held.open) filter (where held.from_on <= $as_of::date) as overdue,
        sum(held.open) filter (where held.to_on > $until::date or held.to_on = fct_bill.written_off_on) as left_over
    from held
    inner join fct_bill on held.bill_key = fct_bill.bill_key
    group by held.cons_key
)

select
    dim_customer.cons_key,
    coalesce(due.periods, 0) as periods,
    coalesce(due.arrears, 0) as arrears,
    coalesce(later.overdue, 0)::bigint as overdue,
    least(coalesce(later.left_over, 0), coalesce(later.overdue, 0))::bigint as left_over
from dim_customer
left join due on dim_customer.cons_key = due.cons_key
left join later on dim_customer.cons_key = later.cons_key
where due.periods > 0 or later.overdue > 0
order by dim_customer.cons_key;
