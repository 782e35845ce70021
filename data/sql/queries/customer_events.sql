-- Thefts, violations, supply cuts and money in transit of one customer by $as_of, one row per event, newest first.
with events as (
    select
        coalesce(kind, 'unknown_violation') as kind,
        occurred_on as event_on,
        null::date as ended_on,
        amount,
        kwh
    from fct_violation
    where cons_key = $cons_key::integer and occurred_on <= $as_of::date
    union all
    select
        'cut' as kind,
        cut_on as event_on,
        null::date as ended_on,
        null::bigint as amount,
        null::double as kwh
    from fct_outage
    where cons_key = $cons_key::integer and cut_on <= $as_of::date
    union all
    select
        'in_transit' as kind,
        checked_on as event_on,
        if(disposed_on <= $as_of::date, disposed_on, null) as ended_on,
        amount,
        null::double as kwh
    from fct_in_transit
    where cons_key = $cons_key::integer and checked_on <= $as_of::date
)

select
    kind,
    event_on,
    ended_on,
    amount,
    kwh
from events
order by event_on desc, kind asc;
