-- How many records find what they belong to, one row per link: receipts a bill, bills a customer, customers a unit.
select
    'receipt_bill' as link,
    count(*) as records,
    count(bill_key) as found
from fct_receipt
union all
select
    'bill_customer' as link,
    count(*) as records,
    count(*) filter (where customer.exists_in_extract) as found
from fct_bill as bill
inner join dim_customer as customer on bill.cons_key = customer.cons_key
union all
select
    'customer_unit' as link,
    count(*) as records,
    count(*) filter (where org.is_listed) as found
from dim_customer as customer
left join dim_org as org on customer.org_no = org.org_no
where customer.exists_in_extract;
