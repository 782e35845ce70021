-- What the risk light reads of customers as of $as_of, one row per customer, by cons_key; $cons_nos empty: all.
-- Money in fen, times in days; null is unknown or never.
with bounced as (
    select
        cons_key,
        max(effective_on) as bounced_on
    from fct_receipt
    where
        amount < 0
        and effective_on <= $as_of::date
        and effective_on > ($as_of::date - interval 1 year)::date
    group by cons_key
)

select
    measures.cons_key,
    dim_customer.cons_no,
    measures.overdue,
    measures.balance,
    measures.in_transit,
    measures.days_overdue,
    measures.billed_12m,
    measures.periods_12m,
    measures.arrears_12m,
    $as_of::date - bounced.bounced_on as days_since_bounce,
    $as_of::date - measures.last_cut_on as days_since_cut
from read_parquet($measures::varchar) as measures
inner join dim_customer on measures.cons_key = dim_customer.cons_key
left join bounced on measures.cons_key = bounced.cons_key
where len($cons_nos::varchar[]) = 0 or list_contains($cons_nos::varchar[], dim_customer.cons_no)
order by measures.cons_key;
