-- Customers whose supply the extract says is cut, one row each; cut_on is the last cut for arrears that is known by the as-of
-- date, null where no day is.
with cuts as (
    select
        cons_key,
        max(cut_on) as cut_on
    from fct_outage
    where cut_on <= $as_of::date
    group by cons_key
)

select
    dim_customer.cons_no,
    dim_customer.org_no,
    coalesce(dim_customer.collector, dim_customer.reader, '') as person,
    cuts.cut_on
from dim_customer
left join cuts on dim_customer.cons_key = cuts.cons_key
where dim_customer.poweroff_code = '01' and coalesce(dim_customer.closed_on > $as_of::date, true)
order by dim_customer.cons_no;
