-- What few bills have, up to the day, of customers from $first_key up to $end_key, one row per cons_key that has any: several
-- receipts, too much paid, paid after a write-off, or paid in the year though due before it. `customer_measures` reads it
-- as `few_receipts`: found once, however many pieces customers are measured in, since it takes a look at every bill.
with
receipts as (
    select
        cons_key,
        effective_on,
        if(amount > 0, effective_on, null) as paid_on,
        excess,
        recovered_after
    from fct_receipt_line
    union all by name
    select
        cons_key,
        effective_on,
        excess,
        0 as recovered_after
    from fct_bill
    where receipts = 1 and excess <> 0
    union all by name
    select
        cons_key,
        effective_on,
        0 as excess,
        least(received, amount) as recovered_after
    from fct_bill
    where receipts = 1 and is_billed and amount > 0 and written_off_on is not null and effective_on > written_off_on
    union all by name
    select
        cons_key,
        effective_on,
        effective_on as paid_on,
        0 as excess,
        0 as recovered_after
    from fct_bill
    where
        due_counted_on < ($as_of::date - interval 1 year)::date
        and effective_on >= ($as_of::date - interval 1 year)::date
        and received > 0
)

select
    cons_key,
    max(paid_on) as last_payment_on,
    sum(excess)::bigint as credit,
    sum(recovered_after)::bigint as recovered_after
from receipts
where
    effective_on <= $as_of::date
    and cons_key >= $first_key::integer
    and cons_key < $end_key::integer
group by cons_key;
