-- What the customers $cons_nos hold on the as-of date of closed months and of old debt, one row per customer; fen.
with
-- include: who
-- include: spells
,

held as (
    select
        cons_key,
        coalesce(sum(open) filter (where rcvbl_ym <= $closed_month and bill_year = $closed_year), 0)::bigint as closed,
        coalesce(sum(open) filter (where bill_year < $closed_year), 0)::bigint as old
    from spells
    group by cons_key
)

select
    dim_customer.cons_no,
    held.closed,
    held.old
from held
inner join dim_customer on held.cons_key = dim_customer.cons_key
where list_contains($cons_nos::varchar[], dim_customer.cons_no)
order by dim_customer.cons_no;
