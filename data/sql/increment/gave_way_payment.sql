-- The last good former payment of each number that is asked for, and those of them that came again, one row each.
create or replace temp table last_payment as
select
    charge_key,
    charged_on,
    type_code,
    file_no,
    amount
from staging.typed_payment
where bad is null and charge_key is not null
qualify row_number() over (partition by charge_key order by file_no desc, line desc) = 1;

insert into was_payment by name
select
    charge_key,
    charged_on,
    type_code
from last_payment;

create or replace temp table gave_way as
select
    last_payment.file_no,
    last_payment.amount
from last_payment
semi join stg_payment on last_payment.charge_key = stg_payment.charge_key;
