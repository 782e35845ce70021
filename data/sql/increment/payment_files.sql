-- Former files whose payments have to be read, one row each: of payments that came again, and of those of which a receipt
-- that came may be set off or have its day.
with asked as (
    select charge_key from stg_payment
    union
    select charge_key from former_payment
    where length(type_code) = 2 and starts_with(type_code, '3')
    union
    select charge_key from stg_receipt
    where received_on is null
)

select distinct former_payment.file_no
from former_payment
semi join asked on former_payment.charge_key = asked.charge_key
order by former_payment.file_no;
