-- Payments of former files of which receipts came stand beside those that came, one row per charge_key.
insert into staging.stg_payment by name
select was_payment.*
from was_payment
anti join stg_payment on was_payment.charge_key = stg_payment.charge_key;
