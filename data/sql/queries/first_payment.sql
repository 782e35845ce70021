-- New customers by month of their first bill, one row per month: those whose first bill was still open $days after it was due.
-- New: connected within 180 days before the first bill; with no date, first billed three months after the data begins.
with
-- include: who
fresh as (
    select
        items.cons_key,
        items.first_issued_on
    from dim_customer as items
    cross join meta_facts
    where
        items.first_issued_on <= $as_of
        and case
            when items.built_on is null then items.first_issued_on > meta_facts.first_issue + 92
            else items.first_issued_on - items.built_on between 0 and 180
        end
),

firsts as (
    select
        items.cons_key,
        min(items.bill_key) as bill_key,
        min(items.issued_on) as issued_on,
        arg_min(items.due_on, items.bill_key) as due_on
    from fct_bill as items
    inner join fresh on items.cons_key = fresh.cons_key and items.issued_on = fresh.first_issued_on
    inner join segments on items.segment_key = segments.segment_key
    -- include: customer_filter
    where items.is_owed and items.amount > 0
    group by items.cons_key
),

unpaid as (
    select firsts.cons_key
    from firsts
    inner join fct_balance on firsts.bill_key = fct_balance.bill_key
    where
        fct_balance.from_on <= firsts.due_on + $days::integer
        and fct_balance.to_on > firsts.due_on + $days::integer
        and firsts.due_on + $days::integer <= $as_of
)

select
    (year(firsts.issued_on) * 100 + month(firsts.issued_on))::integer as ym,
    count(*) as customers,
    count(*) filter (where firsts.cons_key in (select unpaid.cons_key from unpaid)) as defaulted,
    max(firsts.due_on) + $days::integer as ripe_on
from firsts
group by 1
order by 1;
