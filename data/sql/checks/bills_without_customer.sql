-- Bills whose customer is in no customer file, one row per customer number.
select
    customer.cons_no,
    count(*) as bills,
    sum(bill.amount) as amount
from fct_bill as bill
inner join dim_customer as customer on bill.cons_key = customer.cons_key
where not customer.exists_in_extract
group by customer.cons_no
order by customer.cons_no
