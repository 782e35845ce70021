-- Whether payments that came may change receipts of before, one row: set-offs, or days of receipts without one.
select
    exists (select 1 from stg_payment where length(type_code) = 2 and starts_with(type_code, '3'))
    or exists (select 1 from stg_payment) and exists (select 1 from fct_receipt where received_filled) as they_may;
