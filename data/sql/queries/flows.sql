-- What moved the figures up to the as-of date, one row per (key, rcvbl_ym, bill_year, event_ym); fen and counts.
-- With $coarse, months that a period does not tell apart are one: enough for the rates of that period alone.
with
-- include: who
-- include: moved
select
    key,
    case
        when not $coarse or rcvbl_ym = $month then rcvbl_ym
        when rcvbl_ym > $last_month then 999912
        when rcvbl_ym >= $year * 100 then $year * 100
        else 0
    end::integer as rcvbl_ym,
    bill_year::integer as bill_year,
    case
        when not $coarse then event_ym
        when event_ym <= ($year - 1) * 100 + 12 then 0
        else 999912
    end::integer as event_ym,
    coalesce(sum(billed), 0)::bigint as billed,
    coalesce(sum(collected), 0)::bigint as collected,
    coalesce(sum(collected_late), 0)::bigint as collected_late,
    coalesce(sum(collected_after_cutoff), 0)::bigint as collected_after_cutoff,
    coalesce(sum(collected_set_off), 0)::bigint as collected_set_off,
    coalesce(sum(due_billed), 0)::bigint as due_billed,
    coalesce(sum(due_collected), 0)::bigint as due_collected,
    coalesce(sum(credit), 0)::bigint as credit,
    coalesce(sum(written_off), 0)::bigint as written_off,
    coalesce(sum(written_off_bills), 0)::bigint as written_off_bills,
    coalesce(sum(recovered_after), 0)::bigint as recovered_after,
    coalesce(sum(owed_open), 0)::bigint as owed_open,
    coalesce(sum(pair_billed), 0)::bigint as pair_billed,
    coalesce(sum(pair_settled), 0)::bigint as pair_settled,
    coalesce(sum(bills), 0)::bigint as bills,
    coalesce(sum(kwh), 0)::double as kwh
from moved
group by 1, 2, 3, 4
order by 1, 2, 3, 4;
