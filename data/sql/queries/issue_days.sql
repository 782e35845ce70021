-- First and last issue day of one bill month, one row.
select
    min(issued_on) as first_on,
    max(issued_on) as last_on
from fct_bill
where rcvbl_ym = $month and is_billed and issued_on <= $as_of;
