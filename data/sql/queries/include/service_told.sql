-- What was due before $as_of, is not done, and fell due or began its period before $start is earlier than recording.
schedule as (
    select
        grade,
        service,
        min(place) as place,
        max(if(start = 'calendar', every_months, 0)) as months
    from service_rules
    group by grade, service
),

told as (
    select
        matched.cons_no,
        matched.org_no,
        matched.service,
        matched.grade,
        schedule.place as what,
        coalesce(matched.recorded_due, matched.due_on) as due_on,
        matched.done_on,
        matched.done_on is null
        and matched.due_on < $as_of::date
        and if(
            schedule.months > 0,
            (matched.due_on + 1 - to_months(schedule.months))::date,
            matched.due_on
        ) < $start::date as earlier
    from matched
    inner join schedule on matched.grade = schedule.grade and matched.service = schedule.service
),

wanted as (
    select *
    from told
    where
        (not $open_only::boolean or done_on is null)
        and ($with_earlier::boolean or not earlier)
        and ($service::varchar is null or service = $service::varchar)
)
