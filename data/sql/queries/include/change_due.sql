counted as (
    select
        cons_key,
        segment_key,
        if(event_on <= $as_of and rcvbl_ym <= $now_to and bill_year = $now_low, due_billed, 0) as whole_now,
        if(event_on <= $as_of and rcvbl_ym <= $now_to and bill_year = $now_low, due_collected, 0) as part_now,
        if(event_on <= $then and rcvbl_ym <= $then_to and bill_year = $then_low, due_billed, 0) as whole_then,
        if(event_on <= $then and rcvbl_ym <= $then_to and bill_year = $then_low, due_collected, 0) as part_then
    from fct_flow
    where kind = 'due' and (bill_year = $now_low or bill_year = $then_low)
)
