-- What touched bills add to the sums `agg_of_sum` (of `of_key`), less what they added before: cells in the place of what
-- was there, one row each; of those that are gone none.
create or replace temp table cell_of_sum as
select
    of_key,
    rcvbl_ym,
    bill_year,
    event_ym,
    sum(columns(* exclude (of_key, rcvbl_ym, bill_year, event_ym)))
from (
    select cell.*
    from agg_of_sum as cell
    semi join moved_of_sum using (of_key, rcvbl_ym, bill_year, event_ym)
    union all by name
    select * from moved_of_sum
)
group by of_key, rcvbl_ym, bill_year, event_ym;

delete from agg_of_sum
using moved_of_sum as moved
where
    agg_of_sum.of_key = moved.of_key
    and agg_of_sum.rcvbl_ym = moved.rcvbl_ym
    and agg_of_sum.bill_year = moved.bill_year
    and agg_of_sum.event_ym = moved.event_ym;

insert into agg_of_sum by name
select cell.*
from cell_of_sum as cell
anti join gone_of_sum using (of_key, rcvbl_ym, bill_year, event_ym);
