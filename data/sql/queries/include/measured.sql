-- The whole and the part of one rate, one row per item; fen, pairs.
of_measured as (
    select
        cons_key,
        segment_key,
        case $measure
            when 'current_year' then cy_billed
            when 'combined' then coalesce(cy_billed, 0) + coalesce(old_billed, 0)
            when 'old_debt' then old_billed
            when 'month' then month_billed
            when 'household_months' then hh_billed
            when 'on_time' then due_billed
        end as whole,
        case $measure
            when 'current_year' then cy_collected
            when 'combined' then coalesce(cy_collected, 0) + coalesce(old_collected, 0)
            when 'old_debt' then old_collected
            when 'month' then month_collected
            when 'household_months' then hh_settled
            when 'on_time' then due_collected
        end as part
    from of_items
)
