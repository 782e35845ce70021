-- Bills of one customer issued by $as_of with what was collected and is open then, one row per bill, newest first.
with received as (
    select
        bill_key,
        sum(collected)::bigint as collected,
        sum(recovered_after)::bigint as recovered_after,
        sum(excess)::bigint as excess,
        count(*) as receipts,
        max(effective_on) as last_receipt_on
    from fct_receipt
    where cons_key = $cons_key::integer and effective_on <= $as_of::date and bill_key is not null
    group by bill_key
),

held as (
    select
        bill_key,
        sum(open)::bigint as open
    from fct_balance
    where cons_key = $cons_key::integer and from_on <= $as_of::date and to_on > $as_of::date
    group by bill_key
)

select
    bills.bill_key,
    bills.bill_no,
    bills.rcvbl_ym,
    bills.bill_year,
    bills.amt_type,
    bills.issued_on,
    bills.issue_filled,
    bills.due_on,
    bills.due_filled,
    bills.kwh,
    bills.amount,
    bills.billed,
    bills.collected_by_due,
    bills.open_after_due,
    bills.is_billed,
    bills.is_owed,
    if(bills.written_off_on <= $as_of::date, bills.written_off_on, null) as written_off_on,
    case
        when not bills.is_billed then 0
        when bills.amount <= 0 then bills.amount
        else coalesce(received.collected, 0)
    end as collected,
    coalesce(received.recovered_after, 0) as recovered_after,
    coalesce(received.excess, 0) as excess,
    coalesce(received.receipts, 0) as receipts,
    received.last_receipt_on,
    coalesce(held.open, 0) as open,
    if(coalesce(held.open, 0) > 0, greatest($as_of::date - bills.due_on, 0), 0)::integer as days_overdue
from fct_bill as bills
left join received on bills.bill_key = received.bill_key
left join held on bills.bill_key = held.bill_key
where bills.cons_key = $cons_key::integer and bills.issued_on <= $as_of::date
order by bills.rcvbl_ym desc, bills.bill_key desc;
