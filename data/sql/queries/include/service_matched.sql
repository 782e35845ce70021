recorded as (
    select
        held.cons_no,
        held.service,
        held.due_on,
        service_records.due_on as recorded_due,
        service_records.done_on,
        row_number() over (
            partition by held.cons_no, held.service, held.due_on
            order by abs(service_records.due_on - held.due_on), service_records.done_on
        ) as place
    from held
    inner join service_records
        on
            held.cons_no = service_records.cons_no
            and held.service = service_records.service
            and abs(service_records.due_on - held.due_on) <= $tolerance::integer
            and service_records.done_on <= $as_of::date
),

matched as (
    select
        held.*,
        recorded.recorded_due,
        recorded.done_on
    from held
    left join recorded
        on
            recorded.place = 1
            and held.cons_no = recorded.cons_no
            and held.service = recorded.service
            and held.due_on = recorded.due_on
)
