-- Prepaid balances now, one row per customer.
create or replace table fct_prepaid as
select
    dim_customer.cons_key,
    any_value(dim_customer.segment_key) as segment_key,
    sum(stg_prepaid_balance.balance)::bigint as balance
from stg_prepaid_balance
inner join dim_customer on stg_prepaid_balance.cons_no = dim_customer.cons_no
group by dim_customer.cons_key;

-- Money in transit, one row per item, from checked_on to disposed_on (none: still in transit).
create or replace table fct_in_transit as
select
    stg_in_transit.transit_key,
    stg_in_transit.bill_key,
    dim_customer.cons_key,
    coalesce(fct_bill.segment_key, dim_customer.segment_key) as segment_key,
    stg_in_transit.amount,
    stg_in_transit.checked_on,
    stg_in_transit.disposed_on
from stg_in_transit
inner join dim_customer on stg_in_transit.cons_no = dim_customer.cons_no
left join fct_bill on stg_in_transit.bill_key = fct_bill.bill_key;

-- Supply cuts, violations and outside facts of customers, one row per occurrence.
create or replace table fct_outage as
select
    dim_customer.cons_key,
    stg_outage.cut_on
from stg_outage
inner join dim_customer on stg_outage.cons_no = dim_customer.cons_no;

create or replace table fct_violation as
select
    dim_customer.cons_key,
    stg_violation.* exclude (file_no, line, cons_no)
from stg_violation
inner join dim_customer on stg_violation.cons_no = dim_customer.cons_no;

create or replace table fct_customer_fact as
select
    dim_customer.cons_key,
    stg_customer_fact.fact,
    stg_customer_fact.value,
    stg_customer_fact.fact_on
from stg_customer_fact
inner join dim_customer on stg_customer_fact.cons_no = dim_customer.cons_no;
