-- What fell due and was paid in time in an industry in the year before each day, one row per day.
-- A customer is of the industry of their newest bill by that day; who always was of it is added up at once.
with
days as (
    select unnest($days::date[]) as as_of
),

ever as (
    select distinct fct_bill.cons_key
    from fct_bill
    inner join dim_segment on fct_bill.segment_key = dim_segment.segment_key
    where left(dim_segment.industry, 2) = $industry::varchar and fct_bill.is_billed
),

bills as (
    select
        fct_bill.*,
        left(dim_segment.industry, 2) as industry
    from fct_bill
    inner join ever on fct_bill.cons_key = ever.cons_key
    inner join dim_segment on fct_bill.segment_key = dim_segment.segment_key
    where fct_bill.is_billed
),

changed as (
    select cons_key
    from bills
    group by cons_key
    having min(industry) <> max(industry)
),

memberships as (
    select
        days.as_of,
        bills.cons_key,
        arg_max(bills.industry, (bills.rcvbl_ym, bills.bill_key)) as industry
    from days
    inner join bills on days.as_of >= bills.issued_on
    inner join changed on bills.cons_key = changed.cons_key
    group by days.as_of, bills.cons_key
),

sums as (
    select
        due_on,
        greatest(due_on + 1, issued_on) as known_on,
        sum(billed) as due,
        sum(collected_by_due) as on_time
    from bills
    where amount > 0 and cons_key not in (select changed.cons_key from changed)
    group by due_on, greatest(due_on + 1, issued_on)
),

moved as (
    select
        memberships.as_of,
        sum(bills.billed) as due,
        sum(bills.collected_by_due) as on_time
    from memberships
    inner join bills
        on
            memberships.cons_key = bills.cons_key
            and memberships.as_of >= bills.issued_on
            and memberships.as_of > bills.due_on
            and bills.due_on + 1 > (memberships.as_of - interval 1 year)::date
    where memberships.industry = $industry::varchar and bills.amount > 0
    group by memberships.as_of
),

settled as (
    select
        days.as_of,
        coalesce(sum(sums.due), 0) as due,
        coalesce(sum(sums.on_time), 0) as on_time
    from days
    left join sums on days.as_of >= sums.known_on and sums.due_on + 1 > (days.as_of - interval 1 year)::date
    group by days.as_of
)

select
    settled.as_of,
    (settled.due + coalesce(moved.due, 0))::bigint as industry_due,
    (settled.on_time + coalesce(moved.on_time, 0))::bigint as industry_on_time
from settled
left join moved on settled.as_of = moved.as_of
order by settled.as_of;
