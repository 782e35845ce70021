of_bills_owed as (
    select distinct
        of_bills.cons_no,
        of_bills.org_no,
        of_bills.cancelled_on,
        of_bills.service,
        of_bills.grade,
        of_bills.due_on
    from of_bills
    left join was_open
        on
            of_bills.needs_open
            and of_bills.bill_key = was_open.bill_key
            and was_open.from_on <= least(of_bills.due_on, $as_of::date)
            and was_open.to_on > least(of_bills.due_on, $as_of::date)
    left join in_transit
        on
            was_open.bill_key = in_transit.bill_key
            and least(of_bills.due_on, $as_of::date) = in_transit.on_day
    where
        of_bills.due_on between $first::date and $last::date
        and of_bills.due_on between of_bills.from_on and of_bills.to_on
        and (not of_bills.needs_open or was_open.open > coalesce(in_transit.amount, 0))
),

of_calendar as (
    select
        holders.cons_no,
        holders.org_no,
        holders.cancelled_on,
        service_rules.service,
        holders.grade,
        service_periods.to_on as due_on
    from holders
    inner join service_rules on holders.grade = service_rules.grade and service_rules.start = 'calendar'
    inner join service_periods on service_rules.every_months = service_periods.every_months
    where
        holders.began_on <= service_periods.from_on
        and service_periods.to_on between holders.from_on and holders.to_on
),

held as (
    select * exclude (cancelled_on)
    from (
        select * from of_bills_owed
        union all
        select * from of_calendar
    )
    where cancelled_on is null or cancelled_on > due_on
)
