-- Former files in which a payment that came was read before, one row each.
select distinct former_payment.file_no
from former_payment
semi join stg_payment on former_payment.charge_key = stg_payment.charge_key
order by former_payment.file_no;
