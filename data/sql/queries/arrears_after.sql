-- What came due in ($as_of, $until] and was left unpaid the day after, one row per customer with a bill due.
select
    dim_customer.cons_no,
    count(distinct fct_bill.rcvbl_ym) as periods,
    count(distinct fct_bill.rcvbl_ym) filter (where fct_bill.open_after_due > 0) as arrears,
    sum(fct_bill.billed)::bigint as billed,
    sum(fct_bill.open_after_due)::bigint as left_open
from fct_bill
inner join dim_customer on fct_bill.cons_key = dim_customer.cons_key
where
    fct_bill.is_owed
    and fct_bill.amount > 0
    and fct_bill.issued_on <= $until::date
    and fct_bill.due_on >= $as_of::date
    and fct_bill.due_on < $until::date
group by dim_customer.cons_no
order by dim_customer.cons_no;
