-- Payments that came and say another thing than before, one row each; then whether that may change receipts of before, one
-- row: of set-offs, or of the days of receipts without one.
create or replace temp table changed_payment as
with said as (
    select
        stg_payment.charge_key,
        coalesce(length(stg_payment.type_code) = 2 and starts_with(stg_payment.type_code, '3'), false) as sets_off,
        coalesce(length(was_payment.type_code) = 2 and starts_with(was_payment.type_code, '3'), false) as did,
        stg_payment.charged_on,
        was_payment.charged_on as former_on
    from stg_payment
    left join was_payment on stg_payment.charge_key = was_payment.charge_key
)

select
    charge_key,
    sets_off <> did as sets_off_otherwise
from said
where sets_off <> did or charged_on is distinct from former_on;

select
    exists (select 1 from changed_payment where sets_off_otherwise)
    or exists (select 1 from changed_payment) and exists (select 1 from fct_receipt where received_filled) as they_may;
