-- Accounts that hold customers' money, of all kinds, one row per account of the latest extract that has any of the
-- customer.
create or replace view staging.stg_account as
with dated as (
    select
        account.*,
        meta_file.extract_on
    from staging.kept_prepaid_balance as account
    inner join meta_file on account.file_no = meta_file.file_no
)

select * exclude (extract_on)
from dated
qualify extract_on = max(extract_on) over (partition by cons_no);
