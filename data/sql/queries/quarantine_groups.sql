-- Quarantined records by table, column and reason, one row per (table_name, column_name, reason); fen.
with
-- include: quarantined
select
    table_name,
    column_name,
    reason,
    count(*) as records,
    coalesce(sum(amount), 0)::bigint as amount,
    count(*) filter (where amount is null) as amount_unreadable
from quarantined
group by table_name, column_name, reason
order by records desc, table_name asc, column_name asc, reason asc;
