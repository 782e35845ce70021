-- What the receipts of a bill with several of them did to it, one row per bill.
create or replace temp table work_multi_bill as
select
    bill_key,
    coalesce(sum(applied) filter (where not is_after_write_off), 0)::bigint as collected,
    coalesce(
        sum(applied) filter (where not is_after_write_off and effective_on <= due_on), 0
    )::bigint as collected_by_due,
    coalesce(sum(applied) filter (where effective_on <= due_on + 1), 0)::bigint as applied_after_due,
    sum(applied) filter (where is_after_write_off)::bigint as recovered_after
from work_multi
group by bill_key;
