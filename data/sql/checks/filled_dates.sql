-- Bills whose day of issue or due date was filled in, one row per bill.
select
    bill_key,
    bill_no,
    rcvbl_ym,
    issued_on,
    issue_filled,
    due_on,
    due_filled,
    amount
from fct_bill
where issue_filled or due_filled
order by bill_key
