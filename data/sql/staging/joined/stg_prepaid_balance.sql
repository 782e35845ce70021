-- Prepaid balances, one row per cons_no: its accounts in the latest extract that has any, together. Accounts of the
-- kinds 11 to 14 hold business fees and deposits: no money for bills.
create or replace table stg_prepaid_balance as
with dated as (
    select
        account.*,
        meta_file.extract_on
    from staging.kept_prepaid_balance as account
    inner join meta_file on account.file_no = meta_file.file_no
),

latest as (
    select
        cons_no,
        arg_max(extract_on, file_no) as extract_on
    from dated
    group by cons_no
)

select
    dated.cons_no,
    sum(dated.balance)::bigint as balance,
    max(dated.file_no) as file_no,
    max(dated.line) as line
from dated
inner join latest on dated.cons_no = latest.cons_no and dated.extract_on = latest.extract_on
where coalesce(dated.bal_type not in ('11', '12', '13', '14'), true)
group by dated.cons_no;
