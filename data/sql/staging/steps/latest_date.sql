-- The latest day of issue, receipt or payment that is not after $today, one row. Each text is read as a day once, of
-- a text such as 2026-10-31 08:30:00 only what stands before the blank.
with texts as materialized (
    select distinct release_date as text from staging.text_a_rcvbl_flow
    union all
    select distinct rcved_date from staging.text_a_rcved_flow
    union all
    select distinct
        if(
            length(charge_date) = 19 and charge_date[5] = '-' and charge_date[11] = ' ',
            left(charge_date, 10), charge_date
        ) as text
    from staging.text_a_pay_flow
),

bared as materialized (
    select bare(text) as text from texts
),

days as materialized (
    select day_of(text) as day from bared
)

select max(day) from days
where day <= $today;
