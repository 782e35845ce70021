-- What fell due and was paid in time in the customer's transformer area in the year before each day, one row per day.
with
days as (
    select unnest($days::date[]) as as_of
),

area as (
    select neighbours.cons_key
    from dim_customer
    inner join dim_customer as neighbours on dim_customer.area_key = neighbours.area_key
    where dim_customer.cons_key = $cons_key::integer
),

sums as (
    select
        fct_bill.due_on,
        greatest(fct_bill.due_on + 1, fct_bill.issued_on) as known_on,
        sum(fct_bill.billed) as due,
        sum(fct_bill.collected_by_due) as on_time
    from fct_bill
    inner join area on fct_bill.cons_key = area.cons_key
    where fct_bill.is_billed and fct_bill.amount > 0
    group by fct_bill.due_on, greatest(fct_bill.due_on + 1, fct_bill.issued_on)
)

select
    days.as_of,
    sum(sums.due)::bigint as area_due,
    sum(sums.on_time)::bigint as area_on_time
from days
left join sums on days.as_of >= sums.known_on and sums.due_on + 1 > (days.as_of - interval 1 year)::date
group by days.as_of
order by days.as_of;
