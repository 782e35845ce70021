-- Of the bills with a readable month: how many, how many of months more than a year after $day, the newest month, and
-- the newest that is not after $day, one row.
with texts as materialized (
    select
        bare(rcvbl_ym) as text,
        count(*) as bills
    from staging.text_a_rcvbl_flow
    group by all
),

numbers as materialized (
    select
        month_of(text) as ym,
        bills
    from texts
),

months as materialized (
    select
        make_date(ym // 100, ym % 100, 1) as month,
        bills
    from numbers
    where ym is not null
)

select
    coalesce(sum(bills), 0)::bigint as bills,
    coalesce(sum(bills) filter (where month > $day + interval 1 year), 0)::bigint as later,
    max(month) as newest,
    max(month) filter (where month <= $day) as newest_before
from months;
