-- Receipts by calendar month up to the as-of date, of bills that are known or not, one row per event_ym (0: all); fen.
with kept as (
    select
        fct_receipt.cons_key,
        fct_receipt.amount,
        (year(fct_receipt.received_on) * 100 + month(fct_receipt.received_on))::integer as event_ym
    from fct_receipt
    inner join dim_customer on fct_receipt.cons_key = dim_customer.cons_key
    where
        fct_receipt.received_on <= $as_of
        and (
            len($orgs::varchar[]) = 0
            or len(list_filter($orgs::varchar[], lambda c: starts_with(dim_customer.org_no, c))) > 0
        )
        and (
            len($allowed_orgs::varchar[]) = 0
            or len(list_filter($allowed_orgs::varchar[], lambda c: starts_with(dim_customer.org_no, c))) > 0
        )
)

select
    coalesce(event_ym, 0)::integer as event_ym,
    coalesce(sum(amount), 0)::bigint as amount,
    count(*) as receipts,
    count(distinct cons_key) as customers
from kept
group by grouping sets ((event_ym), ())
order by 1;
