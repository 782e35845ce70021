was_open as (
    select
        bill_key,
        from_on,
        to_on
    from fct_balance
    where
        from_on <= least($last::date, $as_of::date)
        and to_on > least($first::date, $as_of::date)
),

still_owed as (
    select of_bills.*
    from of_bills
    left join was_open
        on
            of_bills.needs_open
            and of_bills.bill_key = was_open.bill_key
            and was_open.from_on <= least(of_bills.due_on, $as_of::date)
            and was_open.to_on > least(of_bills.due_on, $as_of::date)
    where
        of_bills.due_on between $first::date and $last::date
        and (not of_bills.needs_open or was_open.bill_key is not null)
),

of_calendar as (
    select
        holders.cons_key,
        service_rules.service,
        service_rules.grade,
        service_periods.to_on as due_on
    from holders
    inner join service_rules on holders.grade = service_rules.grade and service_rules.start = 'calendar'
    inner join service_periods on service_rules.every_months = service_periods.every_months
    where holders.began_on <= service_periods.from_on
),

owed as (
    select
        cons_key,
        service,
        grade,
        due_on
    from still_owed
    union
    select
        cons_key,
        service,
        grade,
        due_on
    from of_calendar
),

held as (
    select
        holders.cons_no,
        holders.org_no,
        owed.service,
        owed.grade,
        owed.due_on
    from owed
    inner join holders
        on
            owed.cons_key = holders.cons_key
            and owed.grade = holders.grade
            and owed.due_on between holders.from_on and holders.to_on
    where holders.cancelled_on is null or holders.cancelled_on > owed.due_on
)
