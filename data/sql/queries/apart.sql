-- Money shown apart on the as-of date, one row per kind ('in_transit', 'prepaid'); prepaid is what the extract holds now.
with
-- include: who
items as (
    select
        'in_transit' as kind,
        segment_key,
        cons_key,
        amount
    from fct_in_transit
    where checked_on <= $as_of and (disposed_on is null or disposed_on > $as_of)
    union all
    select
        'prepaid' as kind,
        segment_key,
        cons_key,
        balance as amount
    from fct_prepaid
)

select
    items.kind,
    coalesce(sum(items.amount), 0)::bigint as amount,
    count(distinct items.cons_key) as customers,
    count(*) as items
from items
inner join segments on items.segment_key = segments.segment_key
-- include: customer_filter
group by items.kind
order by items.kind;
